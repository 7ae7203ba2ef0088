/* A button that copies the text of something on the page, and says so. */
const SHOWN_MS = 2000;

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  const source = button && document.querySelector(button.dataset.copy);
  if (!source) return;
  const words = button.querySelector("span");
  try {
    await navigator.clipboard.writeText(source.textContent);
  } catch {
    // No right to the clipboard: the text is shown and chosen, Ctrl C does the rest.
    source.closest("details")?.setAttribute("open", "");
    getSelection().selectAllChildren(source);
    return;
  }
  const before = words.textContent;
  if (before === button.dataset.copied) return;
  words.textContent = button.dataset.copied;
  // not a role: a status inside it would take the button its name
  words.setAttribute("aria-live", "polite");
  setTimeout(() => {
    words.textContent = before;
  }, SHOWN_MS);
});
