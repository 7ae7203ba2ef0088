/* « / » goes to the search everywhere, wherever it is shown; not while one types, nor over a
   question. */
const TYPING = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented)
    return;
  if (event.target.closest?.(TYPING) || document.querySelector("dialog[open]")) return;
  const fields = [...document.querySelectorAll("[data-find]")];
  const field =
    fields.find((one) => one.checkVisibility()) ?? fields.find((one) => one.closest("details"));
  if (!field) return;
  event.preventDefault();
  const menu = field.closest("details");
  if (menu) menu.open = true;
  field.focus();
  field.select();
});
