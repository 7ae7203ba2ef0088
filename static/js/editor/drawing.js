/* The drawing: one tab stop, arrows by where the keys are, labels that fit. */

const CHARACTER = 5.6; // mean width of one of 11 px
const [LARGE, SMALL] = [11, 9.5];

/** The text and its size: down to 9.5, then whole words only, then letters with « … » (as keys/drawing.py does). */
function fit(label, room) {
  const size = Math.max(SMALL, Math.min(LARGE, (LARGE * room) / (CHARACTER * Math.max(label.length, 1))));
  const most = Math.floor((room * LARGE) / (CHARACTER * size) + 0.1);
  if (label.length <= most) return [label, size];
  const words = label.split(" ");
  while (words.length > 1 && words.join(" ").length > most) words.pop();
  const short = words.join(" ");
  return [short.length <= most ? short : `${short.slice(0, most - 1)}…`, size];
}

export class Drawing {
  constructor(svg, editor) {
    this.svg = svg;
    this.editor = editor;
    this.keys = new Map([...svg.querySelectorAll(".ph-key")].map((key) => [key.dataset.place, key]));
    this.devices = [...svg.querySelectorAll(".ph-device")];
    this.spots = new Map([...this.keys].map(([place, key]) => [place, this.#spot(key)]));
    svg.addEventListener("click", (event) => this.#click(event));
    svg.addEventListener("focusin", (event) => {
      const key = event.target.closest(".ph-key");
      if (key && key.dataset.place !== editor.chosen && !editor.isExtending) editor.choose(key.dataset.place);
    });
  }

  #spot(key) {
    const [x, y] = key.closest(".ph-device").getAttribute("transform").match(/-?[\d.]+/g).map(Number);
    return { x: x + Number(key.dataset.x), y: y + Number(key.dataset.y), module: Number(key.closest(".ph-device").dataset.module) };
  }

  #click(event) {
    const key = event.target.closest(".ph-key");
    if (!key || this.editor.wasDragged) return;
    if (event.ctrlKey || event.metaKey) this.editor.toggle(key.dataset.place);
    else this.editor.choose(key.dataset.place, { extend: event.shiftKey, open: true, focus: true });
  }

  element(place) {
    return this.keys.get(place);
  }

  /** As many sidecars as there are now. */
  rebuild() {
    const { sidecars } = this.editor.draft;
    const widths = this.svg.dataset.widths.split(" ");
    this.svg.setAttribute("viewBox", `0 0 ${widths[sidecars]} ${this.svg.dataset.height}`);
    for (const device of this.devices) device.classList.toggle("ph-absent", Number(device.dataset.module) > sidecars);
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
      broken: content.person?.pk === null,
      chosen: place === chosen,
      selected: selected.has(place),
      carried: place === carried,
    };
    for (const [name, is] of Object.entries(marks)) key.classList.toggle(`ph-${name}`, Boolean(is));
    const label = content.function === "none" ? "" : words.label(place);
    const [text, size] = label ? fit(label, Number(key.dataset.room)) : ["–", LARGE];
    const shown = key.querySelector(".ph-text");
    shown.textContent = text;
    shown.setAttribute("font-size", String(size));
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
