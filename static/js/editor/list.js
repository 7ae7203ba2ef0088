/* The list: the same keys in groups that fold, rows kept up to date. */
import { bankOf, numberOf } from "./draft.js";
import { hasEnded, isRefused } from "./words.js";

export class List {
  constructor(root, editor) {
    this.root = root;
    this.editor = editor;
    this.group = root.querySelector("details").cloneNode(true);
    this.row = root.querySelector(".mc-k").cloneNode(true);
    this.remove =
      document.querySelector("[data-remove-sidecar]")?.closest("p")?.cloneNode(true) ?? null;
    root.addEventListener("click", (event) => this.#click(event));
  }

  #click(event) {
    const link = event.target.closest("[data-choose]");
    if (link && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      this.editor.choose(link.closest("[data-place]").dataset.place, {
        extend: event.shiftKey,
        open: true,
      });
    } else if (link) {
      event.preventDefault();
      this.editor.toggle(link.closest("[data-place]").dataset.place);
    }
  }

  element(place) {
    return this.root.querySelector(`.mc-k[data-place="${place}"]`);
  }

  /** As many groups as there are sidecars now. */
  rebuild() {
    const { draft } = this.editor;
    const wanted = draft.banks();
    const names = new Set(wanted.map((bank) => bank.name));
    for (const group of this.root.querySelectorAll("details"))
      if (!names.has(group.dataset.bank)) group.remove();
    for (const bank of wanted) {
      if (!this.root.querySelector(`details[data-bank="${bank.name}"]`))
        this.root.append(this.#groupOf(bank));
    }
    const capacity = this.root.querySelector(".mc-capacity") ?? this.#capacity();
    capacity.hidden = draft.sidecars === 0;
    const first = this.root.querySelector('details[data-bank="sidecar-1"]');
    if (first) first.before(capacity);
  }

  #capacity() {
    const heading = document.createElement("h2");
    heading.className = "mc-capacity";
    heading.textContent = this.root.dataset.capacity;
    this.root.append(heading);
    return heading;
  }

  #groupOf(bank) {
    const group = this.group.cloneNode(true);
    group.dataset.bank = bank.name;
    group.open = true;
    group.querySelector("summary > span").textContent = bank.label;
    const list = group.querySelector("ol");
    list.replaceChildren(
      ...bank.places.map((place) => {
        const row = this.row.cloneNode(true);
        row.dataset.place = place;
        row.querySelector(".n").textContent = this.editor.words.say("key", { n: numberOf(place) });
        row.querySelector("a").href = `?touche=${place}`;
        return row;
      }),
    );
    const total = group.querySelector("[data-total]");
    total.textContent = total.textContent.replace(/\d+/, String(bank.keys));
    group.querySelector(".mc-group-foot")?.remove();
    const foot = this.root.querySelector("template")?.content.cloneNode(true);
    const module = Number(bank.name.replace("sidecar-", ""));
    if (foot && module) {
      const button = foot.querySelector("[data-remove-sidecar]");
      button.dataset.removeSidecar = module;
      button.lastChild.textContent = this.editor.words.say("removeYes", { n: module });
      group.append(foot);
    }
    return group;
  }

  /** One row, as the draft has it. */
  show(place) {
    const row = this.element(place);
    if (!row) return;
    const { draft, words, chosen, selected } = this.editor;
    const content = draft.at(place);
    const type = words.functions.get(content.function);
    row.classList.toggle("is-on", place === chosen);
    row.classList.toggle("is-selected", selected.has(place));
    const icon = row.querySelector(".t");
    icon.title = type.label;
    icon.querySelector("use").setAttribute("href", `${this.editor.sprite}#i-${type.icon}`);
    icon.querySelector(".visually-hidden").textContent = type.label;
    this.#words(row.querySelector("[data-choose]"), place, content);
    row.querySelector(".marks").replaceChildren(...this.#marks(place, content));
    row.querySelector("[data-grip]").classList.toggle("is-closed", Boolean(draft.lock(place)));
  }

  #words(link, place, content) {
    const { words, chosen } = this.editor;
    const bold = document.createElement(content.function === "none" ? "span" : "b");
    const light = document.createElement("span");
    if (place === chosen) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
    if (content.function === "none") {
      bold.textContent = words.say("free");
      link.replaceChildren(bold);
      return;
    }
    bold.textContent = words.label(place);
    bold.classList.toggle("is-broken", hasEnded(content) || isRefused(content));
    const about = hasEnded(content)
      ? words.say("ended")
      : isRefused(content)
        ? words.say("refused")
        : words.about(content);
    light.textContent = about === bold.textContent ? "" : about;
    link.replaceChildren(bold, " ", light);
  }

  *#marks(place, content) {
    const { draft, words } = this.editor;
    if (draft.isChanged(place)) {
      const mark = document.createElement("span");
      mark.className = "d";
      mark.title = words.say("changed");
      const text = document.createElement("span");
      text.className = "visually-hidden";
      text.textContent = words.say("changed");
      yield mark;
      yield text;
    }
    if (this.editor.problems.has(place)) {
      const wrong = document.createElement("span");
      wrong.className = "mc-refuse mc-small";
      wrong.append(this.editor.icon("exclamation-triangle-fill"), ` ${words.say("wrong")}`);
      yield wrong;
    }
    const own = draft.own(place);
    if (!own && content.function === "none" && !draft.lock(place)) return;
    const origin = document.createElement("span");
    const isLock = Boolean(draft.lock(place) || own?.isLocked);
    origin.className = `mc-origin${isLock ? " lock" : own ? " mine" : ""}`;
    if (isLock) origin.append(this.editor.icon("lock-fill"));
    if (draft.lock(place)) origin.title = draft.lock(place);
    origin.append(own ? draft.catalogue.own : draft.inherited[place].from);
    yield origin;
  }

  /** « 18 touches, 3 libres ». */
  count() {
    const { draft, words } = this.editor;
    for (const bank of draft.banks()) {
      const free = bank.places.filter((place) => draft.isFree(place)).length;
      const shown = this.root.querySelector(`details[data-bank="${bank.name}"] [data-free]`);
      shown.textContent = free ? words.say("freeCount", { n: free }) : "";
      shown.classList.toggle("has-free", free > 0);
    }
  }

  unfold(place) {
    const group = this.root.querySelector(`details[data-bank="${bankOf(place)}"]`);
    if (group) group.open = true;
  }
}
