// A dyad: a line between two ends, without a marker until one is placed.

import { BIG_STEP, Figure, STEP, clamp, describePlace, followPointer, make } from "./figure.js";

class Dyad extends Figure {
  sayHint() {
    return "Tik op de lijn.";
  }

  sayToFigure() {
    return "liever kiezen op de lijn";
  }

  build() {
    this.ends = this.parts.map(([, word]) => word);
    this.marker = make("div", { class: "figure__marker" });
    this.surface = make("div", {
      class: "figure__surface",
      role: "slider",
      tabindex: "0",
      "aria-label": `${this.question} Van ‘${this.ends[0]}’ tot ‘${this.ends[1]}’.`,
      "aria-describedby": this.hintId,
      "aria-valuemin": "0",
      "aria-valuemax": "100",
      "aria-valuenow": "50",
    });
    this.surface.append(make("div", { class: "dyad__line" }), this.marker);
    followPointer(this.surface, (target) => target === this.marker, (event) => this.placeAt(event), () => this.finish());
    this.surface.addEventListener("keydown", (event) => this.onKey(event));
    const ends = make("div", { class: "dyad__ends" });
    ends.append(...this.ends.map((word) => make("div", { class: "figure__word" }, word)));
    const whole = make("div", { class: "dyad" });
    whole.append(ends, this.surface);
    return whole;
  }

  makeButtons() {
    this.addNotApplicable();
    this.resetButton = this.addButton("wis mijn keuze", () => {
      this.clear();
      this.surface.focus();
    });
  }

  wantsWords() {
    return this.chosen().some((value) => value !== "~na");
  }

  restore() {
    const text = this.field(`${this.name}.point`).value;
    this.position = text === "" ? null : Number(text);
    this.refresh();
  }

  takeWords() {
    this.position = null;
    this.field(`${this.name}.point`).value = "";
    this.refresh();
  }

  clear() {
    this.choose("");
    this.takeWords();
  }

  placeAt(event) {
    const box = this.surface.getBoundingClientRect();
    this.position = clamp(((event.clientX - box.left) / box.width) * 100, 0, 100);
    this.refresh();
  }

  finish(isKey = false) {
    this.choose("");
    this.position = Math.round(this.position);
    this.field(`${this.name}.point`).value = String(this.position);
    this.countMove(isKey);
    this.refresh();
    this.tell();
  }

  onKey(event) {
    const step = event.shiftKey ? BIG_STEP : STEP;
    const moves = {
      ArrowLeft: -step, ArrowDown: -step, ArrowRight: step, ArrowUp: step, PageDown: -BIG_STEP, PageUp: BIG_STEP,
    };
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key in moves) {
      this.position = this.position === null ? 50 : clamp(this.position + moves[event.key], 0, 100);
    } else if (event.key === "Home" || event.key === "End") {
      this.position = event.key === "Home" ? 0 : 100;
    } else if (event.key === "Enter" || event.key === " ") {
      this.position = this.position === null ? 50 : this.position;
    } else if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      this.clear();
      return;
    } else {
      return;
    }
    event.preventDefault();
    this.finish(true);
  }

  refresh() {
    const [value] = this.chosen();
    const isPlaced = this.position !== null;
    this.press(this.naButton, value === "~na");
    this.resetButton.hidden = !isPlaced && !value;
    this.figure.toggleAttribute("data-empty", !isPlaced);
    if (isPlaced) this.marker.style.left = `${this.position}%`;
    const input = value ? this.words.querySelector(`input[value="${CSS.escape(value)}"]`) : null;
    const words = isPlaced ? describePlace(this.position, this.ends) : input ? input.parentElement.textContent.trim() : "";
    this.said.textContent = words;
    this.surface.setAttribute("aria-valuetext", words || "nog niets gekozen");
    this.surface.setAttribute("aria-valuenow", String(isPlaced ? Math.round(this.position) : 50));
  }
}

customElements.define("vt-dyad", Dyad);
