/* Parts of a page asked for by htmx: after 300 ms they say that they are busy; what fails says why,
   and nothing is lost. */
const box = document.querySelector("[data-lost]");
const actions = document.querySelector("[data-lost-actions]");
const login = actions?.content.querySelector("[data-login]").getAttribute("href");
const waiting = new Map();
let failed = null;

const watches = (element) => /\bevery \d/.test(element.getAttribute("hx-trigger") ?? "");

function tell(reason, event) {
  failed = event && {
    element: event.detail.elt,
    type: event.detail.requestConfig.triggeringEvent?.type,
  };
  if (!box || box.dataset.said === reason) return;
  const words = document.createElement("p");
  words.textContent = box.dataset[reason];
  const buttons = actions.content.cloneNode(true);
  if (reason !== "session") buttons.querySelector("[data-login]").remove();
  if (reason === "unsent" || !event || watches(failed.element))
    buttons.querySelector("[data-retry]").remove();
  box.dataset.said = reason;
  box.replaceChildren(words, buttons);
}

function forget() {
  if (!box?.dataset.said) return;
  delete box.dataset.said;
  box.replaceChildren();
}

document.addEventListener("htmx:beforeRequest", (event) => {
  const { target, xhr, elt } = event.detail;
  if (watches(elt)) return;
  waiting.set(xhr, {
    target,
    timer: setTimeout(() => target.setAttribute("aria-busy", "true"), 300),
  });
});

document.addEventListener("htmx:afterRequest", (event) => {
  const wait = waiting.get(event.detail.xhr);
  if (wait) {
    clearTimeout(wait.timer);
    wait.target.removeAttribute("aria-busy");
    waiting.delete(event.detail.xhr);
  }
});

// A session that ended answers with the login page: it must not take the place of a list.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if (xhr.status >= 400) return;
  if (login && xhr.responseURL && new URL(xhr.responseURL).pathname === login) {
    event.detail.shouldSwap = false;
    event.preventDefault();
    tell("session", event);
  } else {
    forget();
  }
});

document.addEventListener("htmx:responseError", (event) => tell("server", event));
for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => tell("offline", event));
}
window.addEventListener("online", forget);

// A whole form: better kept here than sent into nothing. Before submit-once.js disables its button.
document.addEventListener(
  "submit",
  (event) => {
    if (navigator.onLine) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    tell("unsent");
  },
  { capture: true },
);

box?.addEventListener("click", (event) => {
  if (event.target.closest("[data-forget]")) forget();
  if (!event.target.closest("[data-retry]") || !failed) return;
  forget();
  const { element, type } = failed;
  // A field's own event asks only when its value has changed; « search » always does.
  element.dispatchEvent(
    new Event(element.matches("input") ? "search" : (type ?? "click"), {
      bubbles: true,
      cancelable: true,
    }),
  );
});
