// Passkeys and security keys. The browser asks the key what the server wants to know, and the form
// carries its answer. Without this file, or in a browser without keys, the page shows instead which
// other proof to use.
const toBytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));

const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

const readOptions = (options) => {
  const withBytes = (list) => (list ?? []).map((one) => ({ ...one, id: toBytes(one.id) }));
  const read = { ...options, challenge: toBytes(options.challenge) };
  if (options.user) read.user = { ...options.user, id: toBytes(options.user.id) };
  if (options.allowCredentials) read.allowCredentials = withBytes(options.allowCredentials);
  if (options.excludeCredentials) read.excludeCredentials = withBytes(options.excludeCredentials);
  return read;
};

const writeAnswer = (key) => {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature"]) {
    if (key.response[name]) response[name] = toText(key.response[name]);
  }
  return JSON.stringify({ id: key.id, rawId: toText(key.rawId), type: key.type, response });
};

for (const part of document.querySelectorAll("[data-app-passkey]")) {
  const words = part.dataset;
  const form = part.querySelector("form");
  const status = part.querySelector("[role=status]");
  if (!form || !status || !window.PublicKeyCredential) continue;
  part.hidden = false;
  document.getElementById(words.appWithout).hidden = true;
  let busy = false;

  const ask = async () => {
    const body = new URLSearchParams({ csrf_token: form.elements.csrf_token.value });
    const answer = await fetch(words.appChallenge, { method: "POST", body });
    if (answer.redirected) {
      location.assign(answer.url); // signed in too long ago: first confirm that it is you
      return;
    }
    if (!answer.ok) throw new Error(answer.statusText);
    const publicKey = readOptions(await answer.json());
    const key = await (words.appPasskey === "create"
      ? navigator.credentials.create({ publicKey })
      : navigator.credentials.get({ publicKey }));
    form.elements.passkey_token.value = writeAnswer(key);
    form.submit();
  };

  form.addEventListener("submit", async (event) => {
    const name = form.elements.name;
    if (name instanceof HTMLInputElement && name.value.trim() === "") return; // the server says so
    event.preventDefault();
    if (busy) return;
    busy = true;
    status.textContent = words.appWaiting;
    try {
      await ask();
    } catch (error) {
      const known = error instanceof DOMException && error.name === "InvalidStateError";
      const stopped = error instanceof DOMException && error.name === "NotAllowedError";
      status.textContent = known ? words.appKnown : stopped ? words.appStopped : words.appFailed;
    } finally {
      busy = false;
    }
  });
}
