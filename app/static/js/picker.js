// A text input that offers what the server finds for the words typed (data-picker: the address). The input keeps
// the key; the name of what was picked stands below it. Arrow keys, Enter and Escape do what they do everywhere.
import { _ } from "./sentences.js";

const DELAY_MS = 180;
let lists = 0;

export function pick(part) {
  if (part.dataset.picking) return;
  part.dataset.picking = "1";
  const field = part.querySelector("input");
  const name = part.querySelector("[data-picked]");
  const list = document.createElement("ul");
  list.className = "found";
  list.id = `found-${(lists += 1)}`;
  list.setAttribute("role", "listbox");
  list.hidden = true;
  field.setAttribute("aria-controls", list.id);
  field.after(list);
  let at = -1;
  let timer = 0;
  let asked = 0;
  let waits = false; // what is shown, if anything, is not what was typed last

  function close() {
    list.hidden = true;
    at = -1;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  }

  function mark(place) {
    const rows = Array.from(list.querySelectorAll("[data-key]"));
    if (!rows.length) return;
    at = (place + rows.length) % rows.length;
    rows.forEach((row, index) => row.setAttribute("aria-selected", String(index === at)));
    field.setAttribute("aria-activedescendant", rows[at].id);
    rows[at].scrollIntoView({ block: "nearest" });
  }

  function forget() {
    clearTimeout(timer);
    asked += 1;
    waits = false;
  }

  function take(row) {
    forget();
    field.value = row.dataset.key;
    if (name) name.textContent = row.dataset.label;
    close();
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function draw(found) {
    list.replaceChildren(
      ...found.map((one, place) => {
        const row = document.createElement("li");
        row.id = `${list.id}-${place}`;
        row.setAttribute("role", "option");
        row.dataset.key = one.key;
        row.dataset.label = one.label;
        row.textContent = one.label;
        return row;
      }),
    );
    if (!found.length) {
      const none = document.createElement("li");
      none.textContent = _("Nothing found.");
      list.append(none);
    }
    list.hidden = false;
    at = -1;
    field.setAttribute("aria-expanded", "true");
  }

  async function ask() {
    const number = (asked += 1);
    const url = new URL(part.dataset.picker, window.location.href);
    url.searchParams.set("q", field.value);
    const answer = await fetch(url, { headers: { Accept: "application/json" } }).catch(() => null);
    const found = answer?.ok ? (await answer.json()).found : null;
    if (number !== asked) return;
    waits = false;
    if (found && document.activeElement === field) draw(found);
  }

  field.addEventListener("input", () => {
    if (name) name.textContent = "";
    forget();
    close();
    waits = true;
    timer = setTimeout(ask, DELAY_MS);
  });
  field.addEventListener("focus", () => {
    if (!field.value) ask();
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) ask();
      else mark(at + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter" && waits) {
      event.preventDefault(); // half a word is not saved
    } else if (event.key === "Enter" && !list.hidden) {
      event.preventDefault();
      const rows = list.querySelectorAll("[data-key]");
      if (rows.length) take(rows[Math.max(at, 0)]);
      else close();
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      close();
    }
  });
  // before the input loses its focus
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const row = event.target.closest("[data-key]");
    if (row) take(row);
  });
  field.addEventListener("blur", () => {
    forget();
    close();
  });
}
