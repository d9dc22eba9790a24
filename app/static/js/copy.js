// data-copy="ID" on a button: copies what the field or the list with this id holds. The button stays hidden
// where a browser lets no page copy.
import { _ } from "./sentences.js";

document.querySelectorAll("[data-copy]").forEach((button) => {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    const place = document.getElementById(button.dataset.copy);
    await navigator.clipboard.writeText(place.value ?? place.innerText);
    button.lastElementChild.textContent = _("Copied");
  });
});
