/* What the editor says, in the reader's language; {braces} are filled in. And how a key is called
   and said. */
import { bankOf, numberOf } from "./draft.js";

export class Words {
  constructor(words, draft) {
    this.words = words;
    this.draft = draft;
    this.plural = new Intl.PluralRules(draft.catalogue.language);
    const { functions, events } = draft.catalogue;
    this.functions = new Map(functions.map((each) => [each.code, each]));
    this.events = new Map(events.map((each) => [each.code, each.label]));
    this.banks = new Map(
      [...draft.catalogue.banks, ...draft.catalogue.modules].map((bank) => [bank.name, bank.label]),
    );
  }

  /** A sentence that counts has two forms; `n` says which. */
  say(name, values = {}) {
    const forms = this.words[name];
    const text = Array.isArray(forms)
      ? forms[Number(this.plural.select(values.n) !== "one")]
      : forms;
    return text.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
  }

  key(place) {
    return this.say("keyIn", { n: numberOf(place), bank: this.banks.get(bankOf(place)) });
  }

  /** What stands beside the key; lines are counted. */
  label(place) {
    const content = this.draft.at(place);
    if (content.function === "line" && !content.label)
      return this.say("line", { n: this.#line(place) });
    return this.labelOf(content);
  }

  #line(place) {
    const places = this.draft.places();
    return places
      .slice(0, places.indexOf(place) + 1)
      .filter((each) => this.draft.at(each).function === "line").length;
  }

  labelOf(content) {
    if (content.function === "none" || content.function === "line") return content.label;
    return content.label || content.person?.name || this.events.get(content.value) || content.value;
  }

  about(content) {
    return content.person
      ? content.person.number
      : (this.events.get(content.value) ?? content.value);
  }

  /** « Supervision (BLF) Cédric », « libre ». */
  content(content) {
    if (content.function === "none") return this.say("free");
    return [this.functions.get(content.function).label, this.labelOf(content)]
      .filter(Boolean)
      .join(" ");
  }

  /** All that a screen reader is told after the key's number. */
  state(place) {
    const content = this.draft.at(place);
    const type = this.functions.get(content.function).label;
    const parts = [
      content.function === "none"
        ? this.say("sayFree")
        : [type, this.label(place)].filter(Boolean).join(" "),
    ];
    if (hasEnded(content)) parts.push(this.say("ended"));
    if (isRefused(content)) parts.push(this.say("refused"));
    if (this.isWrong?.(place)) parts.push(this.say("wrong"));
    if (this.draft.isChanged(place)) parts.push(this.say("changed"));
    if (this.draft.lock(place)) parts.push(this.draft.lock(place));
    return parts.join(", ");
  }
}

export const hasEnded = (content) => Boolean(content.person && content.person.pk === null);

/** Whether its web address is on a host that the operator has taken off the list. */
export const isRefused = (content) =>
  content.function === "url" && Boolean(content.refused) && content.refused === content.value;
