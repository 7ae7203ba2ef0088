/* The panel: one key. The type first, then only the fields that apply; what is typed is in the
   draft at once. */
import { PeopleField } from "./people.js";
import { people } from "./session.js";
import { hasEnded, isRefused } from "./words.js";
import { bankOf, numberOf, same } from "./draft.js";

const VALUE = {
  person: "person",
  target: "personOrNumber",
  code: "number",
  digits: "digits",
  url: "address",
};
const HELP = {
  person: "personHelp",
  target: "targetHelp",
  digits: "digitsHelp",
  url: "addressHelp",
};

export class Panel {
  constructor(root, editor) {
    this.root = root;
    this.editor = editor;
    this.fields = root.querySelector("[data-fields]");
    this.title = root.querySelector("#panel-title");
    this.title.tabIndex = -1;
    this.narrow = matchMedia("(max-width: 991.98px)");
    this.narrow.addEventListener("change", () => this.#sheet());
    for (const id of ["function", "value", "event", "label", "picks-up", "locked", "reason"]) {
      this[id.replace(/-(.)/, (_, letter) => letter.toUpperCase())] = root.querySelector(
        `#k-${id}`,
      );
    }
    this.#options();
    this.people = new PeopleField(this.value, root.querySelector("#k-people"), {
      ask: (text, signal) => people(editor, text, signal),
      words: editor.words,
      about: () => editor.chosen,
      stillSays: (place, text) => editor.draft.at(place)?.value === text,
      onPick: (person, place) => this.#change({ person, value: "" }, place),
      onType: (text) => this.#change({ person: null, value: text.trim() }),
    });
    this.#listen();
  }

  #options() {
    const plain = document.createDocumentFragment();
    const advanced = document.createElement("optgroup");
    advanced.label = this.editor.words.say("advanced");
    for (const each of this.editor.draft.catalogue.functions) {
      (each.advanced ? advanced : plain).append(new Option(each.label, each.code));
    }
    this.function.replaceChildren(plain, advanced);
    this.event.replaceChildren(
      ...this.editor.draft.catalogue.events.map((each) => new Option(each.label, each.code)),
    );
  }

