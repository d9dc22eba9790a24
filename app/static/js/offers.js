// A field under which rows are offered while one types (data-offers, an ARIA combobox): the arrow
// keys go through them, Enter takes one, Escape puts them away. The rows come by htmx into the
// element of its hx-target; without this file they are picked by a click.
const listOf = (field) => document.getElementById(field.getAttribute("aria-controls"));
const rowsOf = (field) => Array.from(listOf(field)?.querySelectorAll('[role="option"]') || []);

function mark(field, row) {
  rowsOf(field).forEach((one) => one.setAttribute("aria-selected", String(one === row)));
  if (row) {
    field.setAttribute("aria-activedescendant", row.id);
    row.scrollIntoView({ block: "nearest" });
  } else field.removeAttribute("aria-activedescendant");
}

function close(field) {
  listOf(field)?.remove();
  field.setAttribute("aria-expanded", "false");
  mark(field, null);
}

document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (field.dataset?.offers === undefined) return;
  const rows = rowsOf(field);
  if (!rows.length) return;
  const at = rows.findIndex((row) => row.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown") mark(field, rows[(at + 1) % rows.length]);
  else if (event.key === "ArrowUp") mark(field, rows[(at < 1 ? rows.length : at) - 1]);
  else if (event.key === "Enter" && at >= 0) rows[at].click();
  else if (event.key === "Escape") close(field);
  else return;
  event.preventDefault();
});

// a press on a row must not take the focus from the field, or the rows would be gone before the click
document.addEventListener("mousedown", (event) => {
  if (event.target.closest('[role="option"]')) event.preventDefault();
});

document.addEventListener("focusout", (event) => {
  if (event.target.dataset?.offers !== undefined) close(event.target);
});

document.addEventListener("htmx:afterSwap", (event) => {
  const field = event.target.closest(".offered")?.querySelector("[data-offers]");
  if (!field) return;
  // an answer that comes after the focus has gone on is not shown
  if (field !== document.activeElement) close(field);
  else {
    field.setAttribute("aria-expanded", String(rowsOf(field).length > 0));
    mark(field, null);
  }
});
