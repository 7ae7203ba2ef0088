/* Django admin's search-and-choose fields (select2) under the names of their labels: by themselves they have none. */
const selects = document.querySelectorAll("select.admin-autocomplete");
const labelOf = (select) => document.querySelector(`label[for="${CSS.escape(select.id)}"]`);
const comboboxOf = (select) => select.nextElementSibling.querySelector(".select2-selection");

function name(select) {
  const label = labelOf(select);
  if (!label) return;
  const combobox = comboboxOf(select);
  const chosen = combobox.querySelector(".select2-selection__rendered");
  label.id ||= `${select.id}_label`;
  combobox.setAttribute("aria-labelledby", `${label.id} ${chosen.id}`);
  chosen.removeAttribute("role"); // a text box in a combobox, which nobody can type in
  chosen.removeAttribute("aria-readonly");
}

function nameOpened({ target: select }) {
  const label = labelOf(select);
  const list = document.getElementById(`select2-${select.id}-results`);
  if (!label || !list) return;
  comboboxOf(select).setAttribute("aria-controls", list.id);
  const search = list.closest(".select2-dropdown").querySelector(".select2-search__field");
  for (const part of [list, search]) part.setAttribute("aria-labelledby", label.id);
}

if (selects.length) {
  const $ = window.django.jQuery; // select2 is made when jQuery says that the page is ready, and tells jQuery alone
  for (const select of selects) select.dataset.dropdownParent = "#content-start"; // the list opens in the page's main part
  $(() => selects.forEach(name));
  $(document).on("select2:open", nameOpened);
  $(document).on("select2:close", ({ target }) => comboboxOf(target).removeAttribute("aria-controls"));
}
