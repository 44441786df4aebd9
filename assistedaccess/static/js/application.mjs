// Everything works without this file. With it, GOV.UK Frontend's components do more: errors get the
// focus, character counts count, the menu folds, a double click presses once.
import { initAll } from "../build/govuk-frontend.min.js";

initAll();

for (const button of document.querySelectorAll("[data-app-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
for (const hint of document.querySelectorAll("[data-app-print-hint]")) {
  hint.hidden = true;
}
