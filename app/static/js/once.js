// A form is sent once: the second click on the way does nothing. The server refuses it as well;
// this only spares the person the answer to it.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "dialog" || form.method === "get") return;
  if (form.dataset.sending) {
    event.preventDefault();
    return;
  }
  form.dataset.sending = "1";
  form.setAttribute("aria-busy", "true");
  // later, or the pressed button's own name and value would be left out of what is sent
  setTimeout(() => buttonsOf(form).forEach((button) => (button.disabled = true)), 0);
});

function buttonsOf(form) {
  return Array.from(form.elements).filter(
    (element) => element.type === "submit" && !element.disabled,
  );
}

function free(form) {
  delete form.dataset.sending;
  form.removeAttribute("aria-busy");
  Array.from(form.elements).forEach((element) => {
    if (element.type === "submit" && !element.hasAttribute("data-stays-disabled")) {
      element.disabled = false;
    }
  });
}

// the browser's back button brings the page as it was left; htmx answers without leaving it
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sending]").forEach(free);
});
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest("form");
  if (form && form.dataset.sending) free(form);
});
