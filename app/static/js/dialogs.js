// Native <dialog>s: data-dialog-open="ID" opens one, data-dialog-close closes the one around it.
// A dialog with data-open-now (a form that came back with a fault) opens as the page loads.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog-open]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.dialogOpen);
    if (dialog && !dialog.open) {
      event.preventDefault();
      dialog.showModal();
    }
    return;
  }
  const closer = event.target.closest("[data-dialog-close]");
  if (closer) {
    event.preventDefault();
    closer.closest("dialog").close();
    return;
  }
  // a click on the backdrop has the dialog itself as its target
  if (event.target instanceof HTMLDialogElement && event.target.dataset.easyClose !== undefined) {
    event.target.close();
  }
});

function openWaiting(root) {
  root.querySelectorAll("dialog[data-open-now]:not([open])").forEach((dialog) => dialog.showModal());
}

openWaiting(document);
document.addEventListener("htmx:load", (event) => openWaiting(event.target));
