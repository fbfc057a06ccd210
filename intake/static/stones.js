// Stones: pick a stone, tap the field. With the keyboard: Enter on a stone puts it in the middle, arrows move it.

import { BIG_STEP, Figure, STEP, clamp, describePlace, make } from "./figure.js";

class Stones extends Figure {
  sayHint() {
    return "Tik op een steen en dan op een plek in het veld. Een steen die niet past, blijft liggen.";
  }

  sayToFigure() {
    return "liever kiezen in het veld";
  }

  build() {
    this.x = JSON.parse(this.dataset.x);
    this.y = JSON.parse(this.dataset.y);
    this.places = {};
    this.picks = {};
    this.markers = {};
    this.area = make("div", { class: "figure__surface" });
    this.area.addEventListener("click", (event) => this.onTap(event));
    const tray = make("ul", { class: "stones__tray" });
    this.parts.forEach(([key, label], index) => tray.append(this.makePick(key, label, index + 1)));
    const sides = make("div", { class: "stones__sides" });
    sides.append(...this.x.map((word) => make("div", { class: "figure__word" }, word)));
    const whole = make("div", { class: "stones" });
    whole.append(
      tray,
      this.said,
      make("div", { class: "figure__word stones__axis" }, this.y[1]),
      this.area,
      make("div", { class: "figure__word stones__axis" }, this.y[0]),
      sides,
    );
    return whole;
  }

  makePick(key, label, number) {
    const pick = make("button", { type: "button", class: "button stones__pick", "aria-pressed": "false" });
    pick.append(make("span", { class: "stones__number", "aria-hidden": "true" }, String(number)), label);
    pick.addEventListener("click", (event) => {
      // detail is 0 for Enter and Space: a keyboard has no second tap, so the stone goes to the middle.
      if (event.detail === 0 && !this.places[key]) this.place(key, [50, 50]);
      else this.pick(this.picked === key ? null : key);
      if (event.detail === 0) this.markers[key].focus();
    });
    this.picks[key] = pick;
    this.markers[key] = this.makeMarker(key, label, number);
    return make("li", {}, pick);
  }

  makeMarker(key, label, number) {
    const marker = make("div", {
      class: "figure__marker", role: "slider", tabindex: "0", "aria-label": label,
      "aria-valuemin": "0", "aria-valuemax": "100",
    });
    marker.append(String(number));
    marker.addEventListener("keydown", (event) => this.onKey(event, key));
    this.makeDraggable(marker, key);
    return marker;
  }

  makeDraggable(marker, key) {
    let moved = false;
    marker.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      moved = false;
      marker.setPointerCapture(event.pointerId);
    });
    marker.addEventListener("pointermove", (event) => {
      if (!marker.hasPointerCapture(event.pointerId)) return;
      moved = true;
      this.places[key] = this.placeOf(event);
      this.refresh();
    });
    marker.addEventListener("pointerup", (event) => {
      if (moved) this.place(key, this.placeOf(event));
    });
    marker.addEventListener("click", (event) => {
      event.stopPropagation();
      if (!moved) this.pick(this.picked === key ? null : key);
    });
  }

  makeButtons() {
    this.addNotApplicable();
    this.resetButton = this.addButton("alle stenen terug", () => {
      this.clear();
      this.picks[this.parts[0][0]].focus();
    });
  }

  wantsWords() {
    return [...this.words.querySelectorAll("select")].some((select) => select.value);
  }

  restore() {
    for (const [key] of this.parts) {
      const text = this.field(`${this.name}.${key}.point`).value;
      if (text) this.places[key] = text.split(",").map(Number);
      else delete this.places[key];
    }
    this.refresh();
  }

  // The words are about all stones at once: choosing there takes the field's stones away.
  takeWords() {
    const hasWords = this.wantsWords() || this.chosen().includes("~na");
    if (hasWords) this.clearPlaces();
    this.refresh();
  }

  clearPlaces() {
    this.places = {};
    for (const [key] of this.parts) this.field(`${this.name}.${key}.point`).value = "";
  }

  clearWords() {
    this.choose("");
    for (const select of this.words.querySelectorAll("select")) select.value = "";
  }

  clear() {
    this.clearPlaces();
    this.clearWords();
    this.picked = null;
    this.refresh();
  }

  pick(key) {
    this.picked = key;
    this.refresh();
  }

  placeOf(event) {
    const box = this.area.getBoundingClientRect();
    return [
      clamp(((event.clientX - box.left) / box.width) * 100, 0, 100),
      clamp(100 - ((event.clientY - box.top) / box.height) * 100, 0, 100),
    ];
  }

  onTap(event) {
    const key = this.picked || (this.parts.find(([stone]) => !this.places[stone]) || [])[0];
    if (key) this.place(key, this.placeOf(event));
  }

  place(key, place, isKey = false) {
    this.clearWords();
    this.places[key] = place.map(Math.round);
    this.field(`${this.name}.${key}.point`).value = this.places[key].join(",");
    this.picked = null;
    this.countMove(isKey);
    this.refresh();
    this.tell();
  }

  onKey(event, key) {
    const step = event.shiftKey ? BIG_STEP : STEP;
    const moves = { ArrowUp: [0, step], ArrowDown: [0, -step], ArrowLeft: [-step, 0], ArrowRight: [step, 0] };
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key in moves) {
      const [x, y] = this.places[key];
      const [dx, dy] = moves[event.key];
      this.place(key, [clamp(x + dx, 0, 100), clamp(y + dy, 0, 100)], true);
    } else if (event.key === "Delete" || event.key === "Backspace") {
      delete this.places[key];
      this.field(`${this.name}.${key}.point`).value = "";
      this.refresh();
      this.picks[key].focus();
    } else {
      return;
    }
    event.preventDefault();
  }

  refresh() {
    const isNa = this.chosen().includes("~na");
    this.press(this.naButton, isNa);
    const placed = this.parts.filter(([key]) => this.places[key]);
    this.resetButton.hidden = !placed.length && !isNa;
    this.figure.toggleAttribute("data-empty", !placed.length);
    for (const [key, label] of this.parts) {
      const place = this.places[key];
      const marker = this.markers[key];
      this.picks[key].toggleAttribute("data-placed", Boolean(place));
      this.press(this.picks[key], this.picked === key);
      marker.toggleAttribute("data-picked", this.picked === key);
      if (!place) marker.remove();
      else this.move(marker, label, place);
    }
    const [, pickedLabel] = this.parts.find(([key]) => key === this.picked) || [];
    const count = placed.length ? `${placed.length} van ${this.parts.length} stenen geplaatst` : "";
    this.said.textContent = isNa ? this.dataset.na : pickedLabel ? `Tik nu op een plek voor ‘${pickedLabel}’.` : count;
  }

  move(marker, label, [x, y]) {
    if (!marker.isConnected) this.area.append(marker);
    marker.style.left = `${x}%`;
    marker.style.top = `${100 - y}%`;
    marker.setAttribute("aria-valuenow", String(Math.round(x)));
    marker.setAttribute("aria-valuetext", `${describePlace(x, this.x)}, ${describePlace(y, this.y)}`);
  }
}

customElements.define("vt-stones", Stones);
