/* Colleagues by name, extension or number: the question to the server, and a field that offers
   them. */

const PAUSE = 180; // ms after the last letter

/** « Cédric 0970711072, Clichy, poste 1072 » in two lines. */
export function described(person, words) {
  const name = document.createElement("span");
  name.textContent = person.name;
  const number = document.createElement("span");
  number.className = "mc-num";
  number.textContent = person.number;
  const more = document.createElement("small");
  const extension = person.extension ? words.say("extension", { n: person.extension }) : "";
  more.textContent = [person.site, extension].filter(Boolean).join(", ");
  return [name, number, more];
}

/** An ARIA combobox: what is typed stays, a person taken from the list replaces it. */
export class PeopleField {
  constructor(input, list, { ask, words, about, stillSays, onPick, onType }) {
    Object.assign(this, { input, list, ask, words, about, stillSays, onPick, onType });
    this.people = [];
    this.at = -1;
    this.isOn = false;
    input.addEventListener("input", () => this.#typed());
    input.addEventListener("keydown", (event) => this.#key(event));
    input.addEventListener("blur", (event) => this.#left(event));
    // the field keeps the focus
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.#pick(this.people[Number(option.dataset.at)]);
    });
  }

  /** Whether it offers people at all: of an address or of digits it does not. */
  turn(isOn, isOnly = false) {
    this.isOn = isOn;
    this.isOnly = isOnly;
    const { input } = this;
    if (isOn) {
      input.setAttribute("role", "combobox");
      input.setAttribute("aria-autocomplete", "list");
      input.setAttribute("aria-expanded", "false");
      input.setAttribute("aria-controls", this.list.id);
    } else {
      for (const name of [
        "role",
        "aria-autocomplete",
        "aria-expanded",
        "aria-controls",
        "aria-activedescendant",
      ]) {
        input.removeAttribute(name);
      }
    }
    this.close();
  }

  #typed() {
    this.onType(this.input.value);
    this.isOpen = true; // nobody is taken yet for what is typed
    if (!this.isOn) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#search(), PAUSE);
  }

  /** Whoever was typed in full is taken, even typed faster than the list opens. */
  async #left({ relatedTarget }) {
    if (relatedTarget?.closest("dialog")) return; // asked to log in: the focus comes back
    clearTimeout(this.timer);
    this.pending?.abort();
    if (!this.list.hidden && this.isOnly && this.people.length === 1) this.#pick(this.people[0]);
    this.close();
    const text = this.input.value.trim();
    if (!this.isOn || !this.isOpen || !text) return;
    const about = this.about(); // the answer may come when another key is shown
    try {
      const { exact } = await this.ask(text);
      if (!exact || !this.stillSays(about, text)) return;
      if (this.about() === about) this.#taken(exact);
      this.onPick(exact, about);
    } catch {
      // The server finds the same person when the keys are saved.
    }
  }

  #taken(person) {
    this.isOpen = false;
    this.input.value = person.name;
  }

  async #search() {
    this.pending?.abort();
    this.pending = new AbortController();
    const text = this.input.value.trim();
    if (!text) {
      this.close();
      return;
    }
    try {
      const { people, more } = await this.ask(text, this.pending.signal);
      this.#show(
        people,
        more
          ? this.words.say("more")
          : people.length || this.#isNumber(text)
            ? ""
            : this.words.say("nobody"),
      );
    } catch (error) {
      if (error.name !== "AbortError") this.#show([], this.words.say("notRead"));
    }
  }

  /** Whether it may be dialled as it is. */
  #isNumber(text) {
    return !this.isOnly && /^[+*#\d('][\d*#\s./()\u00ad\u2010-\u2015\u2212-]*$/.test(text);
  }

  #show(people, note) {
    this.people = people;
    this.at = -1;
    const options = people.map((person, at) => {
      const option = document.createElement("li");
      option.setAttribute("role", "option");
      option.id = `${this.list.id}-${at}`;
      option.dataset.at = at;
      option.setAttribute("aria-selected", "false");
      option.append(...described(person, this.words));
      return option;
    });
    if (note) {
      const last = document.createElement("li");
      last.className = "mc-pick-note";
      last.setAttribute("role", "option");
      last.setAttribute("aria-disabled", "true");
      last.setAttribute("aria-selected", "false");
      last.textContent = note;
      options.push(last);
    }
    this.list.replaceChildren(...options);
    this.list.hidden = options.length === 0;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    if (this.isOnly && people.length) this.#at(0);
  }

  close() {
    this.list.hidden = true;
    this.at = -1;
    if (this.isOn) this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  #key(event) {
    if (this.list.hidden || !this.people.length) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.#at((this.at + step + this.people.length) % this.people.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      // What was typed stays, unless one of the list was chosen or only a person will do.
      if (this.at >= 0 || this.isOnly) this.#pick(this.people[Math.max(this.at, 0)]);
      else this.close();
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    }
  }

  #at(at) {
    this.at = at;
    [...this.list.children].forEach((option, index) =>
      option.setAttribute("aria-selected", String(index === at)),
    );
    this.list.children[at].scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", `${this.list.id}-${at}`);
  }

  #pick(person) {
    this.#taken(person);
    this.close();
    this.onPick(person);
  }
}
