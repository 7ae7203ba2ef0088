/* The draft: what the keys are to become, until it is saved. Pure: no page, no server. A place is
   "side-3".
   A key that says the same as what it would inherit says nothing itself, so that it goes on
   following. */

const EMPTY = {
  function: "none",
  value: "",
  person: null,
  label: "",
  picksUp: true,
  isLocked: false,
  reason: "",
};
const MOST_STEPS = 200;

export const bankOf = (place) => place.slice(0, place.lastIndexOf("-"));
export const numberOf = (place) => Number(place.slice(place.lastIndexOf("-") + 1));

const whom = (person) => (person ? (person.pk ?? `ended ${person.ended}`) : null);

/** Whether two contents do the same; a lock counts. */
export function same(one, other) {
  if (!one || !other) return one === other;
  const names = ["function", "value", "label", "picksUp"];
  if (names.some((name) => one[name] !== other[name]) || whom(one.person) !== whom(other.person))
    return false;
  return (
    Boolean(one.isLocked) === Boolean(other.isLocked) && (one.reason ?? "") === (other.reason ?? "")
  );
}

export class Draft {
  constructor(data) {
    this.catalogue = data.catalogue;
    this.start(data);
  }

  /** Begin from what the server has now; nothing is unsaved any more. */
  start(data) {
    this.revision = data.revision;
    this.inherited = data.keys;
    this.ownSidecars = data.ownSidecars;
    const own = Object.fromEntries(
      Object.entries(data.keys).map(([place, key]) => [place, key.own]),
    );
    this.base = { own, sidecars: data.sidecars };
    this.state = this.base;
    this.past = [];
    this.future = [];
  }

  // --- What there is -----------------------------------------------------------------------------

  get sidecars() {
    return this.state.sidecars;
  }

  /** Banks with their places, by index: the phone's, then one for each sidecar. */
  banks(sidecars = this.sidecars) {
    const all = [...this.catalogue.banks, ...this.catalogue.modules.slice(0, sidecars)];
    return all.map((bank) => ({
      ...bank,
      places: Array.from({ length: bank.keys }, (_, at) => `${bank.name}-${at + 1}`),
    }));
  }

  /** The places of the bank that one is in. */
  bank(place) {
    return this.banks().find((each) => each.name === bankOf(place)).places;
  }

  places(sidecars = this.sidecars) {
    return this.banks(sidecars).flatMap((bank) => bank.places);
  }

  lock(place) {
    return this.inherited[place].lock;
  }

  own(place) {
    return this.lock(place) ? null : this.state.own[place];
  }

  at(place) {
    return this.own(place) ?? { ...EMPTY, ...this.inherited[place].inherited };
  }

  before(place) {
    return this.base.own[place] ?? { ...EMPTY, ...this.inherited[place].inherited };
  }

  isChanged(place) {
    return !this.lock(place) && !same(this.base.own[place], this.state.own[place]);
  }

  isFree(place) {
    return this.at(place).function === "none";
  }

  changedPlaces() {
    return Object.keys(this.state.own).filter((place) => this.isChanged(place));
  }

  count() {
    return this.changedPlaces().length + Number(this.base.sidecars !== this.state.sidecars);
  }

  // --- Changing it -------------------------------------------------------------------------------

  /** One step that can be undone; false where it changes nothing. `focus` is the place it was
      about. */
  apply(what, own, { sidecars = this.sidecars, focus = null } = {}) {
    const next = { own: { ...this.state.own, ...own }, sidecars };
    const isSame =
      sidecars === this.sidecars &&
      Object.keys(own).every((place) => same(own[place], this.state.own[place]));
    if (isSame) return false;
    this.past = [...this.past.slice(-MOST_STEPS), { state: this.state, what, focus }];
    this.future = [];
    this.state = next;
    return true;
  }

