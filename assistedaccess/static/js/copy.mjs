// A button beside each answer that copies it. Without this file the answer is marked and copied by
// hand: the button is not there.
for (const button of document.querySelectorAll("button[data-app-copy]")) {
  const source = document.getElementById(button.dataset.appCopy);
  const status = document.getElementById("copied");
  if (!source || !navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(source.innerText.trim());
      if (status) status.textContent = button.dataset.appCopied;
    } catch {
      const range = document.createRange();
      range.selectNodeContents(source);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
    }
  });
}
