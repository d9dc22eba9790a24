// Native <dialog>s: a button with command="show-modal" opens the one it names, by the browser itself
// before this file has come, and here where a browser does not know the attribute.
// data-dialog-close closes the one around it. A dialog with data-open-now (a form that came back
// with a fault) opens as the page loads.
document.addEventListener("click", (event) => {
  const opener = event.target.closest('[command="show-modal"]');
  if (opener) {
    const dialog = document.getElementById(opener.getAttribute("commandfor"));
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
