// Asks before a form is sent: data-confirm="Cancel order MR-10428?" on the form or on its button,
// with data-confirm-more (what follows from it), data-confirm-yes and data-confirm-no (the words).
import { _ } from "./sentences.js";

const agreed = new WeakSet();

document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    const asked = event.submitter?.dataset.confirm ? event.submitter : form;
    if (!asked.dataset.confirm || agreed.has(form)) {
      agreed.delete(form);
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    ask(asked.dataset).then((yes) => {
      if (!yes) return;
      agreed.add(form);
      form.requestSubmit(event.submitter || undefined);
    });
  },
  true,
);

function make(tag, className, text) {
  const element = document.createElement(tag);
  element.className = className;
  if (text) element.textContent = text;
  return element;
}

function ask({ confirm, confirmMore, confirmYes, confirmNo }) {
  const dialog = make("dialog", "dialog");
  const head = make("div", "dialog-head");
  const title = make("h2", "", confirm);
  title.id = "confirm-title";
  dialog.setAttribute("aria-labelledby", title.id);
  head.append(title);
  const foot = make("form", "dialog-foot");
  foot.method = "dialog";
  const no = make("button", "btn", confirmNo || _("Go back"));
  const yes = make("button", "btn btn-danger", confirmYes || _("Yes, do it"));
  no.value = "no";
  yes.value = "yes";
  foot.append(no, yes);
  dialog.append(head, make("div", "dialog-body", confirmMore || ""), foot);
  document.body.append(dialog);
  dialog.showModal();
  no.focus();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
  });
}
