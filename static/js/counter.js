/* How many characters are left in a short field: seen as one types, said only near the end. */
const NEAR_THE_END = 5;

function watch(input) {
  const shown = document.createElement("span");
  shown.className = "mc-counter";
  shown.setAttribute("aria-hidden", "true");
  const said = document.createElement("span");
  said.className = "visually-hidden";
  said.setAttribute("role", "status");
  input.after(shown, said);

  const show = () => {
    const left = input.maxLength - input.value.length;
    const words = input.dataset.counter.replace("{n}", left);
    const isFocused = document.activeElement === input;
    shown.textContent = words;
    shown.hidden = !isFocused && left > NEAR_THE_END;
    shown.classList.toggle("is-short", left <= NEAR_THE_END);
    said.textContent = isFocused && left <= NEAR_THE_END ? words : "";
  };
  for (const event of ["input", "focus", "blur", "mc:set"]) input.addEventListener(event, show);
  show();
}

for (const input of document.querySelectorAll("input[data-counter][maxlength]")) watch(input);
