// Lists with ticked rows: the head's box ticks all, the bar with the acts shows while any is ticked.
function update(form) {
  const boxes = Array.from(form.elements).filter((element) => element.name === "rowid");
  const ticked = boxes.filter((box) => box.checked);
  boxes.forEach((box) => box.closest("tr")?.setAttribute("aria-selected", String(box.checked)));
  const bar = document.querySelector(`[data-bulkbar="${form.id}"]`);
  if (bar) {
    bar.hidden = ticked.length === 0;
    const count = bar.querySelector("[data-count]");
    if (count) count.textContent = `${ticked.length} selected`;
  }
  const all = document.querySelector(`[data-tick-all="${form.id}"]`);
  if (all) {
    all.checked = boxes.length > 0 && ticked.length === boxes.length;
    all.indeterminate = ticked.length > 0 && ticked.length < boxes.length;
  }
}

function tick(form, on) {
  Array.from(form.elements).forEach((element) => {
    if (element.name === "rowid") element.checked = on;
  });
  update(form);
}

document.addEventListener("change", (event) => {
  const all = event.target.closest("[data-tick-all]");
  if (all) tick(document.getElementById(all.dataset.tickAll), all.checked);
  else if (event.target.name === "rowid" && event.target.form) update(event.target.form);
});

document.addEventListener("click", (event) => {
  const none = event.target.closest("[data-tick-none]");
  if (none) tick(document.getElementById(none.dataset.tickNone), false);
});
