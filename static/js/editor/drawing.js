/* The drawing: one tab stop, arrows by where the keys are, labels that fit. */

import { hasEnded, isRefused } from "./words.js";

const [LARGEST, SMALLEST] = [11, 9.5];
// what a lock or a triangle, and a lozenge, take of the label's room
const [SIGN, CHANGED] = [14, 12];
const BESIDE = 13; // how far a lozenge stands from another mark
const [NARROW, WIDE] = [new Set(" iIjlftr.,:;'’!|()[]-"), new Set("mwMW@%…—")];

// As keys/fitting.py does, which drew the page.
function advance(letter) {
  if (NARROW.has(letter)) return 0.36;
  if (WIDE.has(letter)) return 0.95;
  return letter !== letter.toLowerCase() || (letter >= "0" && letter <= "9") ? 0.7 : 0.6;
}

const width = (text) => [...text].reduce((sum, letter) => sum + advance(letter), 0);

function cut(label, ems) {
  let shown = [...label];
  while (shown.length && width(`${shown.join("").trimEnd()}…`) > ems) shown.pop();
  const text = shown.join("");
  const next = [...label][shown.length] ?? "";
  const whole = /\s/.test(next) ? text : text.slice(0, Math.max(0, text.lastIndexOf(" ")));
  const kept = whole.trim() || text;
  return `${kept.replace(/[ \-–,.]+$/, "")}…`;
}

/** What is shown of a label, and how large: smaller letters first, then fewer words, then fewer
    letters. */
function fit(label, room) {
  const size = Math.min(LARGEST, room / (width(label) || 1));
  return size >= SMALLEST
    ? [label, Math.floor(size * 10) / 10]
    : [cut(label, room / SMALLEST), SMALLEST];
}

const isAdding = (event) => event.shiftKey || event.ctrlKey || event.metaKey;

export class Drawing {
  constructor(svg, editor) {
    this.svg = svg;
    this.editor = editor;
    this.keys = new Map(
      [...svg.querySelectorAll(".ph-key")].map((key) => [key.dataset.place, key]),
    );
    // the small one is a narrow screen's
    this.pictures = [svg, document.querySelector(".mc-map .ph-thumb")];
    this.spots = new Map([...this.keys].map(([place, key]) => [place, this.#spot(key)]));
    // on the drawing itself they would make it a stop of the Tab key
    const stage = svg.closest("[data-stage]");
    stage.removeAttribute("tabindex"); // its keys scroll it
    // A click that adds to the choice must not choose first, which the focus does.
    stage.addEventListener("mousedown", (event) => {
      if (isAdding(event) && event.target.closest(".ph-key")) event.preventDefault();
    });
    stage.addEventListener("click", (event) => this.#click(event));
    stage.addEventListener("focusin", (event) => {
      const key = event.target.closest(".ph-key");
      if (key && key.dataset.place !== editor.chosen && !editor.isChoosing)
        editor.choose(key.dataset.place);
    });
  }

  #spot(key) {
    const [x, y] = key
      .closest(".ph-device")
      .getAttribute("transform")
      .match(/-?[\d.]+/g)
      .map(Number);
    return {
      x: x + Number(key.dataset.x),
      y: y + Number(key.dataset.y),
      module: Number(key.closest(".ph-device").dataset.module),
    };
  }

  #click(event) {
    const key = event.target.closest(".ph-key");
    if (!key || this.editor.wasDragged) return;
    if (event.ctrlKey || event.metaKey) this.editor.toggle(key.dataset.place, { focus: true });
    else this.editor.choose(key.dataset.place, { extend: event.shiftKey, open: true, focus: true });
  }

  element(place) {
    return this.keys.get(place);
  }

  /** As many sidecars as there are now. */
  rebuild() {
    const { sidecars } = this.editor.draft;
    for (const picture of this.pictures) {
      const { height } = picture.viewBox.baseVal;
      picture.setAttribute(
        "viewBox",
        `0 0 ${picture.dataset.widths.split(" ")[sidecars]} ${height}`,
      );
      for (const device of picture.querySelectorAll(".ph-device")) {
        device.classList.toggle("ph-absent", Number(device.dataset.module) > sidecars);
      }
    }
    this.svg.closest("[data-stage]").dataset.sidecars = sidecars;
  }

  show(place) {
    const key = this.keys.get(place);
    const { draft, words, chosen, selected, carried } = this.editor;
    const content = draft.at(place);
    const marks = {
      locked: Boolean(draft.lock(place) || draft.own(place)?.isLocked),
      changed: draft.isChanged(place),
      inherited: !draft.own(place),
      broken: hasEnded(content) || isRefused(content),
      wrong: this.editor.problems.has(place),
      chosen: place === chosen,
      selected: selected.has(place),
      carried: place === carried,
    };
    for (const [name, is] of Object.entries(marks)) key.classList.toggle(`ph-${name}`, Boolean(is));
    const label = content.function === "none" ? "" : words.label(place);
    const isSigned = marks.locked || marks.broken || marks.wrong;
    const taken = (isSigned ? SIGN : 0) + (marks.changed ? CHANGED : 0);
    const [text, size] = label ? fit(label, Number(key.dataset.room) - taken) : ["–", LARGEST];
    const shown = key.querySelector(".ph-text");
    shown.textContent = text;
    shown.setAttribute("font-size", String(size));
    const { end, y } = key.dataset;
    key
      .querySelector(".ph-mark-changed")
      .setAttribute("transform", `translate(${Number(end) - (isSigned ? BESIDE : 0)},${y})`);
    key.setAttribute("tabindex", place === chosen ? "0" : "-1");
    key.setAttribute("aria-pressed", String(marks.chosen || marks.selected));
    const number = place.slice(place.lastIndexOf("-") + 1);
    key.setAttribute("aria-label", `${words.say("key", { n: number })} – ${words.state(place)}`);
  }

  focus(place) {
    this.keys.get(place)?.focus({ preventScroll: true });
    this.keys.get(place)?.scrollIntoView?.({ block: "nearest", inline: "nearest" });
  }

  /** The nearest key in a direction, over the edge to the next device; null at the end of all. */
  neighbour(place, direction) {
    const from = this.spots.get(place);
    const along = direction === "left" || direction === "right" ? "x" : "y";
    const across = along === "x" ? "y" : "x";
    const sign = direction === "right" || direction === "down" ? 1 : -1;
    let [best, cost] = [null, Infinity];
    for (const other of this.editor.draft.places()) {
      const spot = this.spots.get(other);
      const ahead = (spot[along] - from[along]) * sign;
      if (ahead < 6 || (along === "y" && spot.module !== from.module)) continue;
      const weight = ahead + Math.abs(spot[across] - from[across]) * (along === "y" ? 4 : 2.2);
      if (weight < cost) [best, cost] = [other, weight];
    }
    return best;
  }

  /** First and last keys of the device a place is on, and of the one beside it. */
  device(place, step = 0) {
    const module = this.spots.get(place).module + step;
    return this.editor.draft.places().filter((each) => this.spots.get(each).module === module);
  }
}
