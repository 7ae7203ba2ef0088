/* Ticked rows: all at once, how many, and the bar of what can be done with them. */
function parts(table) {
  return {
    rows: [...table.querySelectorAll("tbody input[type=checkbox]")],
    all: table.querySelector("[data-tick-all]"),
    bar: document.getElementById(table.dataset.selection),
  };
}

function show(table) {
  const { rows, all, bar } = parts(table);
  const ticked = rows.filter((row) => row.checked).length;
  for (const row of rows) row.closest("tr").classList.toggle("is-ticked", row.checked);
  if (all) {
    all.checked = ticked > 0 && ticked === rows.length;
    all.indeterminate = ticked > 0 && ticked < rows.length;
  }
  if (!bar) return;
  const count = bar.querySelector("[data-count]");
  bar.classList.toggle("is-shown", ticked > 0);
  count.textContent = ticked === 1 ? count.dataset.one : count.dataset.many.replace("{n}", ticked);
}

function showAll() {
  document.querySelectorAll("table[data-selection]").forEach(show);
}

document.addEventListener("change", (event) => {
  const table = event.target.closest?.("table[data-selection]");
  if (!table) return;
  if (event.target.matches("[data-tick-all]")) {
    for (const row of parts(table).rows) row.checked = event.target.checked;
  }
  show(table);
});

document.addEventListener("click", (event) => {
  const bar = event.target.closest?.("[data-untick]")?.closest("[data-selection-bar]");
  if (!bar) return;
  const table = document.querySelector(`table[data-selection="${bar.id}"]`);
  for (const row of parts(table).rows) row.checked = false;
  show(table);
  parts(table).all?.focus();
});

document.addEventListener("htmx:afterSettle", showAll);
window.addEventListener("pageshow", showAll);
showAll();
