// The form in steps. Without this script it is one long page with the same fields; nothing here is needed to send.

import "./triad.js";
import "./dyad.js";
import "./stones.js";
import { make } from "./figure.js";

const form = document.querySelector("[data-story-form]");
if (form) startSteps(form);

function startSteps(form) {
  const steps = [...form.querySelectorAll(".step")];
  const max = Number(form.dataset.max);
  const text = form.querySelector("textarea[name=text]");
  const title = document.title;
  let current = 0;

  const progressText = make("p", { class: "progress__text", id: "voortgang" });
  const bar = make("progress", { class: "progress__bar", max: String(steps.length), "aria-labelledby": "voortgang" });
  const progress = make("div", { class: "progress" });
  progress.append(progressText, bar);
  form.prepend(progress);
  steps.forEach((step, index) => addButtons(step, index));
  form.dataset.stepping = "";
  addCounter();

  function addButtons(step, index) {
    let row = step.querySelector(".button-row");
    if (!row) {
      row = make("div", { class: "button-row" });
      const next = make("button", { type: "button", class: "button button--primary" }, "Verder");
      next.addEventListener("click", goOn);
      row.append(next);
      step.append(row);
    }
    if (index > 0) {
      const back = make("button", { type: "button", class: "button" }, "Terug");
      back.addEventListener("click", goBack);
      row.append(back);
    }
  }

  function show(index, { moveFocus = true } = {}) {
    current = Math.min(steps.length - 1, Math.max(0, index));
    steps.forEach((step, i) => (step.hidden = i !== current));
    progressText.textContent = `stap ${current + 1} van ${steps.length}`;
    bar.value = current + 1;
    document.body.classList.toggle("is-under-way", current > 0);
    document.title = current ? `Stap ${current + 1} van ${steps.length}: ${title}` : title;
    if (!moveFocus) return;
    steps[current].querySelector("h2").focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }

  function goTo(index) {
    history.pushState({ step: index, from: current }, "");
    show(index);
  }

  function goBack() {
    // The browser's own "back" where that leads to the step before, so that both buttons agree.
    if (history.state?.from === current - 1) history.back();
    else goTo(current - 1);
  }

  function goOn() {
    const errors = findErrors(steps[current]);
    showErrors(errors);
    if (!errors.length) goTo(current + 1);
  }

  // What the server would say too, said before a round trip: [id of the field, sentence].
  function findErrors(step) {
    const errors = [];
    const consent = step.querySelector("#vraag-consent");
    if (consent && !consent.querySelector("input:checked")) errors.push(["veld-consent", consent.dataset.required]);
    if (step.contains(text)) {
      const length = text.value.trim().length;
      if (!length && !form.elements.no_story.checked) errors.push(["veld-text", text.dataset.required]);
      if (length > max) {
        const [typed, most] = [length, max].map((number) => number.toLocaleString("nl-NL"));
        errors.push(["veld-text", `Het verhaal is te lang: ${typed} tekens. Er passen er ${most}.`]);
      }
    }
    return errors;
  }

  function showErrors(errors) {
    document.getElementById("fouten")?.remove();
    if (!errors.length) return;
    const summary = make("div", { class: "error-summary", id: "fouten", role: "alert", tabindex: "-1", "aria-labelledby": "fouten-kop" });
    const list = make("ul");
    for (const [id, sentence] of errors) list.append(make("li", {}, make("a", { href: `#${id}` }, sentence)));
    summary.append(make("h2", { id: "fouten-kop" }, "Er klopt nog iets niet"), list);
    form.before(summary);
    summary.focus();
    window.scrollTo(0, 0);
  }

  function stepOf(id) {
    const target = document.getElementById(id);
    return steps.findIndex((step) => target && step.contains(target));
  }

  function addCounter() {
    const left = make("p", { class: "form-field__hint", role: "status" });
    text.after(left);
    text.addEventListener("input", () => {
      const room = max - text.value.length;
      left.textContent = room > max / 5 ? "" : room >= 0 ? `Er passen nog ${room.toLocaleString("nl-NL")} tekens.` : `Er staan ${(-room).toLocaleString("nl-NL")} tekens te veel.`;
    });
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest(".error-summary a");
    if (!link) return;
    const id = decodeURIComponent(link.hash.slice(1));
    const index = stepOf(id);
    if (index < 0) return;
    event.preventDefault();
    if (index !== current) goTo(index);
    const target = document.getElementById(id);
    target.closest("details")?.setAttribute("open", "");
    const figure = target.closest("vt-triad, vt-dyad, vt-stones");
    if (figure) figure.show("words", false);
    target.focus();
  });

  form.addEventListener("submit", (event) => {
    // Enter in a text box means "go on" here; only the last step sends.
    if (current < steps.length - 1) {
      event.preventDefault();
      goOn();
      return;
    }
    const wrong = steps.findIndex((step) => findErrors(step).length);
    if (wrong < 0) return;
    event.preventDefault();
    goTo(wrong);
    showErrors(findErrors(steps[wrong]));
  });

  window.addEventListener("popstate", (event) => {
    showErrors([]);
    show(event.state?.step ?? 0);
  });

  const firstError = document.querySelector(".error-summary a");
  const start = firstError ? stepOf(firstError.hash.slice(1)) : (history.state?.step ?? 0);
  history.replaceState({ step: Math.max(0, start) }, "");
  show(Math.max(0, start), { moveFocus: false });
  if (firstError) document.getElementById("fouten").focus();
}
