/* Forms that destroy something ask first, in the words of their data-confirm; « Annuler » has the focus. */
const dialog = document.getElementById("confirm");
let waiting = null;

// The form's own tick asks where there is no script; here the dialog does.
function freeTicks() {
  for (const tick of document.querySelectorAll("form[data-confirm] [data-without-script] input[required]")) {
    tick.required = false;
  }
}

// Before submit-once.js marks the form as gone: the first submission only asks.
document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (!dialog?.showModal || !form.matches("form[data-confirm]") || form === waiting?.agreed) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    waiting = { form, submitter: event.submitter };
    const yes = dialog.querySelector("[data-yes]");
    dialog.querySelector("h2").textContent = form.dataset.confirmTitle;
    dialog.querySelector("[data-text]").textContent = form.dataset.confirm;
    yes.textContent = (event.submitter ?? form.querySelector("button")).textContent.trim();
    dialog.showModal();
    dialog.querySelector("[data-no]").focus();
  },
  { capture: true },
);

dialog?.querySelector("[data-no]").addEventListener("click", () => dialog.close());
dialog?.querySelector("[data-yes]").addEventListener("click", () => {
  dialog.close();
  const { form, submitter } = waiting;
  waiting = { agreed: form };
  const tick = form.querySelector("[data-without-script] input[type=checkbox]");
  if (tick) tick.checked = true;
  form.requestSubmit(submitter);
  waiting = null;
});

document.addEventListener("htmx:afterSettle", freeTicks);
freeTicks();
