/* Ticked rows: all at once, how many, and the bar of what can be done with them. They stay ticked
   from page to page. */
const kept = (table) => `ticked:${table.dataset.selectionKeep}`;

function parts(table) {
  return {
    rows: [...table.querySelectorAll("tbody input[type=checkbox]")],
    all: table.querySelector("[data-tick-all]"),
    bar: document.getElementById(table.dataset.selection),
  };
}

// A browser may keep nothing (private windows, policies): then the page's own ticks are the
// selection.
function remembered(table) {
  try {
    return new Set(JSON.parse(sessionStorage.getItem(kept(table)) ?? "[]"));
  } catch {
    return new Set();
  }
}

function remember(table, ids) {
  if (!table.dataset.selectionKeep) return;
  try {
    if (ids.size) sessionStorage.setItem(kept(table), JSON.stringify([...ids]));
    else sessionStorage.removeItem(kept(table));
  } catch {
    // as above
  }
}

function tickedOnPage(rows) {
  return new Set(rows.filter((row) => row.checked).map((row) => row.value));
}

// What is ticked on other pages goes with the form as hidden fields.
function carry(bar, name, ids) {
  for (const field of bar.querySelectorAll("[data-carried]")) field.remove();
  for (const id of ids) {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name, value: id });
    field.dataset.carried = "";
    bar.append(field);
  }
}

// « Tous les 214 résultats »: offered when the whole page is ticked and there are more.
function offerEverything(bar, isWholePage, count) {
  const offer = bar.querySelector("[data-everything]");
  if (!offer) return;
  offer.hidden = !isWholePage || Number(offer.dataset.everything) <= count;
  bar.querySelector("[name=everything]")?.remove();
}

function show(table) {
  const { rows, all, bar } = parts(table);
  const here = tickedOnPage(rows);
  for (const row of rows) row.closest("tr").classList.toggle("is-ticked", row.checked);
  if (all) {
    all.checked = here.size > 0 && rows.every((row) => row.checked);
    all.indeterminate = here.size > 0 && !all.checked;
  }
  if (!bar) return;
  const shown = new Set(rows.map((row) => row.value));
  const elsewhere = [...remembered(table)].filter((id) => !shown.has(id));
  if (rows.length) carry(bar, rows[0].name, elsewhere);
  const total = here.size + elsewhere.length;
  const count = bar.querySelector("[data-count]");
  bar.classList.toggle("is-shown", total > 0);
  bar.dataset.total = total;
  count.textContent = total === 1 ? count.dataset.one : count.dataset.many.replace("{n}", total);
  offerEverything(bar, Boolean(all?.checked), total);
}

function chooseEverything(offer) {
  const bar = offer.closest("[data-selection-bar]");
  const field = document.createElement("input");
  Object.assign(field, { type: "hidden", name: "everything", value: "1" });
  bar.append(field);
  bar.dataset.total = offer.dataset.everything;
  bar.querySelector("[data-count]").textContent = offer.dataset.words.replace(
    "{n}",
    offer.dataset.everything,
  );
  offer.hidden = true;
}

function keepAndShow(table) {
  const { rows } = parts(table);
  const ids = remembered(table);
  for (const row of rows) row.checked ? ids.add(row.value) : ids.delete(row.value);
  remember(table, ids);
  show(table);
}

function restore(table) {
  const ids = remembered(table);
  for (const row of parts(table).rows) row.checked ||= ids.has(row.value);
  keepAndShow(table);
}

function showAll() {
  document.querySelectorAll("table[data-selection]").forEach(restore);
}

document.addEventListener("change", (event) => {
  const table = event.target.closest?.("table[data-selection]");
  if (!table) return;
  if (event.target.matches("[data-tick-all]")) {
    for (const row of parts(table).rows) row.checked = event.target.checked;
  } else {
    // A phone may have two rows: it is ticked or it is not.
    for (const row of parts(table).rows)
      if (row.value === event.target.value) row.checked = event.target.checked;
  }
  keepAndShow(table);
});

const tableOf = (bar) => document.querySelector(`table[data-selection="${bar.id}"]`);

document.addEventListener("click", (event) => {
  const offer = event.target.closest?.("[data-everything]");
  if (offer) chooseEverything(offer);
  const bar = event.target.closest?.("[data-untick]")?.closest("[data-selection-bar]");
  if (!bar) return;
  const table = tableOf(bar);
  for (const row of parts(table).rows) row.checked = false;
  remember(table, new Set());
  show(table);
  parts(table).all?.focus();
});

// What was ticked has been dealt with: the answer says what became of it.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || !event.target.matches("[data-selection-bar]")) return;
  const table = tableOf(event.target);
  if (table) remember(table, new Set());
});

document.addEventListener("htmx:afterSettle", showAll);
window.addEventListener("pageshow", showAll);
showAll();
