// Passkeys. A form with data-passkey ("create" or "get") asks the server what a passkey is to answer, at
// data-options; the browser makes one or uses one; the form then sends the answer. Where a browser knows no
// passkeys, these forms stay hidden, and what stands under data-no-passkeys is shown.
import { _ } from "./sentences.js";

const isAble = Boolean(window.PublicKeyCredential?.parseRequestOptionsFromJSON);
const SENTENCES = {
  NotAllowedError: _("No passkey was used: it was cancelled, or it took too long. Try again."),
  InvalidStateError: _("This device already has a passkey for your account."),
  SecurityError: _("Passkeys work only at the shop's own address. Open the shop there, then try again."),
  TypeError: _("We couldn't reach the shop. Check your connection, then try again."),
};

async function optionsFor(form) {
  const reply = await fetch(form.dataset.options, {
    method: "POST",
    body: new FormData(form),
    headers: { Accept: "application/json" },
  });
  const said = await reply.json();
  if (!reply.ok) throw new Error(said.detail);
  return said;
}

async function answer(form) {
  const options = await optionsFor(form);
  const credential =
    form.dataset.passkey === "create"
      ? await navigator.credentials.create({
          publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options),
        })
      : await navigator.credentials.get({
          publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options),
        });
  return JSON.stringify(credential);
}

function show(form, fault) {
  const place = form.querySelector("[data-passkey-fault]");
  const sentence = fault instanceof Error && fault.constructor === Error ? fault.message : "";
  place.lastElementChild.textContent =
    SENTENCES[fault?.name] || sentence || _("That didn't work. Reload the page, then try again.");
  place.hidden = false;
}

async function send(form) {
  const buttons = form.querySelectorAll("button");
  form.querySelector("[data-passkey-fault]").hidden = true;
  form.setAttribute("aria-busy", "true");
  buttons.forEach((button) => (button.disabled = true));
  try {
    form.elements.answer.value = await answer(form);
    form.dataset.sending = "1"; // the back button frees it: once.js
    form.submit();
  } catch (fault) {
    show(form, fault);
    form.removeAttribute("aria-busy");
    buttons.forEach((button) => (button.disabled = false));
  }
}

document.querySelectorAll("form[data-passkey]").forEach((form) => {
  form.hidden = !isAble;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form);
  });
});
document.querySelectorAll("[data-no-passkeys]").forEach((place) => (place.hidden = isAble));
