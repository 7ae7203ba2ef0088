/* In <head>, before the first paint: the automatic theme, and the sign that there is a script. */
(() => {
  const page = document.documentElement;
  page.classList.add("has-script");
  if (page.dataset.theme !== "auto") return;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const follow = () => {
    page.dataset.bsTheme = dark.matches ? "dark" : "light";
  };
  follow();
  dark.addEventListener("change", follow);
})();