  /** What a place has to say so that this is there. */
  #say(place, content) {
    const inherited = { ...EMPTY, ...this.inherited[place].inherited };
    return same(inherited, content) ? null : content;
  }

  set(what, place, content) {
    return this.apply(
      what,
      { [place]: this.#say(place, { ...EMPTY, ...content }) },
      { focus: place },
    );
  }

  /** The same while somebody is typing in a field: one step for the whole word. */
  type(what, place, content, field) {
    const last = this.past.at(-1);
    const typing = `${place} ${field}`;
    if (last?.typing !== typing || this.future.length) {
      if (this.set(what, place, content)) this.past.at(-1).typing = typing;
      return;
    }
    this.state = {
      ...this.state,
      own: { ...this.state.own, [place]: this.#say(place, { ...EMPTY, ...content }) },
    };
    last.what = what;
  }

  /** Contents one after the other from a place on, over locked keys; how many found one. */
  paste(what, place, contents) {
    const all = this.places();
    const open = this.#open(all.slice(all.indexOf(place))).slice(0, contents.length);
    return this.#write(what, open, contents, open[0]) ? open.length : 0;
  }

  inherit(what, place) {
    return this.apply(what, { [place]: null }, { focus: place });
  }

  restore(what, place) {
    return this.apply(what, { [place]: this.base.own[place] }, { focus: place });
  }

  /** Write contents at places, in this order; locked places are never among them. */
  #write(what, places, contents, focus) {
    const own = {};
    places.forEach((place, at) => (own[place] = this.#say(place, contents[at])));
    return this.apply(what, own, { focus });
  }

  #open(places) {
    return places.filter((place) => !this.lock(place));
  }

  /** Move a key within its bank, the ones between make room; to another bank the two are exchanged.
   */
  move(what, from, to) {
    if (from === to || this.lock(from) || this.lock(to)) return false;
    if (bankOf(from) !== bankOf(to))
      return this.#write(what, [from, to], [this.at(to), this.at(from)], to);
    const bank = this.bank(from);
    const [first, last] = [bank.indexOf(from), bank.indexOf(to)].sort((a, b) => a - b);
    const places = this.#open(bank.slice(first, last + 1));
    const contents = places.map((place) => this.at(place));
    const moved = contents.splice(places.indexOf(from), 1);
    contents.splice(places.indexOf(to), 0, ...moved);
    return this.#write(what, places, contents, to);
  }

  /** The next key of the same bank that is not locked, up (-1) or down (1); null at its edge. */
  beside(place, by) {
    const bank = this.bank(place);
    for (let at = bank.indexOf(place) + by; at >= 0 && at < bank.length; at += by)
      if (!this.lock(bank[at])) return bank[at];
    return null;
  }

  /** A free key at a place: the next ones of the bank move down, up to the first free one. */
  insert(what, place) {
    const places = this.#after(place);
    const free = places.findIndex((each) => this.isFree(each));
    if (free < 1) return false; // none, or free already
    const touched = places.slice(0, free + 1);
    const contents = [EMPTY, ...touched.slice(0, -1).map((each) => this.at(each))];
    return this.#write(what, touched, contents, place);
  }

  /** Take a key out: the next ones of the bank move up. */
  closeGap(what, place) {
    const places = this.#after(place);
    const contents = [...places.slice(1).map((each) => this.at(each)), EMPTY];
    return this.#write(what, places, contents, place);
  }

  #after(place) {
    const bank = this.bank(place);
    return this.#open(bank.slice(bank.indexOf(place)));
  }

  /** Shift chosen keys by one among all, over the edge of their bank: where they are then, null
      without room. */
  shift(what, chosen, by) {
    const all = this.#open(this.places());
    const at = this.#open(chosen)
      .map((place) => all.indexOf(place))
      .sort((a, b) => a - b);
    const target = by > 0 ? at.at(-1) + 1 : at[0] - 1;
    if (!at.length || target < 0 || target >= all.length || !this.isFree(all[target])) return null;
    const range = all.slice(Math.min(at[0], target), Math.max(at.at(-1), target) + 1);
    const contents = range.map((place) => this.at(place));
    if (by > 0) contents.unshift(contents.pop());
    else contents.push(contents.shift());
    return this.#write(what, range, contents, range[by > 0 ? 1 : 0])
      ? at.map((each) => all[each + by])
      : null;
  }

  /** Those of the keys that take part in a sort: locked ones and lines stay where they are. */
  sortable(chosen) {
    return this.#open(chosen).filter((place) => this.at(place).function !== "line");
  }

  /** From A to Z by label; free keys last. */
  sort(what, chosen, labelOf) {
    const places = this.sortable(chosen);
    const keyed = places.map((place) => ({ content: this.at(place), label: labelOf(place) }));
    const isFree = (each) => Number(each.content.function === "none");
    const collator = new Intl.Collator(this.catalogue.language, {
      numeric: true,
      sensitivity: "base",
    });
    keyed.sort((a, b) => isFree(a) - isFree(b) || collator.compare(a.label, b.label));
    return this.#write(
      what,
      places,
      keyed.map((each) => each.content),
      places[0],
    );
  }

  /** Where people may be put: no locked key, no line, and where no keys were chosen on purpose none
      that is in use. */
  room(places, chosen) {
    const isRoom = (place) => chosen.includes(place) || this.isFree(place);
    return this.#open(places).filter(
      (place) => this.at(place).function !== "line" && isRoom(place),
    );
  }

  /** Watch these people, one key each, in the order of the places. */
  fill(what, places, people) {
    const open = places.slice(0, people.length);
    const contents = open.map((_, at) => ({ ...EMPTY, function: "blf", person: people[at] }));
    return this.#write(what, open, contents, open[0]);
  }

  empty(what, places) {
    const open = this.#open(places);
    return this.#write(
      what,
      open,
      open.map(() => EMPTY),
      places[0],
    );
  }

  addSidecar(what) {
    if (this.sidecars >= this.catalogue.maxSidecars) return false;
    const sidecars = this.sidecars + 1;
    return this.apply(
      what,
      {},
      { sidecars, focus: `${this.catalogue.modules[sidecars - 1].name}-1` },
    );
  }

  /** A sidecar goes with its keys; the next ones move up, as the chain does. */
  removeSidecar(what, module) {
    if (module > this.sidecars) return false;
    const own = {};
    const modules = this.catalogue.modules;
    for (let at = module; at <= this.sidecars; at += 1) {
      for (let key = 1; key <= modules[at - 1].keys; key += 1) {
        const [place, next] = [
          `${modules[at - 1].name}-${key}`,
          modules[at] && `${modules[at].name}-${key}`,
        ];
        if (!this.lock(place)) own[place] = at < this.sidecars && next ? this.own(next) : null;
      }
    }
    return this.apply(what, own, { sidecars: this.sidecars - 1 });
  }

  undo() {
    const step = this.past.at(-1);
    if (!step) return null;
    this.past = this.past.slice(0, -1);
    this.future = [...this.future, { ...step, state: this.state }];
    this.state = step.state;
    return step;
  }

  redo() {
    const step = this.future.at(-1);
    if (!step) return null;
    this.future = this.future.slice(0, -1);
    this.past = [...this.past, { ...step, state: this.state }];
    this.state = step.state;
    return step;
  }

  discard() {
    this.state = this.base;
    this.past = [];
    this.future = [];
  }

  // --- For the server ----------------------------------------------------------------------------

  body() {
    const there = new Set(this.places());
    const changed = this.changedPlaces().filter(
      (place) => there.has(place) || this.state.own[place] === null,
    );
    const sidecars = this.base.sidecars === this.sidecars ? this.ownSidecars : this.sidecars;
    return {
      revision: this.revision,
      sidecars,
      keys: Object.fromEntries(changed.map((place) => [place, posted(this.state.own[place])])),
    };
  }

  /** What was sent is kept by the server; what was changed since stays, unsaved. */
  saved(data, sent, what) {
    const later = Object.entries(this.state.own).filter(
      ([place, own]) => !same(own, sent.own[place]),
    );
    const sidecars = this.sidecars === sent.sidecars ? data.sidecars : this.sidecars;
    this.rebase(data, Object.fromEntries(later), sidecars, what);
  }

  /** Take over what the server has now, with these own contents on top. */
  rebase(data, own, sidecars, what) {
    this.start(data);
    this.apply(what, own, { sidecars });
  }
}

function posted(content) {
  if (!content) return null;
  const { person, ...rest } = content;
  return { ...rest, person: person?.pk ?? null, ended: person?.ended ?? "" };
}
