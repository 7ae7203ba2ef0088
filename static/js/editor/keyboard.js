/* Everything without a mouse: in the drawing and the list, and for the editor as a whole. */

const ARROWS = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "left", ArrowRight: "right" };

export function keyboard(editor) {
  // A tick and a list undo nothing by themselves.
  const typing = (event) =>
    event.target.matches?.("textarea, [contenteditable], input:not([type=checkbox], [type=radio])");

  document.addEventListener("keydown", (event) => {
    const command = event.ctrlKey || event.metaKey;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const isAsked = Boolean(document.querySelector("dialog[open]"));
    if (command && key === "s") {
      event.preventDefault(); // the browser's own « save the page » helps nobody here
      if (!isAsked) editor.save();
    } else if (isAsked) {
      return;
    } else if (command && key === "z" && !typing(event)) {
      event.preventDefault();
      editor.acts[event.shiftKey ? "redo" : "undo"]();
    } else if (command && key === "y" && !typing(event)) {
      event.preventDefault();
      editor.acts.redo();
    } else if (event.key === "?" && !typing(event)) {
      event.preventDefault();
      editor.help();
    } else if (event.key === "Escape" && event.target.closest?.("[data-selection]")) {
      editor.unselect();
    } else if (
      event.key === "Escape" &&
      (editor.panel.isSheet || editor.panel.root.contains(event.target))
    ) {
      event.preventDefault();
      editor.closePanel();
    }
  });

  const onKey = (event) => {
    const at = event.target.closest?.(".ph-key, [data-choose]");
    const place = at?.closest("[data-place]")?.dataset.place;
    if (!place || document.querySelector("dialog[open]")) return;
    if (act(event, place, at.matches(".ph-key"))) event.preventDefault();
  };
  document.querySelector("[data-editor]").addEventListener("keydown", onKey);

  /** Whether the key meant something here. */
  function act(event, place, inDrawing) {
    const command = event.ctrlKey || event.metaKey;
    if (event.key in ARROWS) return arrow(event, place, ARROWS[event.key], inDrawing);
    if (command) {
      const clipboard = { x: "cut", c: "copy", v: "paste" }[event.key.toLowerCase()];
      if (!clipboard) return false;
      editor.acts[clipboard](place);
      return true;
    }
    switch (event.key) {
      case "Enter":
        if (editor.carried) editor.acts.putDown(place);
        else editor.choose(place, { open: true, edit: true });
        return true;
      case " ":
        if (editor.carried) editor.acts.putDown(place);
        else editor.acts.pickUp(place);
        return true;
      case "Escape":
        if (editor.carried) editor.acts.putBack();
        else editor.unselect();
        return true;
      case "Delete":
      case "Backspace":
        if (place !== editor.chosen) editor.choose(place);
        editor.acts.empty();
        return true;
      case "Home":
      case "End":
      case "PageUp":
      case "PageDown":
        return jump(event.key, place, inDrawing);
      case "l":
      case "L":
        editor.acts.why(place);
        return true;
      default:
        return false;
    }
  }

  function beside(place, direction, inDrawing) {
    if (inDrawing) return editor.drawing.neighbour(place, direction);
    const places = editor.draft.places();
    return (
      places[places.indexOf(place) + (direction === "down" || direction === "right" ? 1 : -1)] ??
      null
    );
  }

  /** Where Alt and an arrow move a key: over locked ones, then to the next of the group, if any. */
  function goal(place, direction, inDrawing) {
    let other = beside(place, direction, inDrawing);
    while (other && editor.draft.lock(other)) other = beside(other, direction, inDrawing);
    const by = { up: -1, down: 1 }[direction];
    return other ?? (by ? editor.draft.beside(place, by) : null);
  }

  function arrow(event, place, direction, inDrawing) {
    const other = (event.altKey ? goal : beside)(place, direction, inDrawing);
    if (!other) {
      editor.refuse(editor.words.say("edge"));
      return true;
    }
    if (event.altKey) {
      editor.acts.move(place, other, { focus: inDrawing ? "drawing" : "list" });
    } else if (event.shiftKey) {
      editor.choose(other, { extend: true });
      focus(other, inDrawing);
    } else {
      editor.choose(other, { keep: Boolean(editor.carried) });
      focus(other, inDrawing);
    }
    return true;
  }

  function jump(key, place, inDrawing) {
    const step = { PageUp: -1, PageDown: 1 }[key] ?? 0;
    const places = editor.drawing.device(place, step);
    const other = places.at(key === "End" ? -1 : 0);
    if (other) {
      editor.choose(other, { keep: Boolean(editor.carried) });
      focus(other, inDrawing);
    }
    return true;
  }

  const focus = (place, inDrawing) => editor.focusOn(place, inDrawing);
}
