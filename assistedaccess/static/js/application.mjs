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

// Where much is typed and the network is lost: the browser would put an error page in the place of
// what was typed. So the server is asked first whether it is there, until it is, and the form is
// then sent once, as it stands.
const ASK_AGAIN_AFTER = 3_000; // milliseconds
for (const form of document.querySelectorAll("form[data-app-waits]")) {
  const status = Object.assign(document.createElement("div"), { className: "govuk-inset-text" });
  status.setAttribute("role", "status");
  let waits = false;
  let goes = false;
  const isThere = async () => {
    try {
      const signal = AbortSignal.timeout(10_000);
      const answer = await fetch(form.dataset.appReach, {
        method: "HEAD",
        cache: "no-store",
        signal,
      });
      return answer.status < 500; // a proxy answers for a server that does not run
    } catch {
      return false;
    }
  };
  const send = async (button) => {
    if (await isThere()) {
      goes = true;
      form.requestSubmit(button);
      return;
    }
    if (!status.isConnected) form.append(status);
    status.textContent = form.dataset.appWaits;
    setTimeout(() => send(button), ASK_AGAIN_AFTER);
  };
  form.addEventListener("submit", (event) => {
    if (goes) return;
    event.preventDefault();
    if (waits) return;
    waits = true;
    send(event.submitter);
  });
  window.addEventListener("pageshow", () => {
    waits = goes = false;
  });
}

// Where somebody signs: what the pen does goes along as strokes, in units of the field (600 × 200),
// whatever the screen. Without this, or without a pointer, a photograph or the keyboard does.
const WIDTH = 600;
const HEIGHT = 200;
for (const place of document.querySelectorAll("[data-app-signature]")) {
  const field = place.querySelector('input[name="strokes"]');
  const canvas = Object.assign(document.createElement("canvas"), { width: WIDTH, height: HEIGHT });
  canvas.className = "app-signature";
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", place.dataset.label);
  const clear = Object.assign(document.createElement("button"), {
    type: "button",
    className: "govuk-button govuk-button--secondary",
    textContent: place.dataset.clear,
  });
  field.after(canvas, clear);
  const pen = Object.assign(canvas.getContext("2d"), { lineWidth: 3, lineCap: "round" });
  let strokes = [];
  let stroke = null;
  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    const x = ((event.clientX - box.left) * WIDTH) / box.width;
    const y = ((event.clientY - box.top) * HEIGHT) / box.height;
    const within = (value, most) => Math.round(Math.min(Math.max(value, 0), most));
    return [within(x, WIDTH), within(y, HEIGHT)];
  };
  const draw = (point) => {
    const [x, y] = stroke.at(-1);
    pen.beginPath();
    pen.moveTo(x, y);
    pen.lineTo(...point);
    pen.stroke();
    stroke.push(point);
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    stroke = [at(event)];
    strokes.push(stroke);
    draw(at(event));
  });
  canvas.addEventListener("pointermove", (event) => stroke && draw(at(event)));
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, () => {
      stroke = null;
      field.value = JSON.stringify(strokes);
    });
  }
  clear.addEventListener("click", () => {
    strokes = [];
    field.value = "";
    pen.clearRect(0, 0, WIDTH, HEIGHT);
  });
}
