/* Django admin's search-and-choose fields (select2): they get the names of their labels, which
   select2 does not give them, and offer only the sites of the client chosen on the same form. */
const OF_A_CLIENT = ["site", "administered_site", "parent"];
const client = document.querySelector("select#id_client");
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

function searchWithinClient($) {
  $.ajaxPrefilter((options) => {
    if (!client.value || !options.url.endsWith("/autocomplete/")) return;
    options.data += `&client=${encodeURIComponent(client.value)}`;
  });
  $(client).on("change", () => {
    for (const field of OF_A_CLIENT) $(`select#id_${field}`).val(null).trigger("change");
  });
}

if (selects.length) {
  // select2 is made when jQuery says that the page is ready, and tells jQuery alone.
  const $ = window.django.jQuery;
  if (client) searchWithinClient($);
  // the list opens in the page's main part
  for (const select of selects) select.dataset.dropdownParent = "#content-start";
  $(() => selects.forEach(name));
  $(document).on("select2:open", nameOpened);
  $(document).on("select2:close", ({ target }) =>
    comboboxOf(target).removeAttribute("aria-controls"),
  );
}
