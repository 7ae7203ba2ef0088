/* The key editor: the draft and its three views – drawing, list, panel – which say the same at any time. */
import { confirm, open, pickPeople } from "./dialogs.js";
import { draggable } from "./drag.js";
import { Draft } from "./draft.js";
import { Drawing } from "./drawing.js";
import { keyboard } from "./keyboard.js";
import { List } from "./list.js";
import { Panel } from "./panel.js";
import { save } from "./save.js";
import { Server } from "./server.js";
import { Words } from "./words.js";

class Editor {
  constructor(data) {
    this.data = data;
    this.draft = new Draft(data);
    this.words = new Words(data.words, this.draft);
    this.server = new Server(data);
    this.problems = new Map();
    this.words.isWrong = (place) => this.problems.has(place);
    this.selected = new Set();
    this.chosen = null;
    this.carried = null;
    this.isOpen = false;
    this.loginUrl = document.querySelector("[data-login]").dataset.login;
    this.voice = document.querySelector("[data-speak]");
    this.sprite = document.querySelector(".mc-k use").getAttribute("href").split("#")[0];
    this.drawing = new Drawing(document.querySelector("[data-stage] .ph"), this);
    this.list = new List(document.querySelector("[data-groups]"), this);
    this.panel = new Panel(document.querySelector("[data-panel]"), this);
    this.#buttons();
    this.rebuild();
    const asked = new URLSearchParams(location.search).get("touche");
    this.choose(this.draft.places().includes(asked) ? asked : this.draft.places()[0], { open: Boolean(asked) });
    window.addEventListener("beforeunload", (event) => this.draft.count() && event.preventDefault());
  }

