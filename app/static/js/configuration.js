// A form in which a product is configured (data-configuration): words are asked for only where the
// choices call for them, and the way a price is made stays unfolded when the price comes anew.
// Without it everything is asked, and the server leaves out what does not apply.
import { _ } from "./sentences.js";

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

// Rules between options: a choice that can't be had with those made says so; it can still be picked, and
// the other one changed after it.
const rules = JSON.parse(form.querySelector("[data-option-rules]")?.textContent || "[]");

function clash(option, choice, made) {
  const wanted = { ...made, [option]: choice };
  for (const rule of rules) {
    const sides = [...Object.keys(rule.when), rule.option];
    const others = sides.filter((key) => key !== option);
    if (!sides.includes(option) || !others.every((key) => made[key])) continue;
    const isCalledFor = Object.entries(rule.when).every(([key, choices]) => choices.includes(wanted[key]));
    if (isCalledFor && !rule.allowed.includes(wanted[rule.option])) return others;
  }
  return null;
}

function labelOf(option) {
  const field = form.querySelector(`[name="options.${option}"]:checked`);
  return field?.nextElementSibling.firstChild.textContent.trim() || field?.nextElementSibling.textContent.trim();
}

function ruledOut() {
  const fields = Array.from(form.querySelectorAll('[name^="options."]'));
  const made = Object.fromEntries(fields.filter((one) => one.checked).map((one) => [one.name.slice(8), one.value]));
  for (const field of fields) {
    const note = field.nextElementSibling.querySelector("[data-clash]");
    const others = field.value && clash(field.name.slice(8), field.value, made);
    if (!note) continue;
    note.hidden = !others;
    if (others) note.textContent = _("Not with %(other)s", { other: others.map(labelOf).join(", ") });
  }
}

if (rules.length) {
  form.addEventListener("input", ruledOut);
  ruledOut();
}

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
