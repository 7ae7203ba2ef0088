/* A form leaves once: its button is disabled while it does. The server's own guard does not depend
   on this. */
const BUSY = "data-submitted";

function release(form) {
  form.removeAttribute(BUSY);
  for (const button of form.querySelectorAll("[aria-busy]")) {
    button.disabled = false;
    button.removeAttribute("aria-busy");
    const words = button.querySelector("[data-busy-words]");
    if (words) {
      words.remove();
      for (const part of button.children) part.hidden = false;
      button.append(...(button.keptText ?? []));
      button.keptText = undefined;
    }
  }
}

function mark(button) {
  button.setAttribute("aria-busy", "true");
  button.disabled = true;
  if (!button.dataset.busy) return;
  button.keptText = [...button.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
  for (const node of button.keptText) node.remove();
  for (const part of button.children) part.hidden = true;
  const words = document.createElement("span");
  words.dataset.busyWords = "";
  words.textContent = button.dataset.busy;
  button.append(words);
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || !form.matches("form[data-submit-once]")) return;
  if (form.hasAttribute(BUSY)) {
    event.preventDefault();
    return;
  }
  form.setAttribute(BUSY, "");
  const button = event.submitter ?? form.querySelector("button:not([type=button])");
  // After the event: a button disabled during it would not be sent with the form.
  if (button) setTimeout(() => mark(button));
});

// Back to the page from the browser's memory: the form may leave again.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll(`form[${BUSY}]`).forEach(release);
});
