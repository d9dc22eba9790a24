// The form of a product's properties. Its buttons work without this; here rows are dragged, pickers search as
// one types, and what was unfolded stays so when the form is drawn anew.
import { pick } from "./picker.js";

const opened = new Map();

document.addEventListener(
  "toggle",
  (event) => {
    const name = event.target.dataset?.keeps;
    if (name) opened.set(name, event.target.open);
  },
  true,
);

// The order of the inputs is the order that is saved: nothing else has to be told of it.
function sortable(list) {
  if (!window.Sortable || list.dataset.sorted) return;
  list.dataset.sorted = "1";
  // its own way of dragging: the browser's knows no touch
  window.Sortable.create(list, { handle: "[data-grip]", animation: 120, forceFallback: true });
}

function colour(field) {
  const text = document.getElementById(field.dataset.colourFor);
  field.addEventListener("input", () => {
    text.value = field.value;
    text.dispatchEvent(new Event("input", { bubbles: true }));
  });
  text.addEventListener("input", () => {
    if (/^#[0-9a-f]{6}$/i.test(text.value)) field.value = text.value;
  });
}

function ready(root) {
  root.querySelectorAll("[data-keeps]").forEach((part) => {
    if (opened.has(part.dataset.keeps) && !part.querySelector("[aria-invalid], [autofocus]")) {
      part.open = opened.get(part.dataset.keeps);
    }
  });
  root.querySelectorAll("[data-sortable]").forEach(sortable);
  root.querySelectorAll("[data-colour-for]").forEach(colour);
  root.querySelectorAll("[data-picker]").forEach(pick);
}

// A fault may stand in a part that is folded, and the first one may be far down.
function show(root) {
  const first = root.querySelector("[aria-invalid], .error, [name=accept]");
  for (let part = first?.closest("details"); part; part = part.parentElement.closest("details")) part.open = true;
  first?.scrollIntoView({ block: "center" });
}

document.addEventListener("htmx:load", (event) => ready(event.target));
show(document);

// Suggestions for what may be left empty: an address and a SKU made from the name, until they are typed.
for (const field of document.querySelectorAll("[data-made-from]")) {
  const source = document.getElementById(field.dataset.madeFrom);
  let isOwn = field.value !== "";
  field.addEventListener("input", () => (isOwn = field.value !== ""));
  source.addEventListener("input", () => {
    if (isOwn) return;
    const plain = source.value.normalize("NFKD").replace(/[\u0300-\u036f]/g, "");
    const words = plain.replace(/[^A-Za-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 40);
    field.value = field.dataset.madeAs === "upper" ? words.toUpperCase() : words.toLowerCase();
  });
}
