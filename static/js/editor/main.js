/* The key editor: the draft and its three views – drawing, list, panel – which say the same at any
   time. */
import { Acts } from "./acts.js";
import { logIn, open } from "./dialogs.js";
import { draggable } from "./drag.js";
import { Draft } from "./draft.js";
import { Drawing } from "./drawing.js";
import { keyboard } from "./keyboard.js";
import { List } from "./list.js";
import { forgetNotice, forgetSuccess, notice, whisper } from "./notice.js";
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
    this.logIn = () => logIn(this); // for session.js, which may not import what imports it
    this.loginUrl = document.querySelector("[data-login]").dataset.login;
    this.voice = document.querySelector("[data-speak]");
    this.sprite = document.querySelector(".mc-k use").getAttribute("href").split("#")[0];
    this.acts = new Acts(this);
    this.drawing = new Drawing(document.querySelector("[data-stage] .ph"), this);
    this.list = new List(document.querySelector("[data-groups]"), this);
    this.panel = new Panel(document.querySelector("[data-panel]"), this);
    this.#buttons();
    this.#shape();
    const asked = new URLSearchParams(location.search).get("touche");
    this.choose(this.draft.places().includes(asked) ? asked : this.draft.places()[0], {
      open: Boolean(asked),
    });
    window.addEventListener(
      "beforeunload",
      (event) => this.draft.count() && event.preventDefault(),
    );
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

  // --- Showing -----------------------------------------------------------------------------------

  rebuild() {
    this.#shape();
    this.show();
  }

  #shape() {
    this.drawing.rebuild();
    this.list.rebuild();
  }

  show() {
    if (this.chosen && !this.draft.places().includes(this.chosen))
      this.chosen = this.draft.places().at(-1);
    for (const place of this.draft.places()) {
      this.drawing.show(place);
      this.list.show(place);
    }
    this.list.count();
    this.#bars();
  }

  /** Everything as it is now, and what was done, told. */
  showAll(text) {
    forgetSuccess();
    this.show();
    this.panel.show();
    this.land();
    this.speak(text);
  }

  #bars() {
    const { draft, words } = this;
    const count = draft.count();
    const bar = document.querySelector("[data-undo]");
    bar.hidden = count === 0 && !draft.past.length && !draft.future.length;
    bar.querySelector("[data-count]").textContent = words.say("changes", { n: count });
    const last = draft.past.at(-1);
    bar.querySelector("[data-last]").textContent = last
      ? words.say("last", { what: last.what })
      : "";
    // Not disabled: that would drop the focus of whoever just used it.
    const off = {
      undo: !draft.past.length,
      redo: !draft.future.length,
      save: count === 0,
      discard: count === 0,
    };
    for (const [name, is] of Object.entries(off))
      bar.querySelector(`[data-do="${name}"]`).setAttribute("aria-disabled", String(is));
    const selection = document.querySelector("[data-selection]");
    selection.hidden = this.selected.size < 2;
    selection.classList.toggle("is-shown", this.selected.size > 1);
    selection.querySelector("[data-selected]").textContent = words.say("selected", {
      n: this.selected.size,
    });
    for (const button of document.querySelectorAll('[data-do="sidecar"]')) {
      button.disabled = draft.sidecars >= draft.catalogue.maxSidecars;
    }
    const places = draft.places();
    const free = places.filter((place) => draft.isFree(place)).length;
    const told = [
      words.say("keys", { n: places.length }),
      free && words.say("freeCount", { n: free }),
    ];
    document.querySelector("[data-map-words]").textContent = told.filter(Boolean).join(", ");
  }

  speak(text) {
    // The same words twice are read twice.
    this.voice.textContent = "";
    requestAnimationFrame(() => (this.voice.textContent = text));
  }

  /** What was not done, and why: seen as well as heard. */
  refuse(text) {
    whisper(text);
    this.speak(text);
  }

  // --- Choosing ----------------------------------------------------------------------------------

  choose(
    place,
    { extend = false, keep = false, open: opens = false, edit = false, focus = false } = {},
  ) {
    if (this.carried && this.carried !== place && !keep) this.carried = null;
    if (extend) this.#extend(place);
    else if (!keep) this.selected.clear();
    this.anchor = extend ? (this.anchor ?? this.chosen) : place;
    this.chosen = place;
    if (opens) this.cameFrom = document.activeElement?.closest(".mc-k") ? "list" : "drawing";
    this.isOpen = this.isOpen || opens;
    for (const spot of document.querySelectorAll("[data-thumb]"))
      spot.classList.toggle("ph-on", spot.dataset.thumb === place);
    this.show();
    this.panel.show();
    if (extend) this.speak(this.words.say("selected", { n: this.selected.size }));
    if (focus) {
      this.isChoosing = true;
      this.drawing.focus(place);
      this.isChoosing = false;
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

  /** After an act whose button is gone, or about to be: nobody is left nowhere. */
  land() {
    const at = document.activeElement;
    if (at === document.body || !at.checkVisibility()) this.focusOn(this.chosen);
  }

  #extend(place) {
    const places = this.draft.places();
    const from = this.anchor ?? this.chosen;
    const [first, last] = [places.indexOf(from), places.indexOf(place)].sort((a, b) => a - b);
    this.selected = new Set(places.slice(first, last + 1));
  }

  toggle(place, { focus = false } = {}) {
    if (this.selected.size === 0 && this.chosen) this.selected.add(this.chosen);
    if (!this.selected.delete(place)) this.selected.add(place);
    this.choose(place, { keep: true, focus });
    this.speak(this.words.say("selected", { n: this.selected.size }));
  }

  unselect() {
    this.selected.clear();
    this.show();
    this.land();
  }

  closePanel() {
    this.isOpen = false;
    this.panel.show();
    this.focusOn(this.chosen, this.cameFrom !== "list");
  }

  /** The chosen keys, in order; the one key where there is no choice of several. */
  get range() {
    const places = this.draft.places();
    return this.selected.size > 1
      ? places.filter((place) => this.selected.has(place))
      : [this.chosen];
  }

  // --- What is typed -----------------------------------------------------------------------------

  type(what, place, content, field) {
    this.draft.type(what, place, content, field);
    forgetSuccess();
    if (this.problems.delete(place) && !this.problems.size) forgetNotice();
    this.show();
  }

  forgetProblems() {
    this.problems.clear();
    forgetNotice();
  }

  help() {
    open("help");
  }

  // --- Saving ------------------------------------------------------------------------------------

  save() {
    save(this);
  }

  busy(isBusy) {
    const button = document.querySelector('[data-do="save"]');
    button.setAttribute("aria-busy", String(isBusy));
    button.lastChild.textContent = this.words.say(isBusy ? "saving" : "save");
  }

  saved(data, message, sent) {
    this.#news(data);
    this.draft.saved(this.data, sent, this.words.say("leaving"));
    this.problems.clear();
    this.rebuild();
    this.panel.show();
    notice(this, "success", message);
    this.land();
  }

  rebase(data, own, sidecars) {
    this.#news(data);
    this.draft.rebase(this.data, own, sidecars, this.words.say("leaving"));
    this.rebuild();
    this.panel.show();
  }

  /** What the server has now; the phones' states are its own markup. */
  #news({ states, ...data }) {
    Object.assign(this.data, data);
    if (states) document.querySelector("[data-states]").innerHTML = states;
  }

  /** Each wrong key is marked; the first one opens. */
  refused({ message, problems }) {
    this.problems = new Map();
    for (const problem of problems)
      this.problems.set(problem.place, [...(this.problems.get(problem.place) ?? []), problem]);
    notice(this, "error", message);
    this.show();
    const first = problems.find((problem) => this.draft.places().includes(problem.place));
    if (first) this.choose(first.place, { open: true, edit: true });
  }

  fail(message) {
    notice(this, "error", message);
  }

  // --- Buttons -----------------------------------------------------------------------------------

  #buttons() {
    const { acts } = this;
    const does = {
      sidecar: () => acts.addSidecar(),
      fill: () => acts.fill(),
      sort: () => acts.sort(),
      shift: () => acts.shift(1),
      "shift-back": () => acts.shift(-1),
      unselect: () => this.unselect(),
      help: () => this.help(),
      up: () => acts.step(-1),
      down: () => acts.step(1),
      empty: () => acts.empty(),
      insert: () => acts.insert(),
      "close-gap": () => acts.closeGap(),
      inherit: () => acts.inherit(),
      restore: () => acts.restore(),
      undo: () => acts.undo(),
      redo: () => acts.redo(),
      discard: () => acts.discard(),
      save: () => this.save(),
    };
    document.addEventListener("click", (event) => {
      const button = event.target.closest?.("[data-do]");
      if (button && button.getAttribute("aria-disabled") !== "true") does[button.dataset.do]();
      const remove = event.target.closest?.("[data-remove-sidecar]");
      if (remove) acts.removeSidecar(Number(remove.dataset.removeSidecar));
    });
  }
}

const editor = new Editor(JSON.parse(document.getElementById("editor-data").textContent));
draggable(editor);
keyboard(editor);
document.querySelector("[data-editor]").dataset.ready = "";
