/* In <head>, before the first paint: the automatic theme, and the sign that there is a script. */
(() => {
  const page = document.documentElement;
  page.classList.add("has-script");
  // Paper is light: the dark theme's pale text would be lost on it.
  let onScreen = null;
  window.addEventListener("beforeprint", () => {
    onScreen ??= page.dataset.bsTheme;
    page.dataset.bsTheme = "light";
  });
  window.addEventListener("afterprint", () => {
    page.dataset.bsTheme = onScreen ?? page.dataset.bsTheme;
    onScreen = null;
  });
  if (page.dataset.theme !== "auto") return;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const follow = () => {
    page.dataset.bsTheme = dark.matches ? "dark" : "light";
  };
  follow();
  dark.addEventListener("change", follow);
})();
