// Files on a page of a form. Without this file they travel with the page; with it each goes on its
// own as soon as it is chosen, with its progress, and again by itself when a lost network is back.
const AGAIN_AFTER = 8_000; // milliseconds

for (const input of document.querySelectorAll("input[type=file][data-app-upload]")) {
  const words = input.dataset;
  const list = document.getElementById(`${input.id}-files`);
  const status = document.getElementById(`${input.id}-status`);
  const form = input.form;
  if (!list || !status || !form) continue;
  const waiting = [];
  let busy = false;

  const say = (text) => {
    status.textContent = text;
  };

  const show = (stored) => {
    const item = document.createElement("li");
    const hidden = Object.assign(document.createElement("input"), {
      type: "hidden",
      name: input.name,
      value: stored.id,
    });
    const name = document.createElement("bdi");
    name.textContent = stored.name;
    item.append(hidden, name, ` (${stored.scan})`);
    list.append(item);
  };

  const next = () => {
    if (busy || waiting.length === 0) return;
    busy = true;
    const file = waiting[0];
    const body = new FormData();
    body.append("csrf_token", form.elements.csrf_token.value);
    body.append("question", words.appQuestion);
    body.append("file", file, file.name);
    const progress = Object.assign(document.createElement("progress"), { max: 100, value: 0 });
    progress.setAttribute("aria-label", `${words.appSending} ${file.name}`);
    say(`${words.appSending} ${file.name} `);
    status.append(progress);
    const request = new XMLHttpRequest();
    request.open("POST", words.appUpload);
    request.responseType = "json";
    request.timeout = 120_000;
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) progress.value = Math.round((100 * event.loaded) / event.total);
    });
    request.addEventListener("load", () => {
      busy = false;
      const answer = request.response;
      waiting.shift();
      if (request.status === 200 && answer && answer.id) {
        show(answer);
        say(`${words.appAdded} ${answer.name}`);
      } else {
        say((answer && answer.error) || words.appFailed);
      }
      if (waiting.length === 0) input.value = "";
      else next();
    });
    const lost = () => {
      busy = false; // the file stays chosen, and first in the row
      say(words.appLost);
      setTimeout(next, AGAIN_AFTER);
    };
    request.addEventListener("error", lost);
    request.addEventListener("timeout", lost);
    request.send(body);
  };

  input.addEventListener("change", () => {
    waiting.push(...input.files);
    next();
  });
  window.addEventListener("online", next);
}
