/* What the server answered to a save, above the keys until somebody closes it. */

const there = () => document.querySelector(".mc-said");

export function notice(editor, tone, message) {
  const isError = tone === "error";
  const said = document.createElement("div");
  said.className = `alert ${isError ? "alert-danger" : "alert-success"} mc-said`;
  said.setAttribute("role", isError ? "alert" : "status");
  const text = document.createElement("p");
  text.textContent = message;
  const close = document.createElement("button");
  Object.assign(close, { type: "button", className: "btn btn-icon" });
  close.setAttribute("aria-label", editor.words.say("close"));
  close.append(editor.icon("x-lg"));
  close.addEventListener("click", () => said.remove());
  said.append(editor.icon(isError ? "x-octagon-fill" : "check-circle-fill"), text, close);
  there()?.remove();
  document.querySelector(".mc-ed-main").prepend(said);
  if (isError) said.scrollIntoView({ block: "nearest" });
}

export const forgetNotice = () => there()?.remove();

/** What was saved is not all there is any more. */
export function forgetSuccess() {
  if (there()?.matches(".alert-success")) forgetNotice();
}

const SHOWN = 5000; // ms

/** Why an act did nothing, for a while; screen readers are told otherwise. */
export function whisper(text) {
  document.querySelector(".mc-whisper")?.remove();
  const bubble = document.createElement("p");
  bubble.className = "mc-whisper";
  bubble.setAttribute("aria-hidden", "true");
  bubble.textContent = text;
  document.querySelector("[data-editor]").append(bubble);
  setTimeout(() => bubble.remove(), SHOWN);
}
