// The product page: the customer's words, colours and file on the drawn sheet while they are chosen.
// Without it the page works the same, only its picture stands still.
import "./configuration.js"; // first: what it hides is not drawn

const LINES_MAX = 5;
const SHOWN_SIGNS = 140;
const form = document.getElementById("request");
const sheet = document.querySelector("[data-sheet]");

function written(part) {
  const field = part.querySelector("input, textarea, select");
  const text = field.value.trim();
  if (!text || part.dataset.kind === "colour") return "";
  if (part.dataset.kind !== "date") return Array.from(text).slice(0, SHOWN_SIGNS).join("");
  const day = new Date(`${text}T12:00:00`);
  const words = { weekday: "long", day: "numeric", month: "long", year: "numeric" };
  return Number.isNaN(day.getTime()) ? "" : day.toLocaleDateString(sheet.dataset.locale, words);
}

function lines(text, length) {
  const found = [""];
  for (const word of text.split(/\s+/)) {
    const last = found[found.length - 1];
    if (last && `${last} ${word}`.length > length) found.push(word);
    else found[found.length - 1] = last ? `${last} ${word}` : word;
  }
  return found.length > LINES_MAX ? [...found.slice(0, LINES_MAX - 1), "…"] : found;
}

// Rows of text with their sizes in millimetres, the first field largest.
function rows(parts, width) {
  const found = [];
  parts.forEach((part, index) => {
    const text = written(part);
    const words = text || part.dataset.words;
    const room = width * 0.74;
    const largest = index ? width / 19 : width / 11;
    for (const line of lines(words, index ? 34 : 22)) {
      const fit = (room * 1.9) / Math.max(line.length, 1);
      found.push({ line, size: Math.min(largest, fit), isLead: !index, isEmpty: !text });
    }
  });
  return found;
}

function draw() {
  const group = sheet?.querySelector("[data-sheet-words]");
  if (!group) return;
  const width = Number(sheet.dataset.width);
  const parts = Array.from(form.querySelectorAll("[data-words]")).filter((part) => !part.hidden);
  const found = rows(parts, width);
  const total = found.reduce((sum, row) => sum + row.size * 1.35, 0);
  // more than the sheet holds is drawn smaller, never over the edge
  const scale = Math.min(1, (Number(sheet.dataset.height) * 0.8) / total);
  let y = (Number(sheet.dataset.height) - total * scale) / 2;
  const drawn = found.map((row) => {
    const text = document.createElementNS("http://www.w3.org/2000/svg", "text");
    y += row.size * scale * 1.35;
    text.textContent = row.line;
    text.setAttribute("x", width / 2);
    text.setAttribute("y", y - row.size * scale * 0.3);
    text.setAttribute("font-size", row.size * scale);
    text.setAttribute("class", `${row.isLead ? "words-lead" : ""} ${row.isEmpty ? "words-empty" : ""}`);
    return text;
  });
  group.replaceChildren(...drawn);
}

function colour() {
  const chosen = Array.from(form.querySelectorAll("[data-colour]:checked")).map((one) => one.dataset.colour);
  const found = chosen.find(Boolean);
  sheet?.querySelector("[data-sheet-words]")?.toggleAttribute("color", Boolean(found));
  for (const part of document.querySelectorAll("[data-colour-part], [data-sheet-words]")) {
    if (found) part.setAttribute("color", found);
    else if (part.dataset.plain) part.setAttribute("color", part.dataset.plain);
    else part.removeAttribute("color");
  }
}

function show(picture) {
  const image = sheet?.querySelector("[data-sheet-picture]");
  if (!image) return;
  if (picture) image.setAttribute("href", picture);
  image.toggleAttribute("hidden", !picture);
  for (const name of ["print", "words"]) {
    sheet.querySelector(`[data-sheet-${name}]`).toggleAttribute("hidden", Boolean(picture));
  }
}

document.querySelectorAll("[data-colour-part]").forEach((part) => (part.dataset.plain = part.getAttribute("color")));
form.addEventListener("input", () => {
  colour();
  draw();
});
form.addEventListener("upload:ready", (event) => show(event.detail.picture));
form.addEventListener("upload:gone", () => show(""));
colour();
draw();
