// A form in which a product is configured (data-configuration): words are asked for only where the
// choices call for them, and the way a price is made stays unfolded when the price comes anew.
// Without it everything is asked, and the server leaves out what does not apply.
const form = document.querySelector("[data-configuration]");

function asked() {
  for (const part of form.querySelectorAll("[data-only-if]")) {
    const rules = Object.entries(JSON.parse(part.dataset.onlyIf));
    part.hidden = !rules.every(([key, choices]) => {
      const chosen = form.querySelector(`[name="options.${key}"]:checked`);
      return choices.includes(chosen?.value || "");
    });
    part.querySelectorAll("input, textarea, select").forEach((field) => (field.disabled = part.hidden));
  }
}

form.addEventListener("input", asked);
asked();

// A choice that was made before the scripts were here, or that the browser brought back, has no price
// yet: it is asked for as if it were made now.
function isMoved(field) {
  if (field.matches("[type=radio], [type=checkbox]")) return field.checked !== field.defaultChecked;
  return field.value !== field.defaultValue;
}

window.addEventListener("load", () => {
  const moved = Array.from(form.querySelectorAll(".priced input")).find(isMoved);
  moved?.dispatchEvent(new Event("change", { bubbles: true }));
});

const unfolded = new Set();
document.addEventListener(
  "toggle",
  (event) => {
    const name = event.target.dataset?.staysOpen;
    if (name) unfolded[event.target.open ? "add" : "delete"](name);
  },
  true,
);
document.addEventListener("htmx:afterSwap", (event) => {
  event.target.querySelectorAll("[data-stays-open]").forEach((part) => {
    part.open = unfolded.has(part.dataset.staysOpen);
  });
});
