/* Forms that destroy something ask first, in the words of their own or their button’s data-confirm;
   « Annuler » has the
   focus. {n} is how many rows are ticked. */
const dialog = document.getElementById("confirm");
let waiting = null;

// The form's own tick asks where there is no script; here the dialog does.
function freeTicks() {
  for (const tick of document.querySelectorAll(
    "form[data-confirm] [data-without-script] input[required]",
  )) {
    tick.required = false;
  }
}

// The server asks too, of a form without this (metacentrex/ui/confirm.py).
function confirm(form) {
  const tick = form.querySelector("[data-without-script] input[type=checkbox]");
  if (tick) tick.checked = true;
  else if (!form.elements.confirm) {
    form.append(
      Object.assign(document.createElement("input"), {
        type: "hidden",
        name: "confirm",
        value: "on",
      }),
    );
  }
}

// Before submit-once.js marks the form as gone: the first submission only asks.
document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    const asking = event.submitter?.dataset.confirm ? event.submitter : form;
    if (!dialog?.showModal || !asking.dataset.confirm || form === waiting?.agreed) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    waiting = { form, submitter: event.submitter };
    const yes = dialog.querySelector("[data-yes]");
    const worded = (text) => text.replace("{n}", form.dataset.total ?? "");
    dialog.querySelector("h2").textContent = worded(asking.dataset.confirmTitle);
    dialog.querySelector("[data-text]").textContent = worded(asking.dataset.confirm);
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
  confirm(form);
  form.requestSubmit(submitter);
  waiting = null;
});

document.addEventListener("htmx:afterSettle", freeTicks);
freeTicks();
