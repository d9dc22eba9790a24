// A part that fetches itself anew (data-keep-inputs) waits while a person is at work inside it: a
// dialog, a menu or a folded form is open, a field has the focus or holds something typed, a form or
// a file is on its way.
// What was missed is fetched when they are done.
const AT_WORK =
  "dialog[open], details.drop-menu[open], details[data-hold][open], form[data-sending], [data-busy]";
const parts = () => document.querySelectorAll("[data-keep-inputs]");

function typedIn(field) {
  if (field.type === "hidden" || field.disabled) return false;
  if (field.type === "checkbox" || field.type === "radio") {
    return field.checked !== field.defaultChecked;
  }
  if (field.tagName === "SELECT") {
    const options = Array.from(field.options);
    const chosen = options.findIndex((option) => option.defaultSelected);
    return field.selectedIndex !== Math.max(chosen, 0) && !field.multiple;
  }
  return field.value !== field.defaultValue;
}

function busy(part) {
  const here = document.activeElement;
  if (part.contains(here) && here.matches("input, textarea, select, [contenteditable]")) return true;
  if (part.querySelector(AT_WORK)) return true;
  return Array.from(part.querySelectorAll("input, textarea, select")).some(typedIn);
}

function hold(event) {
  const part = event.detail.elt;
  if (!part.hasAttribute?.("data-keep-inputs") || !busy(part)) return;
  part.dataset.missed = "1";
  if (event.type === "htmx:beforeSwap") event.detail.shouldSwap = false;
  else event.preventDefault();
}

function catchUp() {
  parts().forEach((part) => {
    if (!part.dataset.missed || busy(part)) return;
    delete part.dataset.missed;
    const address = part.getAttribute("hx-get");
    window.htmx.ajax("GET", address, { source: part, target: part, swap: "innerHTML" });
  });
}

document.addEventListener("htmx:beforeRequest", hold);
document.addEventListener("htmx:beforeSwap", hold);
document.addEventListener("htmx:afterSwap", (event) => delete event.target.dataset?.missed);
for (const name of ["focusout", "close", "toggle", "input", "reset"]) {
  document.addEventListener(name, () => setTimeout(catchUp, 0), true);
}
