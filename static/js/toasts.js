/* What succeeded is said in a corner, then goes; an error stays in its page. The region is there
   before its words: they are read out. */
const READING = 60; // ms for a letter, after the first seconds
const DECIDING = 6000; // more, where it can be taken back
const region = document.querySelector(".mc-toasts");

function dismiss(toast) {
  const hadFocus = toast.contains(document.activeElement);
  toast.remove();
  if (hadFocus) document.getElementById("content")?.focus();
}

// Whoever looks at it, or is in it, keeps it.
function hold(toast, whole) {
  let left = whole;
  let since = 0;
  let timer = null;
  const stop = () => {
    if (timer === null) return;
    clearTimeout(timer);
    timer = null;
    left -= performance.now() - since;
  };
  const run = () => {
    if (timer !== null || toast.matches(":hover, :focus-within") || document.hidden) return;
    since = performance.now();
    timer = setTimeout(() => dismiss(toast), Math.max(left, 1500));
  };
  for (const name of ["mouseenter", "focusin"]) toast.addEventListener(name, stop);
  for (const name of ["mouseleave", "focusout"])
    toast.addEventListener(name, () => setTimeout(run));
  document.addEventListener("visibilitychange", () => (document.hidden ? stop() : run()));
  run();
}

function show(toast) {
  toast.removeAttribute("role"); // the region has it
  region.append(toast);
  const more = toast.querySelector("form") ? DECIDING : 0;
  hold(toast, 6000 + more + READING * toast.textContent.trim().length);
}

document.addEventListener("click", (event) => {
  const toast = event.target.closest?.("[data-dismiss]")?.closest("[data-toast]");
  if (toast) dismiss(toast);
});

document.addEventListener("keydown", (event) => {
  const toast = event.key === "Escape" && event.target.closest?.("[data-toast]");
  if (toast) dismiss(toast);
});

if (region) document.querySelectorAll(".mc-messages [data-toast]").forEach(show);
