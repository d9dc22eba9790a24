// Where an order goes (data-delivery): the address is asked for only where it is sent to one, and its
// state, province or county only where the country has one, by the country's own word.
// Without it everything is asked, and the server checks the same.
import { _ } from "./sentences.js";

function show(part, isShown) {
  part.hidden = !isShown;
  part.querySelectorAll("input, select").forEach((field) => (field.disabled = !isShown));
}

function region(form) {
  const part = form.querySelector("[data-region]");
  const regions = JSON.parse(form.dataset.regions);
  const [word, isNeeded] = regions[form.querySelector("[name='ship.country']").value] || [];
  show(part, Boolean(word));
  if (!word) return;
  const label = part.querySelector("label");
  label.textContent = isNeeded ? word : `${word} `;
  if (isNeeded) return;
  const mark = document.createElement("span");
  mark.className = "opt";
  mark.textContent = _("optional");
  label.append(mark);
}

function update(form) {
  const address = form.querySelector("[data-delivery-address]");
  const chosen = form.querySelector("[name=delivery]:checked");
  const isSent = !chosen || chosen.value === "carrier";
  show(address, isSent);
  if (isSent) region(form);
}

const all = () => document.querySelectorAll("[data-delivery]").forEach(update);
document.addEventListener("change", (event) => {
  const form = event.target.closest?.("[data-delivery]");
  if (form) update(form);
});
document.addEventListener("htmx:afterSwap", all);
document.addEventListener("htmx:oobAfterSwap", all);
window.addEventListener("pageshow", all);
all();
