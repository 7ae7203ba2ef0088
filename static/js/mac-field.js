/* A MAC address is put in shape as it is pasted or typed. What is not one is left as it is: the
   server says why. */
const FIELD = "input[name=mac], input[data-mac]";

// What groups the digits, and what comes along unseen with a copied text (clients/pasted.py).
const BETWEEN =
  /[:.\s\u00ad\u200b-\u200f\u202a-\u202e\u2010-\u2015\u2060-\u2064\u2066-\u2069\u2212\ufeff-]/g;

const LABEL = /^@?\s*(?:adresse\s+)?mac(?:\s+(?:address|id))?\s*[:=]?/i; // as phones/mac.py

function shaped(text) {
  const digits = text.trim().replace(LABEL, "").replace(BETWEEN, "");
  if (!/^[0-9a-f]{12}$/i.test(digits)) return null;
  return digits.toUpperCase().match(/../g).join(":");
}

// A page opened to type an address starts there; on a touch screen the keyboard would hide the
// page.
const first = document.querySelector(FIELD);
if (
  first &&
  !first.value &&
  !document.querySelector("[data-error-summary]") &&
  matchMedia("(pointer: fine)").matches
) {
  first.focus({ preventScroll: true });
}

document.addEventListener("input", (event) => {
  const field = event.target;
  if (!field.matches?.(FIELD)) return;
  const value = shaped(field.value);
  // Only a whole address, and only with the caret at its end: nobody's correction in the middle is
  // moved.
  if (value && value !== field.value && field.selectionStart === field.value.length)
    field.value = value;
});

document.addEventListener("change", (event) => {
  if (!event.target.matches?.(FIELD)) return;
  event.target.value = shaped(event.target.value) ?? event.target.value;
});
