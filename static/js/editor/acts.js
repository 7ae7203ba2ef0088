/* What is done to the keys: each act is one step that can be undone, and is told. */
import { confirm, open, pickPeople } from "./dialogs.js";
import { bankOf } from "./draft.js";

export class Acts {
  constructor(editor) {
    this.editor = editor;
    this.draft = editor.draft;
    this.words = editor.words;
    this.clipboard = []; // contents, in their order
  }

  #done(isDone, text, otherwise = "") {
    if (isDone) this.editor.showAll(text);
    else if (otherwise) this.editor.refuse(otherwise);
  }

  #isLocked(place) {
    const why = this.draft.lock(place);
    if (why) this.editor.refuse(this.words.say("locked", { key: this.words.key(place), why }));
    return Boolean(why);
  }

  /** The sentence of an act about one key. */
  #about(name, place = this.editor.chosen) {
    return this.words.say(name, { key: this.words.key(place) });
  }

  why(place) {
    if (!this.#isLocked(place)) this.editor.refuse(this.#about("notLocked", place));
  }

  // --- Moving ------------------------------------------------------------------------------------

  move(from, to, { focus = null } = {}) {
    if (this.#isLocked(from) || this.#isLocked(to) || this.#isLineKept(from, to)) return;
    const { words, editor } = this;
    const text = words.say(bankOf(from) === bankOf(to) ? "moved" : "swapped", {
      key: words.key(from),
      to: words.key(to),
    });
    this.draft.move(text, from, to);
    editor.selected.clear();
    editor.chosen = to;
    editor.showAll(text);
    if (focus) editor.focusOn(to, focus === "drawing");
  }

  /** Between two groups keys are exchanged: never with a line, which a phone needs where it is. */
  #isLineKept(from, to) {
    const isKept =
      bankOf(from) !== bankOf(to) &&
      [from, to].some((place) => this.draft.at(place).function === "line");
    if (isKept) this.editor.refuse(this.words.say("lineKept"));
    return isKept;
  }

  step(by) {
    const { chosen } = this.editor;
    const other = this.draft.beside(chosen, by);
    if (other) this.move(chosen, other);
    else this.editor.refuse(this.words.say("edge"));
  }

  pickUp(place) {
    if (this.#isLocked(place)) return;
    this.editor.carried = place;
    this.editor.showAll(this.#about("carried", place));
  }

  putDown(place) {
    const from = this.editor.carried;
    // it is carried on
    if (this.#isLocked(place) || (from !== place && this.#isLineKept(from, place))) return;
    this.editor.carried = null;
    if (from === place) this.editor.showAll(this.#about("putBack", place));
    else
      this.move(from, place, {
        focus: document.activeElement.matches(".ph-key") ? "drawing" : "list",
      });
  }

  putBack() {
    const from = this.editor.carried;
    const inDrawing = document.activeElement.matches(".ph-key");
    this.editor.carried = null;
    this.editor.choose(from);
    this.editor.focusOn(from, inDrawing);
    this.editor.speak(this.#about("putBack", from));
  }

  // --- Cut, copy, paste: the chosen ones, or the one ---------------------------------------------

  #taken(place) {
    const { range } = this.editor;
    return range.includes(place) ? range : [place];
  }

  #told(name, place, n) {
    return n > 1 ? this.words.say(`${name}All`, { n }) : this.#about(name, place);
  }

  copy(place) {
    const places = this.#taken(place);
    this.clipboard = places.map((each) => this.draft.at(each));
    this.editor.speak(this.#told("copied", place, places.length));
  }

  cut(place) {
    if (this.#isLocked(place)) return;
    const places = this.#taken(place).filter((each) => !this.draft.lock(each));
    this.clipboard = places.map((each) => this.draft.at(each));
    const text = this.#told("cut", place, places.length);
    this.#done(this.draft.empty(text, places), text, this.words.say("isFree"));
  }

  paste(place) {
    if (!this.clipboard.length || this.#isLocked(place)) return;
    const text = this.#about("pasted", place);
    const n = this.draft.paste(text, place, this.clipboard);
    const left = n && this.clipboard.length - n;
    this.#done(n, text);
    if (left)
      this.editor.refuse(
        this.words.say("filledSome", {
          filled: text,
          left: this.words.say("leftOver", { n: left }),
        }),
      );
  }

  // --- One key -----------------------------------------------------------------------------------

  insert() {
    const otherwise = this.draft.isFree(this.editor.chosen) ? "isFree" : "insertFull";
    this.#named("inserted", (text, place) => this.draft.insert(text, place), otherwise);
  }

  closeGap() {
    this.#named("gapClosed", (text, place) => this.draft.closeGap(text, place));
  }

  inherit() {
    this.#named("inheritedAgain", (text, place) => this.draft.inherit(text, place));
  }

  restore() {
    this.#named("restored", (text, place) => this.draft.restore(text, place));
  }

  #named(name, act, otherwise) {
    const { chosen } = this.editor;
    if (this.#isLocked(chosen)) return;
    const text = this.#about(name);
    this.#done(act(text, chosen), text, otherwise && this.#about(otherwise));
  }

  // --- Several -----------------------------------------------------------------------------------

  empty() {
    const { range } = this.editor;
    const isOne = range.length === 1;
    if (isOne && this.#isLocked(range[0])) return;
    const n = range.filter((place) => !this.draft.lock(place) && !this.draft.isFree(place)).length;
    const text = isOne ? this.#about("emptied") : this.words.say("emptiedAll", { n });
    this.#done(this.draft.empty(text, range), text, this.words.say("isFree"));
  }

  shift(by) {
    const { editor } = this;
    const text = this.words.say("shifted", { n: editor.range.length });
    const now = this.draft.shift(text, editor.range, by);
    if (now && editor.selected.size > 1) editor.selected = new Set(now);
    this.#done(now, text, this.words.say("noRoom"));
  }

  sort() {
    const { chosen, selected, range } = this.editor;
    const places = selected.size > 1 ? range : this.draft.bank(chosen);
    const text = this.words.say("sorted", {
      n: this.draft.sortable(places).filter((place) => !this.draft.isFree(place)).length,
    });
    this.#done(
      this.draft.sort(text, places, (place) => this.words.label(place)),
      text,
      this.words.say("isSorted"),
    );
  }

  async fill() {
    const { chosen, selected, range } = this.editor;
    const all = this.draft.places();
    // What was chosen is filled whatever is there: one key, and on from it, or several.
    const room =
      selected.size > 1
        ? this.draft.room(range, range)
        : this.draft.room(all.slice(all.indexOf(chosen)), [chosen]);
    if (!room.length) {
      this.editor.refuse(this.#about("noFree"));
      return;
    }
    const people = await pickPeople(this.editor, room);
    if (!people?.length) return;
    const n = Math.min(room.length, people.length);
    const left = people.length - n;
    const filled = this.words.say("filled", { n });
    const text = left
      ? this.words.say("filledSome", { filled, left: this.words.say("leftOut", { n: left }) })
      : filled;
    this.#done(this.draft.fill(text, room, people), text);
  }

  // --- Sidecars ----------------------------------------------------------------------------------

  async addSidecar() {
    if (!(await open("sidecar"))) return;
    const { draft, editor } = this;
    const text = this.words.say("sidecarAdded", { n: draft.sidecars + 1 });
    if (!draft.addSidecar(text)) return;
    editor.rebuild();
    const [first] = draft.banks().at(-1).places;
    editor.choose(first);
    editor.focusOn(first);
    editor.speak(text);
  }

  async removeSidecar(module) {
    const { words, draft, editor } = this;
    const bank = draft
      .banks()
      .find((each) => each.name === draft.catalogue.modules[module - 1].name);
    const asked = { n: module, keys: bank.keys };
    const isUsed = bank.places.some((place) => !draft.isFree(place));
    if (
      isUsed &&
      !(await confirm(
        words.say("removeTitle", asked),
        words.say("removeText", asked),
        words.say("removeYes", asked),
      ))
    )
      return;
    const text = words.say("sidecarRemoved", { n: module });
    draft.removeSidecar(text, module);
    editor.selected.clear();
    editor.rebuild();
    editor.showAll(text);
  }

  // --- Steps back and forth ----------------------------------------------------------------------

  undo() {
    this.#travel(this.draft.undo(), "undone", "nothingToUndo");
  }

  redo() {
    this.#travel(this.draft.redo(), "redone", "nothingToRedo");
  }

  #travel(step, name, otherwise) {
    const { editor } = this;
    if (!step) {
      editor.refuse(this.words.say(otherwise));
      return;
    }
    editor.rebuild();
    if (step.focus && this.draft.places().includes(step.focus)) {
      const at = document.activeElement;
      editor.choose(step.focus);
      if (at?.matches(".ph-key, [data-choose]")) editor.focusOn(step.focus, at.matches(".ph-key"));
    }
    editor.showAll(this.words.say(name, { what: step.what }));
  }

  async discard() {
    const { words, editor } = this;
    const text = words.say("discardText", { n: this.draft.count() });
    if (!(await confirm(words.say("discardTitle"), text, words.say("discardYes")))) return;
    this.draft.discard();
    editor.forgetProblems();
    editor.rebuild();
    editor.showAll(words.say("discarded"));
  }
}
