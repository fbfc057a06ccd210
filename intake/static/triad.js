// A triad: tap or click in the triangle, or move the marker with the arrow keys. Empty until then.

import { BIG_STEP, Figure, STEP, clamp, followPointer, make } from "./figure.js";

const WIDTH = 300;
const HEIGHT = 266;
const CORNERS = [
  [150, 18],
  [16, 250],
  [284, 250],
]; // top, left, right
const BALANCED = [1 / 3, 1 / 3, 1 / 3];
const SVG = "http://www.w3.org/2000/svg";
const MOSTLY = 0.6;
const ALSO = 0.2;
const EQUAL = 0.1;

export function describeMix(mix) {
  const [[first, most], [second, middle], [third, least]] = [...mix].sort((a, b) => b[1] - a[1]);
  if (most - least <= EQUAL) return "alle drie even sterk";
  if (most >= MOSTLY) {
    const also = [[second, middle], [third, least]].filter(([, share]) => share >= ALSO).map(([word]) => word);
    return `vooral ${first}${also.length ? `, ook wat ${also.join(" en ")}` : ""}`;
  }
  if (least < ALSO) return most - middle <= EQUAL ? `${first} én ${second}` : `meer ${first} dan ${second}`;
  return `wat van alle drie, het meest ${first}`;
}

function sharesAt(x, y) {
  const [[ax, ay], [bx, by], [cx, cy]] = CORNERS;
  const whole = (by - cy) * (ax - cx) + (cx - bx) * (ay - cy);
  const a = ((by - cy) * (x - cx) + (cx - bx) * (y - cy)) / whole;
  const b = ((cy - ay) * (x - cx) + (ax - cx) * (y - cy)) / whole;
  const shares = [a, b, 1 - a - b].map((share) => Math.max(0, share));
  const total = shares[0] + shares[1] + shares[2];
  return shares.map((share) => share / total);
}

const placeOf = (shares) => [0, 1].map((axis) => shares.reduce((sum, share, i) => sum + share * CORNERS[i][axis], 0));

class Triad extends Figure {
  sayHint() {
    return "Tik in de driehoek. Hoe dichter bij een hoek, hoe meer die past.";
  }

  sayToFigure() {
    return "liever kiezen in de driehoek";
  }

  build() {
    this.keys = JSON.parse(this.dataset.keys);
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
    svg.setAttribute("aria-hidden", "true");
    svg.setAttribute("focusable", "false");
    svg.append(this.drawShape(), this.drawMarker());
    this.surface = make("div", {
      class: "figure__surface",
      role: "slider",
      tabindex: "0",
      "aria-label": `${this.question} Driehoek met ${this.parts.map(([, word]) => word).join(", ")}.`,
      "aria-describedby": this.hintId,
      "aria-valuemin": "0",
      "aria-valuemax": "100",
      "aria-valuenow": "0",
    });
    this.surface.append(svg);
    this.svg = svg;
    followPointer(this.surface, (target) => target === this.marker, (event) => this.placeAt(event), () => this.finish());
    this.surface.addEventListener("keydown", (event) => this.onKey(event));
    const words = ["top", "left", "right"].map((side, i) => make("div", { class: `figure__word triad__${side}` }, this.parts[i][1]));
    const grid = make("div", { class: "triad" });
    grid.append(words[0], this.surface, words[1], words[2]);
    return grid;
  }

  drawShape() {
    const shape = document.createElementNS(SVG, "polygon");
    shape.setAttribute("points", CORNERS.map((corner) => corner.join(",")).join(" "));
    shape.setAttribute("class", "triad__shape");
    return shape;
  }

  drawMarker() {
    this.marker = document.createElementNS(SVG, "circle");
    this.marker.setAttribute("r", "14");
    this.marker.setAttribute("class", "figure__marker triad__marker");
    return this.marker;
  }

  makeButtons() {
    this.allButton = this.addButton("alle drie even sterk", () => {
      const wasOn = this.chosen().includes("~all");
      this.clear();
      this.choose(wasOn ? "" : "~all");
      this.refresh();
    });
    this.addNotApplicable();
    this.resetButton = this.addButton("wis mijn keuze", () => {
      this.clear();
      this.refresh();
      this.surface.focus();
    });
  }

  wantsWords() {
    return this.chosen().some((value) => value !== "~na" && value !== "~all");
  }

  // Shares in the order shown: top, left, right. The field has them in the order of the framework.
  restore() {
    const text = this.field(`${this.name}.point`).value;
    const inOrder = text ? text.split(",").map(Number) : null;
    this.shares = inOrder ? this.parts.map(([key]) => inOrder[this.keys.indexOf(key)]) : null;
    this.refresh();
  }

  takeWords() {
    this.shares = null;
    this.field(`${this.name}.point`).value = "";
    this.refresh();
  }

  clear() {
    this.choose("");
    this.takeWords();
  }

  placeAt(event) {
    const box = this.svg.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * WIDTH;
    const y = ((event.clientY - box.top) / box.height) * HEIGHT;
    this.shares = sharesAt(x, y);
    this.refresh();
  }

  finish(isKey = false) {
    this.choose("");
    const byKey = Object.fromEntries(this.parts.map(([key], i) => [key, this.shares[i]]));
    this.field(`${this.name}.point`).value = this.keys.map((key) => byKey[key].toFixed(4)).join(",");
    this.countMove(isKey);
    this.refresh();
    this.tell();
  }

  onKey(event) {
    const step = event.shiftKey ? BIG_STEP : STEP;
    const moves = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
    if (event.key in moves && !event.ctrlKey && !event.altKey && !event.metaKey) {
      const [x, y] = placeOf(this.shares || BALANCED);
      const [dx, dy] = moves[event.key];
      const scale = (step * HEIGHT) / 100;
      this.shares = this.shares ? sharesAt(clamp(x + dx * scale, 0, WIDTH), clamp(y + dy * scale, 0, HEIGHT)) : BALANCED;
    } else if (event.key === "Enter" || event.key === " ") {
      this.shares = this.shares || BALANCED;
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
    this.press(this.allButton, value === "~all");
    this.press(this.naButton, value === "~na");
    this.resetButton.hidden = !this.shares && !value;
    this.figure.toggleAttribute("data-empty", !this.shares);
    let words = "";
    if (this.shares) {
      const [x, y] = placeOf(this.shares);
      this.marker.setAttribute("cx", x.toFixed(1));
      this.marker.setAttribute("cy", y.toFixed(1));
      words = describeMix(this.parts.map(([, word], i) => [word, this.shares[i]]));
    } else if (value) {
      const input = this.words.querySelector(`input[value="${CSS.escape(value)}"]`);
      words = input.parentElement.textContent.trim();
    }
    this.said.textContent = words;
    this.surface.setAttribute("aria-valuetext", words || "nog niets gekozen");
    this.surface.setAttribute("aria-valuenow", this.shares ? String(Math.round(this.shares[0] * 100)) : "0");
  }
}

customElements.define("vt-triad", Triad);
