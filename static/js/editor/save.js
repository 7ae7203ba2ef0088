/* Saving: once at a time, by choice where somebody else was faster, and nothing typed is ever lost.
 */
import { confirm, settle } from "./dialogs.js";
import { same } from "./draft.js";
import { forgetNotice } from "./notice.js";
import { inSession } from "./session.js";

export async function save(editor) {
  if (editor.isSaving || editor.draft.count() === 0) return;
  editor.isSaving = true;
  editor.busy(true);
  try {
    if (await agreed(editor)) await send(editor);
  } catch {
    editor.fail(editor.words.say("notSaved"));
  } finally {
    editor.isSaving = false;
    editor.busy(false);
  }
}

/** Of a layer that many phones share: how many it touches, before it does. */
async function agreed(editor) {
  if (!editor.data.asksImpact) return true;
  const answer = await inSession(editor, () =>
    editor.server.send({ ...editor.draft.body(), dryRun: true }),
  );
  if (!answer) return false;
  if (answer.status !== 200) return handle(editor, answer);
  const { words } = editor;
  return confirm(words.say("impactTitle"), answer.message, words.say("impactYes"));
}

async function send(editor) {
  const sent = editor.draft.state;
  const answer = await inSession(editor, () => editor.server.send(editor.draft.body()));
  if (!answer) return;
  if (answer.status === 200) {
    editor.saved(answer.data, answer.message, sent);
  } else {
    const goesOn = await handle(editor, answer);
    if (goesOn) await send(editor);
  }
}

/** What is no success; whether it is worth another try. */
async function handle(editor, answer) {
  if (answer.status === 409) return merge(editor, answer.data);
  if (answer.status === 422) editor.refused(answer);
  else editor.fail(answer.message ?? editor.words.say("failed"));
  return false;
}

/** Somebody else saved meanwhile: what only one side changed is kept, of the rest each is chosen.
 */
async function merge(editor, data) {
  const { draft, words } = editor;
  forgetNotice();
  const mine = Object.fromEntries(
    draft.changedPlaces().map((place) => [place, draft.state.own[place]]),
  );
  const theirs = (place) => data.keys[place].own;
  const isTheirs = (place) => !same(draft.base.own[place], theirs(place));
  const clashing = Object.keys(mine).filter(
    (place) => isTheirs(place) && !same(mine[place], theirs(place)),
  );
  const shown = (own, place) => words.content(own ?? draft.inherited[place].inherited);
  const conflicts = clashing.map((place) => ({
    place,
    label: words.key(place),
    mine: shown(mine[place], place),
    theirs: shown(theirs(place), place),
  }));
  const sidecarsClash =
    draft.base.sidecars !== draft.sidecars &&
    draft.base.sidecars !== data.sidecars &&
    draft.sidecars !== data.sidecars;
  if (sidecarsClash) {
    conflicts.push({
      place: "sidecars",
      label: words.say("sidecars"),
      mine: draft.sidecars,
      theirs: data.sidecars,
    });
  }
  // What only the other side changed is theirs; it is shown, not asked.
  for (const place of Object.keys(data.keys)) {
    if (!(place in mine) && isTheirs(place))
      conflicts.push({ place, label: words.key(place), theirs: shown(theirs(place), place) });
  }
  const choice = await settle(words, data.changedBy || words.say("somebody"), conflicts);
  if (!choice) return false;
  const kept = {};
  for (const [place, own] of Object.entries(mine))
    if (choice.get(place) !== "theirs") kept[place] = own;
  const isMineChanged = draft.base.sidecars !== draft.sidecars;
  const sidecars =
    isMineChanged && choice.get("sidecars") !== "theirs" ? draft.sidecars : data.sidecars;
  editor.rebase(data, kept, sidecars);
  return draft.count() > 0;
}
