// A station: whatever is scanned lands in the scan field, and fingers in gloves count with big keys.
const scan = document.querySelector("[data-scan]");
const typing = (element) => /^(input|textarea|select)$/i.test(element?.tagName || "");
const dialogOpen = () => document.querySelector("dialog[open]");

function back() {
  if (scan && !dialogOpen() && !typing(document.activeElement)) scan.focus({ preventScroll: true });
}

// Focus returns whenever it is nowhere: after a tap beside things, a dialog, a part that came anew.
document.addEventListener("pointerup", () => setTimeout(back, 0));
document.addEventListener("close", () => setTimeout(back, 0), true);
document.addEventListener("htmx:afterSettle", () => {
  if (document.activeElement === document.body) back();
});
window.addEventListener("focus", back);

// A scanner types: its first sign goes to the field even while a button has the focus. It runs
// before the page's own keys, so that a number on a ticket never presses anything.
document.addEventListener(
  "keydown",
  (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1) return;
    if (event.key === " " || dialogOpen() || typing(document.activeElement)) return;
    scan?.focus();
    event.stopPropagation();
  },
  true,
);

function change(form, to) {
  const field = form.querySelector("[data-amount]");
  const most = field.max === "" ? 1000000 : Number(field.max);
  field.value = String(Math.min(Math.max(to(Number(field.value) || 0, most), 0), most));
}

document.addEventListener("click", (event) => {
  const key = event.target.closest("[data-add], [data-all], [data-clear], [data-fill]");
  if (!key) return;
  if (key.dataset.fill) {
    const field = document.getElementById(key.dataset.fill);
    field.value = key.dataset.value;
    return;
  }
  const form = key.closest("[data-amounts]");
  if ("all" in key.dataset) change(form, (_, most) => most);
  else if ("clear" in key.dataset) change(form, () => 0);
  else change(form, (value) => value + Number(key.dataset.add));
});

const clock = document.querySelector("[data-clock]");
function tick() {
  const now = new Date();
  clock.textContent = now.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  clock.hidden = false;
}
if (clock) {
  tick();
  setInterval(tick, 5000);
}
back();
