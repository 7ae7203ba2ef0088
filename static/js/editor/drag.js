/* Drag with any pointer, in the drawing and by the grips of the list; Escape puts it back. */

const THRESHOLD = 6; // px before a press is a drag

export function draggable(editor) {
  let press = null;
  let ghost = null;
  let target = null;

  function placeAt(x, y) {
    const found = document.elementFromPoint(x, y)?.closest?.("[data-place]");
    const place = found?.dataset.place;
    return place && place !== press.place && !editor.draft.lock(place) ? place : null;
  }

  /** Dropped on a locked key: the move says why not. */
  function lockedAt({ x, y }) {
    const place = document.elementFromPoint(x, y)?.closest?.("[data-place]")?.dataset.place;
    return place && editor.draft.lock(place) ? place : null;
  }

  function mark(place) {
    if (target === place) return;
    for (const each of [target, place]) {
      if (!each) continue;
      editor.drawing.element(each)?.classList.toggle("ph-drop", each === place);
      editor.list.element(each)?.classList.toggle("is-drop", each === place);
    }
    target = place;
  }

  function begin() {
    press.isDrag = true;
    editor.choose(press.place, { keep: true });
    editor.drawing.element(press.place)?.classList.add("ph-carried");
    ghost = document.createElement("div");
    ghost.className = "mc-ghost";
    ghost.textContent = editor.words.content(editor.draft.at(press.place));
    document.body.append(ghost);
    document.body.classList.add("is-dragging");
  }

  function end(isDropped) {
    if (!press) return;
    const { place, isDrag, from, at } = press;
    const to = target ?? (isDrag ? lockedAt(at) : null);
    mark(null);
    ghost?.remove();
    ghost = null;
    document.body.classList.remove("is-dragging");
    editor.drawing.element(place)?.classList.remove("ph-carried");
    press = null;
    if (!isDrag) return;
    editor.wasDragged = true; // the click that follows is no choice
    setTimeout(() => (editor.wasDragged = false));
    if (isDropped && to) editor.acts.move(place, to, { focus: from });
    else editor.speak(editor.words.say("putBack", { key: editor.words.key(place) }));
  }

  document.addEventListener("pointerdown", (event) => {
    const from = event.target.closest?.(".ph-key, [data-grip]");
    if (!from || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const { place } = from.closest("[data-place]").dataset;
    if (editor.draft.lock(place)) return;
    press = {
      place,
      x: event.clientX,
      y: event.clientY,
      isDrag: false,
      from: from.matches(".ph-key") ? "drawing" : "list",
    };
    if (from.matches("[data-grip]")) event.preventDefault(); // no text is selected on the way
  });

  document.addEventListener("pointermove", (event) => {
    if (!press) return;
    const isFar = Math.hypot(event.clientX - press.x, event.clientY - press.y) > THRESHOLD;
    press.at = { x: event.clientX, y: event.clientY };
    if (!press.isDrag && isFar) {
      begin();
      requestAnimationFrame(follow);
    }
    if (!press.isDrag) return;
    event.preventDefault();
    ghost.style.translate = `${event.clientX + 12}px ${event.clientY + 8}px`;
    mark(placeAt(event.clientX, event.clientY));
  });

  // At the edge of the window the page follows: a list with sidecars is longer than a screen.
  function follow() {
    if (!press?.isDrag) return;
    const bottom = innerHeight - 140;
    if (press.at.y > bottom) scrollBy(0, 12);
    else if (press.at.y < 110) scrollBy(0, -12);
    mark(placeAt(press.at.x, press.at.y));
    requestAnimationFrame(follow);
  }

  document.addEventListener("pointerup", () => end(true));
  document.addEventListener("pointercancel", () => end(false));
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape" || !press?.isDrag) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      end(false);
    },
    { capture: true },
  );
}
