/* The editor's questions: each is a <dialog> of the page, answered by a promise. */
import { described } from "./people.js";
import { people as ask } from "./session.js";

const named = (name) => document.querySelector(`[data-dialog="${name}"]`);

/** Open it and wait: true for its yes, false for anything else. */
export function open(name, prepare = () => {}) {
  const dialog = named(name);
  prepare(dialog);
  return new Promise((resolve) => {
    const answer = new AbortController();
    const on = (selector, value) => {
      for (const button of dialog.querySelectorAll(selector)) {
        button.addEventListener("click", () => dialog.close(value), { signal: answer.signal });
      }
    };
    on("[data-yes]", "yes");
    on("[data-no]", "no");
    dialog.returnValue = "no";
    dialog.addEventListener(
      "close",
      () => {
        answer.abort();
        resolve(dialog.returnValue === "yes");
      },
      { signal: answer.signal },
    );
    dialog.showModal();
  });
}

export function confirm(title, text, yes) {
  return open("confirm", (dialog) => {
    dialog.querySelector("[data-title]").textContent = title;
    dialog.querySelector("[data-text]").textContent = text;
    dialog.querySelector("[data-yes]").textContent = yes;
  });
}

/** Several people for these places, in the order they are taken; null where it was called off. */
export async function pickPeople(editor, room) {
  const { words, draft } = editor;
  const watched = new Set(draft.places().map((place) => draft.at(place).person?.pk));
  const picked = new Map();
  let found = [];
  const dialog = named("fill");
  const search = dialog.querySelector("#f-search");
  const stop = new AbortController();

  const item = (person, isPicked) => {
    const entry = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "mc-person-pick";
    const verb = document.createElement("span");
    verb.className = "visually-hidden";
    verb.textContent = `${words.say(isPicked ? "leave" : "take")} `;
    const [name, ...more] = described(person, words);
    name.prepend(verb);
    button.append(name, ...more);
    if (watched.has(person.pk))
      button.lastChild.append(`${button.lastChild.textContent ? ", " : ""}${words.say("hasKey")}`);
    button.addEventListener("click", () => {
      if (isPicked) picked.delete(person.pk);
      else picked.set(person.pk, person);
      show();
      (
        dialog.querySelector(isPicked ? "[data-picked] button" : "[data-found] button") ?? search
      ).focus();
    });
    entry.append(button);
    return entry;
  };
  function show(note = "") {
    const free = found.filter((person) => !picked.has(person.pk));
    const list = dialog.querySelector("[data-found]");
    list.replaceChildren(...free.map((person) => item(person, false)));
    if (!free.length && found.length && !note) note = words.say("allTaken");
    if (note || !found.length) {
      const entry = document.createElement("li");
      entry.className = "mc-muted mc-small";
      entry.textContent = note || words.say("nobody");
      list.append(entry);
    }
    dialog
      .querySelector("[data-picked]")
      .replaceChildren(...[...picked.values()].map((person) => item(person, true)));
    dialog.querySelector("[data-picked-title]").textContent = words.say("pickedTitle", {
      n: picked.size,
    });
    const yes = dialog.querySelector("[data-yes]");
    yes.textContent = words.say("fillYes", { n: Math.min(picked.size, room.length) });
    yes.disabled = picked.size === 0;
  }
  let pending = null;
  async function look() {
    pending?.abort();
    pending = new AbortController();
    try {
      const answer = await ask(editor, search.value.trim(), pending.signal);
      found = answer.people;
      show(answer.more ? words.say("more") : "");
    } catch (error) {
      if (error.name !== "AbortError") show(words.say("notRead"));
    }
  }

  search.value = "";
  dialog.querySelector("[data-text]").textContent = words.say("fillText", {
    key: words.key(room[0]),
  });
  search.addEventListener("input", look, { signal: stop.signal });
  search.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault(), {
    signal: stop.signal,
  });
  dialog.querySelector("[data-all]").addEventListener(
    "click",
    () => {
      for (const person of found) if (!watched.has(person.pk)) picked.set(person.pk, person);
      show();
    },
    { signal: stop.signal },
  );
  show("…"); // nobody is said to be missing before the answer
  look();
  const isAgreed = await open("fill");
  stop.abort();
  pending?.abort();
  return isAgreed ? [...picked.values()] : null;
}

/** Of each key that both sides changed, which one is kept; of others what became of them is said. A
    map of places to "mine" or "theirs"; null: go on editing. */
export async function settle(words, who, conflicts) {
  const choices = document.createDocumentFragment();
  for (const { place, label, mine, theirs } of conflicts) {
    const box = document.createElement("fieldset");
    box.className = "mc-conflict";
    const legend = document.createElement("legend");
    legend.textContent = label;
    box.append(legend);
    choices.append(box);
    if (mine === undefined) {
      box.append(words.say("theirs", { what: theirs }));
      continue;
    }
    for (const [value, text] of [
      ["theirs", words.say("theirs", { what: theirs })],
      ["mine", words.say("mine", { what: mine })],
    ]) {
      const line = document.createElement("label");
      line.className = "form-check";
      const radio = document.createElement("input");
      Object.assign(radio, {
        type: "radio",
        name: `c-${place}`,
        value,
        className: "form-check-input",
        checked: value === "theirs",
      });
      line.append(radio, " ", text);
      box.append(line);
    }
  }
  const isAgreed = await open("conflict", (dialog) => {
    dialog.querySelector("[data-title]").textContent = words.say("conflictTitle", { who });
    dialog.querySelector("[data-text]").textContent = words.say("conflictText");
    dialog.querySelector("[data-choices]").replaceChildren(choices);
  });
  if (!isAgreed) return null;
  const chosen = named("conflict").querySelectorAll("input:checked");
  return new Map([...chosen].map((radio) => [radio.name.slice(2), radio.value]));
}

/** Log in again without leaving the page; true once the same person is back. */
export function logIn(editor) {
  const dialog = named("login");
  const form = dialog.querySelector("form");
  const said = form.querySelector("[data-error]");
  const stop = new AbortController();
  const say = (text) => {
    said.hidden = !text;
    said.textContent = text;
  };
  say("");
  form.querySelector("[name=password]").value = "";
  form.addEventListener(
    "submit",
    async (event) => {
      event.preventDefault();
      try {
        const answer = await editor.server.logIn(form.dataset.login, new FormData(form));
        if (answer.error) say(answer.error);
        else if (String(answer.login) !== String(editor.data.user))
          say(editor.words.say("otherLogin"));
        else dialog.close("yes");
      } catch {
        say(editor.words.say("notSaved"));
      }
    },
    { signal: stop.signal },
  );
  const isBack = open("login").finally(() => stop.abort());
  form.querySelector("[name=password]").focus(); // who it was is filled in
  return isBack;
}
