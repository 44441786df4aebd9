// Everything works without this file. With it, GOV.UK Frontend's components do more: errors get the
// focus, character counts count, the menu folds, a double click presses once.
import { initAll } from "../build/govuk-frontend.min.js";

initAll();

// GOV.UK Frontend marks a radio that reveals questions with aria-expanded, which ARIA does not allow
// on a radio (alphagov/govuk-frontend issue 979); what it reveals follows it in any case.
const observer = new MutationObserver((records) => {
  for (const { target } of records) {
    target.removeAttribute("aria-expanded"); // what is gone already is not observed again
  }
});
for (const radio of document.querySelectorAll('input[type="radio"][aria-expanded]')) {
  radio.removeAttribute("aria-expanded");
  observer.observe(radio, { attributeFilter: ["aria-expanded"] });
}

for (const button of document.querySelectorAll("[data-app-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
for (const hint of document.querySelectorAll("[data-app-print-hint]")) {
  hint.hidden = true;
}

// Locking the screen takes along what was typed and not sent yet: it is there again afterwards.
const lock = document.querySelector('form[action="/lock"]');
const typed = document.querySelector(
  "main form:has(input:not([type=hidden], [type=password]), textarea, select)",
);
if (lock && typed) {
  lock.addEventListener("submit", () => {
    for (const [name, value] of new FormData(typed)) {
      const isOurs = name === "csrf_token" || typeof value !== "string";
      if (isOurs || typed.elements[name].type === "password") continue;
      const field = Object.assign(document.createElement("input"), { type: "hidden", name, value });
      lock.append(field);
    }
  });
}