  icon(name) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("class", "mc-i");
    svg.setAttribute("aria-hidden", "true");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    use.setAttribute("href", `${this.sprite}#i-${name}`);
    svg.append(use);
    return svg;
  }

  // --- Showing -----------------------------------------------------------------------------------------

  rebuild() {
    this.drawing.rebuild();
    this.list.rebuild();
    this.show();
  }

  show() {
    if (this.chosen && !this.draft.places().includes(this.chosen)) this.chosen = this.draft.places().at(-1);
    for (const place of this.draft.places()) {
      this.drawing.show(place);
      this.list.show(place);
    }
    this.list.count();
    this.#bars();
  }

  #bars() {
    const { draft, words } = this;
    const count = draft.count();
    const bar = document.querySelector("[data-undo]");
    bar.hidden = count === 0 && !draft.past.length && !draft.future.length;
    bar.querySelector("[data-count]").textContent = count === 1 ? words.say("oneChange") : words.say("changes", { n: count });
    const last = draft.past.at(-1);
    bar.querySelector("[data-last]").textContent = last ? words.say("last", { what: last.what }) : "";
    // Not disabled: that would drop the focus of whoever just used it.
    const off = { undo: !draft.past.length, redo: !draft.future.length, save: count === 0, discard: count === 0 };
    for (const [name, is] of Object.entries(off)) bar.querySelector(`[data-do="${name}"]`).setAttribute("aria-disabled", String(is));
    const selection = document.querySelector("[data-selection]");
    selection.hidden = this.selected.size < 2;
    selection.classList.toggle("is-shown", this.selected.size > 1);
    selection.querySelector("[data-selected]").textContent = words.say("selected", { n: this.selected.size });
    for (const button of document.querySelectorAll('[data-do="sidecar"]')) {
      button.disabled = draft.sidecars >= draft.catalogue.maxSidecars;
    }
    const places = draft.places();
    const free = places.filter((place) => draft.isFree(place)).length;
    document.querySelector("[data-map-words]").textContent = words.say("mapWords", { n: places.length, free });
  }

  speak(text) {
    // The same words twice are read twice.
    this.voice.textContent = "";
    requestAnimationFrame(() => (this.voice.textContent = text));
  }

  // --- Choosing ----------------------------------------------------------------------------------------

  choose(place, { extend = false, keep = false, open: opens = false, edit = false, focus = false } = {}) {
    if (this.carried && this.carried !== place && !keep) this.carried = null;
    if (extend) this.#extend(place);
    else if (!keep) this.selected.clear();
    this.anchor = extend ? (this.anchor ?? this.chosen) : place;
    this.chosen = place;
    if (opens) this.cameFrom = document.activeElement?.closest(".mc-k") ? "list" : "drawing";
    this.isOpen = this.isOpen || opens;
    for (const spot of document.querySelectorAll("[data-thumb]")) spot.classList.toggle("ph-on", spot.dataset.thumb === place);
    this.show();
    this.panel.show();
    if (extend) this.speak(this.words.say("selected", { n: this.selected.size }));
    if (focus) {
      this.isExtending = true;
      this.drawing.focus(place);
      this.isExtending = false;
    }
    if (edit) this.panel.focus();
  }

  /** The focus on a key, in the drawing or, where that is out of sight, in the list. */
  focusOn(place, inDrawing = true) {
    const drawn = this.drawing.element(place);
    if (inDrawing && drawn?.checkVisibility()) this.drawing.focus(place);
    else {
      this.list.unfold(place);
      this.list.element(place)?.querySelector("[data-choose]").focus();
    }
  }

  /** After an act whose button is gone: nobody is left nowhere. */
  #land() {
    if (document.activeElement === document.body) this.focusOn(this.chosen);
  }

  #extend(place) {
    const places = this.draft.places();
    const from = this.anchor ?? this.chosen;
    const [first, last] = [places.indexOf(from), places.indexOf(place)].sort((a, b) => a - b);
    this.selected = new Set(places.slice(first, last + 1));
  }

  toggle(place) {
    if (this.selected.size === 0 && this.chosen) this.selected.add(this.chosen);
    if (!this.selected.delete(place)) this.selected.add(place);
    this.choose(place, { keep: true });
  }

  unselect() {
    this.selected.clear();
    this.show();
    this.#land();
  }

  closePanel() {
    this.isOpen = false;
    this.panel.show();
    this.focusOn(this.chosen, this.cameFrom !== "list");
  }

  /** The chosen keys, in order; the one key where there is no choice of several. */
  get range() {
    const places = this.draft.places();
    return this.selected.size > 1 ? places.filter((place) => this.selected.has(place)) : [this.chosen];
  }

  // --- Acts: each is one step that can be undone, and is told ----------------------------------------------

  #done(isDone, text, otherwise = "") {
    if (isDone) {
      this.show();
      this.panel.show();
      this.speak(text);
    } else if (otherwise) this.speak(otherwise);
    return isDone;
  }

  #isLocked(place) {
    if (!this.draft.lock(place)) return false;
    this.speak(this.words.say("locked", { key: this.words.key(place), why: this.draft.lock(place) }));
    return true;
  }

  type(what, place, content) {
    this.draft.type(what, place, content);
    if (this.problems.delete(place) && !this.problems.size) document.querySelector(".mc-said")?.remove();
    this.show();
  }

  move(from, to, { focus = null } = {}) {
    if (this.#isLocked(from) || this.#isLocked(to)) return;
    const { words } = this;
    const isNear = from.slice(0, from.lastIndexOf("-")) === to.slice(0, to.lastIndexOf("-"));
    const text = words.say(isNear ? "moved" : "swapped", { key: words.key(from), to: words.key(to) });
    this.draft.move(text, from, to);
    this.selected.clear();
    this.chosen = to;
    this.#done(true, text);
    if (focus) this.focusOn(to, focus === "drawing");
  }

  pickUp(place) {
    if (this.#isLocked(place)) return;
    this.carried = place;
    this.#done(true, this.words.say("carried", { key: this.words.key(place) }));
  }

  putDown(place) {
    const from = this.carried;
    this.carried = null;
    if (from === place) this.#done(true, this.words.say("putBack", { key: this.words.key(place) }));
    else this.move(from, place, { focus: document.activeElement.matches(".ph-key") ? "drawing" : "list" });
  }

  putBack() {
    const from = this.carried;
    this.carried = null;
    this.choose(from, { focus: true });
    this.speak(this.words.say("putBack", { key: this.words.key(from) }));
  }

  copy(place) {
    this.clipboard = this.draft.at(place);
    this.speak(this.words.say("copied", { key: this.words.key(place) }));
  }

  cut(place) {
    if (this.#isLocked(place)) return;
    this.clipboard = this.draft.at(place);
    const text = this.words.say("cut", { key: this.words.key(place) });
    this.#done(this.draft.empty(text, [place]), text);
  }

  paste(place) {
    if (!this.clipboard || this.#isLocked(place)) return;
    const text = this.words.say("pasted", { key: this.words.key(place) });
    this.#done(this.draft.set(text, place, this.clipboard), text);
  }

  empty() {
    if (this.range.length === 1 && this.#isLocked(this.chosen)) return;
    const { range } = this;
    const text = range.length > 1 ? this.words.say("emptiedAll", { n: range.length }) : this.words.say("emptied", { key: this.words.key(this.chosen) });
    this.#done(this.draft.empty(text, range), text, this.words.say("isFree"));
  }

  why(place) {
    const name = this.draft.lock(place) ? "locked" : "notLocked";
    this.speak(this.words.say(name, { key: this.words.key(place), why: this.draft.lock(place) }));
  }

  #named(name, act, otherwise) {
    if (this.#isLocked(this.chosen)) return;
    const text = this.words.say(name, { key: this.words.key(this.chosen) });
    this.#done(act(text), text, otherwise && this.words.say(otherwise, { key: this.words.key(this.chosen) }));
  }

  step(by) {
    const other = this.draft.beside(this.chosen, by);
    if (other) this.move(this.chosen, other);
    else this.speak(this.words.say("edge"));
  }

  shift(by) {
    const text = this.words.say("shifted", { n: this.range.length });
    const moved = this.draft.shift(text, this.range, by);
    if (moved && this.selected.size > 1) {
      const places = this.draft.places();
      this.selected = new Set([...this.selected].map((place) => places[places.indexOf(place) + by] ?? place));
    }
    this.#done(moved, text, this.words.say("noRoom"));
  }

  sort() {
    const bank = this.draft.banks().find((each) => each.places.includes(this.chosen)).places;
    const places = this.selected.size > 1 ? this.range : bank;
    const text = this.words.say("sorted", { n: places.length });
    this.#done(this.draft.sort(text, places, (place) => this.words.label(place)) > 0, text, this.words.say("isSorted"));
  }

  async fill() {
    const all = this.draft.places();
    const isChosen = this.selected.size > 1;
    const room = this.draft.room(isChosen ? this.range : all.slice(all.indexOf(this.chosen)), isChosen);
    if (!room.length) {
      this.speak(this.words.say("noFree", { key: this.words.key(this.chosen) }));
      return;
    }
    const people = await pickPeople(this, room[0]);
    if (!people?.length) return;
    const n = Math.min(room.length, people.length);
    const left = people.length - n;
    const text = this.words.say(left ? "filledSome" : "filled", { n, left });
    this.#done(this.draft.fill(text, room, people), text);
  }

  async sidecar() {
    if (!(await open("sidecar"))) return;
    const text = this.words.say("sidecarAdded", { n: this.draft.sidecars + 1 });
    if (!this.draft.addSidecar(text)) return;
    this.rebuild();
    const first = `${this.draft.catalogue.modules[this.draft.sidecars - 1].name}-1`;
    this.choose(first);
    this.focusOn(first);
    this.speak(text);
  }

  async removeSidecar(module) {
    const { words, draft } = this;
    const bank = draft.catalogue.modules[module - 1];
    const used = Array.from({ length: bank.keys }, (_, at) => `${bank.name}-${at + 1}`).some((place) => !draft.isFree(place));
    const asked = { n: module, keys: bank.keys };
    if (used && !(await confirm(words.say("removeTitle", asked), words.say("removeText", asked), words.say("removeYes", asked)))) return;
    const text = words.say("sidecarRemoved", { n: module });
    draft.removeSidecar(text, module);
    this.selected.clear();
    this.rebuild();
    this.panel.show();
    this.speak(text);
  }

  undo() {
    this.#travel(this.draft.undo(), "undone", "nothingToUndo");
  }

  redo() {
    this.#travel(this.draft.redo(), "redone", "nothingToRedo");
  }

  #travel(step, name, otherwise) {
    if (!step) {
      this.speak(this.words.say(otherwise));
      return;
    }
    this.rebuild();
    if (step.focus && this.draft.places().includes(step.focus)) {
      const at = document.activeElement;
      this.choose(step.focus);
      if (at?.matches(".ph-key, [data-choose]")) this.focusOn(step.focus, at.matches(".ph-key"));
    }
    this.panel.show();
    this.speak(this.words.say(name, { what: step.what }));
  }

  async discard() {
    const { words } = this;
    const text = words.say("discardText", { n: this.draft.count() });
    if (!(await confirm(words.say("discardTitle"), text, words.say("discardYes")))) return;
    this.draft.discard();
    this.problems.clear();
    document.querySelector(".mc-said")?.remove();
    this.rebuild();
    this.panel.show();
    this.#land();
    this.speak(words.say("discarded"));
  }

  help() {
    open("help");
  }

  // --- Saving ------------------------------------------------------------------------------------------

  save() {
    save(this);
  }

  busy(isBusy) {
    const button = document.querySelector('[data-do="save"]');
    button.setAttribute("aria-busy", String(isBusy));
    button.lastChild.textContent = this.words.say(isBusy ? "saving" : "save");
  }

  saved(data, message) {
    Object.assign(this.data, data);
    this.draft.start({ ...this.data, ...data });
    this.problems.clear();
    this.rebuild();
    this.panel.show();
    this.#say("success", message);
    this.#land();
  }

  rebase(data, own, sidecars) {
    Object.assign(this.data, data);
    this.draft.rebase({ ...this.data, ...data }, own, sidecars, this.words.say("leaving"));
    this.rebuild();
    this.panel.show();
  }

  /** Each wrong key is marked; the first one opens. */
  refused({ message, problems }) {
    this.problems = new Map();
    for (const problem of problems) this.problems.set(problem.place, [...(this.problems.get(problem.place) ?? []), problem]);
    this.#say("error", message);
    this.show();
    const first = problems.find((problem) => this.draft.places().includes(problem.place));
    if (first) this.choose(first.place, { open: true, edit: true });
  }

  fail(message) {
    this.#say("error", message);
  }

  #say(tone, message) {
    const said = document.createElement("div");
    const isError = tone === "error";
    said.className = `alert ${isError ? "alert-danger" : "alert-success"} mc-said`;
    said.setAttribute("role", isError ? "alert" : "status");
    const text = document.createElement("p");
    text.textContent = message;
    said.append(this.icon(isError ? "x-octagon-fill" : "check-circle-fill"), text);
    const close = document.createElement("button");
    Object.assign(close, { type: "button", className: "btn btn-icon" });
    close.setAttribute("aria-label", this.words.say("close"));
    close.append(this.icon("x-lg"));
    close.addEventListener("click", () => said.remove());
    said.append(close);
    document.querySelector(".mc-said")?.remove();
    document.querySelector(".mc-ed-main").prepend(said);
    if (isError) said.scrollIntoView({ block: "nearest" });
  }

  // --- Buttons -----------------------------------------------------------------------------------------

  #buttons() {
    const { draft } = this;
    const acts = {
      sidecar: () => this.sidecar(),
      fill: () => this.fill(),
      sort: () => this.sort(),
      shift: () => this.shift(1),
      "shift-back": () => this.shift(-1),
      unselect: () => this.unselect(),
      help: () => this.help(),
      up: () => this.step(-1),
      down: () => this.step(1),
      empty: () => this.empty(),
      insert: () => this.#named("inserted", (text) => draft.insert(text, this.chosen), "insertFull"),
      "close-gap": () => this.#named("gapClosed", (text) => draft.closeGap(text, this.chosen)),
      inherit: () => this.#named("inheritedAgain", (text) => draft.inherit(text, this.chosen)),
      restore: () => this.#named("restored", (text) => draft.restore(text, this.chosen)),
      undo: () => this.undo(),
      redo: () => this.redo(),
      discard: () => this.discard(),
      save: () => this.save(),
    };
    document.addEventListener("click", (event) => {
      const button = event.target.closest?.("[data-do]");
      if (button && button.getAttribute("aria-disabled") !== "true") acts[button.dataset.do]();
      const remove = event.target.closest?.("[data-remove-sidecar]");
      if (remove) this.removeSidecar(Number(remove.dataset.removeSidecar));
    });
  }
}

const editor = new Editor(JSON.parse(document.getElementById("editor-data").textContent));
draggable(editor);
keyboard(editor);
document.querySelector("[data-editor]").dataset.ready = "";
