// What the three figures share: one question, answered in a figure or in words, whichever the teller likes.
// The figure writes hidden fields; the words are the radio buttons that were there without a script.

export const STEP = 3;
export const BIG_STEP = 10;

let numbered = 0;

export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

export const clamp = (value, least, most) => Math.min(most, Math.max(least, value));

export function describePlace(position, [first, second]) {
  if (position < 20) return first;
  if (position < 40) return `meer naar ‘${first}’`;
  if (position <= 60) return "er tussenin";
  return position <= 80 ? `meer naar ‘${second}’` : second;
}

export class Figure extends HTMLElement {
  connectedCallback() {
    if (this.figure) return;
    this.name = this.dataset.name;
    this.parts = JSON.parse(this.dataset.parts);
    this.words = this.querySelector(".words");
    this.question = this.closest("fieldset").querySelector("legend").textContent.trim();
    this.hintId = `hint-${(numbered += 1)}`;
    this.hint = make("p", { class: "figure__hint", id: this.hintId }, this.sayHint());
    this.said = make("p", { class: "figure__said" });
    this.buttons = make("div", { class: "figure__buttons" });
    this.figure = make("div", { class: "figure", "data-empty": "" });
    const drawing = this.build();
    this.figure.append(this.hint, drawing);
    if (!drawing.contains(this.said)) this.figure.append(this.said);
    this.figure.append(this.buttons);
    this.makeButtons();
    this.toWords = this.addButton("liever kiezen uit woorden", () => this.show("words", true));
    this.toFigure = make("button", { type: "button", class: "button button--small" }, this.sayToFigure());
    this.toFigure.addEventListener("click", () => this.show("figure", true));
    this.words.append(this.toFigure);
    this.words.before(this.figure);
    this.words.addEventListener("change", () => this.takeWords());
    // A browser may put values back after this script ran, when somebody comes back to the page.
    window.addEventListener("pageshow", () => this.restore());
    this.restore();
    this.show(this.wantsWords() ? "words" : "figure", false);
  }

  field(name) {
    return this.querySelector(`input[type="hidden"][name="${CSS.escape(name)}"]`);
  }

  chosen() {
    return [...this.words.querySelectorAll(`input[name="${CSS.escape(this.name)}"]:checked`)].map((input) => input.value);
  }

  choose(value) {
    for (const input of this.words.querySelectorAll(`input[name="${CSS.escape(this.name)}"]`)) {
      input.checked = input.value === value;
    }
  }

  show(which, moveFocus) {
    this.figure.hidden = which === "words";
    this.words.hidden = which !== "words";
    if (moveFocus) (which === "words" ? this.toFigure : this.toWords).focus();
  }

  addButton(label, act) {
    const button = make("button", { type: "button", class: "button button--small" }, label);
    button.addEventListener("click", act);
    this.buttons.append(button);
    return button;
  }

  addNotApplicable() {
    if (!this.dataset.na) return;
    this.naButton = this.addButton(this.dataset.na.toLowerCase(), () => {
      const wasOn = this.chosen().includes("~na");
      this.clear();
      this.choose(wasOn ? "" : "~na");
      this.refresh();
    });
  }

  press(button, isOn) {
    if (button) button.setAttribute("aria-pressed", String(isOn));
  }

  countMove(isKey) {
    // A run of arrow keys is one move, as a drag is.
    const now = Date.now();
    const isSameRun = isKey && now - (this.lastKey || 0) < 1500;
    if (isKey) this.lastKey = now;
    const field = this.field(`${this.name}.moves`);
    if (!isSameRun) field.value = String((Number(field.value) || 0) + 1);
  }

  tell() {
    this.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

// Tapping places, the mouse and a finger on the marker also drag. A finger beside the marker scrolls the page.
export function followPointer(surface, isMarker, place, finish) {
  let dragging = false;
  let justDragged = false;
  surface.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || (event.pointerType !== "mouse" && !isMarker(event.target))) return;
    dragging = true;
    surface.setPointerCapture(event.pointerId);
    if (!isMarker(event.target)) place(event);
    event.preventDefault();
    surface.querySelector("[tabindex]")?.focus({ preventScroll: true });
    if (surface.tabIndex >= 0) surface.focus({ preventScroll: true });
  });
  surface.addEventListener("pointermove", (event) => dragging && place(event));
  surface.addEventListener("pointerup", (event) => {
    if (!dragging) return;
    place(event);
    dragging = false;
    justDragged = true;
    setTimeout(() => (justDragged = false), 50);
    finish();
  });
  surface.addEventListener("pointercancel", () => (dragging = false));
  surface.addEventListener("click", (event) => {
    if (justDragged) return;
    place(event);
    finish();
  });
}