  #listen() {
    this.fields.addEventListener("submit", (event) => event.preventDefault());
    this.function.addEventListener("change", () => this.#turn());
    this.event.addEventListener("change", () => this.#change({ value: this.event.value }));
    this.label.addEventListener("input", () => this.#change({ label: this.label.value }));
    this.picksUp.addEventListener("change", () => this.#change({ picksUp: this.picksUp.checked }));
    this.locked.addEventListener("change", () =>
      this.#change({
        isLocked: this.locked.checked,
        reason: this.locked.checked ? this.reason.value : "",
      }),
    );
    this.reason.addEventListener("input", () => this.#change({ reason: this.reason.value }));
    this.root
      .querySelector("[data-close]")
      .addEventListener("click", () => this.editor.closePanel());
  }

  /** Another type: what both can be about stays. */
  #turn() {
    const { words, draft, chosen } = this.editor;
    const next = words.functions.get(this.function.value);
    const content = draft.at(chosen);
    const before = words.functions.get(content.function);
    const keepsPerson = ["person", "target"].includes(next.parameter);
    const value =
      next.parameter === before.parameter
        ? content.value
        : next.parameter === "event"
          ? this.event.value
          : "";
    this.#change({
      function: next.code,
      value,
      person: keepsPerson ? content.person : null,
      picksUp: true,
    });
    this.show();
  }

  #change(part, place = this.editor.chosen) {
    const { editor } = this;
    const content = { ...editor.draft.at(place), ...part };
    const what = editor.words.say("set", {
      key: editor.words.key(place),
      what: editor.words.content(content),
    });
    editor.type(what, place, content, Object.keys(part)[0]);
    if (place === editor.chosen) this.#around(place);
  }

  /** Everything of the chosen key. */
  show() {
    const { draft, words, chosen } = this.editor;
    this.root.classList.toggle("is-closed-s", !this.editor.isOpen);
    this.#sheet();
    this.root.querySelector("[data-nothing]").hidden = Boolean(chosen);
    this.fields.hidden = !chosen;
    if (!chosen) return;
    const content = draft.at(chosen);
    this.#title(chosen);
    this.function.value = content.function;
    const parameter = words.functions.get(content.function).parameter;
    this.value.value = content.person
      ? hasEnded(content)
        ? content.person.number
        : content.person.name
      : content.value;
    if (parameter === "event") this.event.value = content.value || this.event.options[0].value;
    this.label.value = content.label;
    this.label.placeholder = content.label ? "" : words.labelOf({ ...content, label: "" });
    this.picksUp.checked = content.picksUp;
    this.locked.checked = content.isLocked;
    this.reason.value = content.reason;
    for (const input of [this.label, this.reason]) input.dispatchEvent(new Event("mc:set"));
    this.#around(chosen);
  }

  #title(place) {
    const { words } = this.editor;
    const bank = document.createElement("span");
    bank.className = "mc-muted fw-normal mc-small";
    bank.textContent = words.banks.get(bankOf(place));
    this.root
      .querySelector("#panel-title")
      .replaceChildren(words.say("key", { n: numberOf(place) }), " ", bank);
  }

  /** What depends on the key's content but is no field somebody may be typing in. */
  #around(place) {
    const { draft, words } = this.editor;
    const content = draft.at(place);
    const own = draft.own(place);
    const type = words.functions.get(content.function);
    const lock = draft.lock(place);
    this.root.querySelector("#k-meaning").textContent = type.meaning;
    this.#which(type, Boolean(lock));
    this.#note("[data-lock]", lock);
    this.root.querySelector("[data-broken]").hidden = !hasEnded(content);
    this.root.querySelector("[data-refused]").hidden = !isRefused(content);
    this.root.querySelector("[data-reason]").hidden = !content.isLocked;
    this.label.placeholder = words.labelOf({ ...content, label: "" });
    this.root.querySelector("[data-follows]").hidden =
      !content.person || Boolean(content.label) || Boolean(lock);
    const origin = this.root.querySelector("[data-origin]");
    origin.hidden = false;
    origin.textContent = own ? draft.catalogue.own : draft.inherited[place].from;
    origin.classList.toggle("mine", Boolean(own));
    this.#before(place);
    this.#problems(place);
  }

  #which(type, isClosed) {
    const shown = {
      function: true,
      value: type.parameter in VALUE,
      event: type.parameter === "event",
      label: type.code !== "none",
      picksUp: type.picksUp,
      lock: this.editor.draft.catalogue.locks,
    };
    for (const field of this.root.querySelectorAll("[data-field]"))
      field.hidden = !shown[field.dataset.field];
    if (shown.value) {
      this.root.querySelector("[data-value-label]").textContent = this.editor.words.say(
        VALUE[type.parameter],
      );
      this.root.querySelector("#k-value-help").textContent = HELP[type.parameter]
        ? this.editor.words.say(HELP[type.parameter])
        : "";
      this.people.turn(["person", "target"].includes(type.parameter), type.parameter === "person");
      this.value.inputMode = type.parameter === "code" ? "tel" : "";
    }
    for (const field of this.fields.querySelectorAll("input, select, .mc-foot button"))
      field.disabled = isClosed;
  }

  #note(selector, text) {
    const note = this.root.querySelector(selector);
    note.hidden = !text;
    note.textContent = text;
  }

  #before(place) {
    const { draft, words } = this.editor;
    const isChanged = draft.isChanged(place);
    this.root.querySelector("[data-before]").hidden = !isChanged;
    if (isChanged)
      this.root.querySelector("[data-before-words]").textContent = words.content(
        draft.before(place),
      );
    const inherit = this.root.querySelector('[data-do="inherit"]');
    const own = draft.own(place);
    inherit.hidden = !own || same(own, null);
    const { inherited, from } = draft.inherited[place];
    inherit.textContent = words.say("inherit", { what: words.content(inherited), from });
  }

  /** What the server said is wrong, at its field. */
  #problems(place) {
    const found = this.editor.problems.get(place) ?? [];
    for (const said of this.root.querySelectorAll("[data-problem]")) {
      const mine = found.filter((each) => each.field === said.dataset.problem);
      said.hidden = mine.length === 0;
      said.textContent = mine.map((each) => each.message).join(" ");
    }
    const wrong = new Set(found.map((each) => each.field));
    const inputs = {
      function: this.function,
      value: this.value,
      label: this.label,
      reason: this.reason,
    };
    for (const [name, input] of Object.entries(inputs)) {
      const said = this.root.querySelector(`[data-problem="${name}"]`);
      said.id = `p-${name}`;
      const described = new Set(
        (input.getAttribute("aria-describedby") ?? "")
          .split(" ")
          .filter((id) => id && id !== said.id),
      );
      if (wrong.has(name)) described.add(said.id);
      if (described.size) input.setAttribute("aria-describedby", [...described].join(" "));
      else input.removeAttribute("aria-describedby");
      if (wrong.has(name)) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
      input.classList.toggle("is-invalid", wrong.has(name));
    }
  }

  /** What is wrong first, else the type; the reason of a lock, whose fields are closed. */
  focus() {
    const wrong = this.fields.querySelector("[aria-invalid=true]");
    const at = wrong?.checkVisibility()
      ? wrong
      : this.function.disabled
        ? this.title
        : this.function;
    at.focus();
  }

  /** Below the width of two columns it is a sheet over the rest, which waits. */
  #sheet() {
    const isSheet = this.editor.isOpen && this.narrow.matches;
    if (isSheet === this.isSheet) return;
    this.isSheet = isSheet;
    for (const part of document.querySelectorAll(
      ".mc-bar, .mc-acting, .mc-head, .mc-ed-main, .mc-undo, .mc-keysel",
    ))
      part.inert = isSheet;
    for (const [name, value] of [
      ["role", "dialog"],
      ["aria-modal", "true"],
    ]) {
      if (isSheet) this.root.setAttribute(name, value);
      else this.root.removeAttribute(name);
    }
    if (isSheet) this.title.focus();
  }
}
