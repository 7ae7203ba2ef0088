/* A session may end while the editor is open: whoever comes back goes on where they were. */

let back = null; // one dialog, however many questions wait for it

/** The answer of `act`; where the session has ended the dialog asks for the login, then it is asked
    again. Null: nobody came back. */
export async function inSession(editor, act) {
  let answer = await act();
  let isTried = false;
  while (answer.status === "ended") {
    // Back already, by another tab: looked at once, so that a refusal for another reason ends.
    const who = isTried ? "" : await editor.server.whoIsIn(editor.loginUrl);
    isTried = true;
    if (String(who) !== String(editor.data.user)) {
      back ??= editor.logIn().finally(() => (back = null));
      if (!(await back)) return null;
    }
    answer = await act();
  }
  return answer;
}

/** Colleagues found by this text; throws where they cannot be had. */
export async function people(editor, text, signal) {
  const answer = await inSession(editor, () => editor.server.people(text, signal));
  if (!answer) throw new Error("session");
  return answer;
}
