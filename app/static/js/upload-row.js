// The row of one file in its box: name, bar, words, buttons. Text only ever goes in as text.
import { _ } from "./sentences.js";

const SHOWN_NAME = 34;
const PICTURES = ["image/png", "image/jpeg"];
const PICTURE_BYTES_MAX = 20e6;

export function size(bytes) {
  let amount = bytes;
  for (const unit of ["bytes", "kB", "MB", "GB"]) {
    if (amount < 999.5 || unit === "GB") {
      const digits = unit === "bytes" || amount >= 99.95 ? 0 : 1;
      return `${amount.toFixed(digits).replace(/\.0$/, "")} ${unit}`;
    }
    amount /= 1000;
  }
  return "";
}

export function duration(seconds) {
  if (seconds < 1.5) return "1 s";
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 360) / 10} h`;
}

function cut(name) {
  const signs = Array.from(name);
  if (signs.length <= SHOWN_NAME) return name;
  return `${signs.slice(0, SHOWN_NAME - 15).join("")}…${signs.slice(-14).join("")}`;
}

export class Row {
  constructor(box, acts) {
    this.list = box.querySelector("[data-upload-list]");
    this.dropZone = box.querySelector("[data-upload-drop]");
    this.said = box.querySelector("[data-upload-said]");
    const template = box.querySelector("template[data-upload-row]");
    this.row = template.content.firstElementChild.cloneNode(true);
    for (const button of this.row.querySelectorAll("[data-act]")) {
      button.addEventListener("click", () => acts[button.dataset.act]());
    }
  }

  part(name) {
    return this.row.querySelector(`[data-row="${name}"]`);
  }

  buttons(...wanted) {
    this.row.querySelectorAll("[data-act]").forEach((button) => {
      button.hidden = !wanted.includes(button.dataset.act);
    });
  }

  text(name, words) {
    const part = this.part(name);
    if (part.textContent !== words) part.textContent = words;
  }

  // said aloud once, by readers; the row itself changes too often for that
  say(words) {
    this.said.textContent = words;
  }

  show(file) {
    this.file = file;
    this.row.querySelector(".error").hidden = true;
    this.text("name", cut(file.name));
    this.part("name").title = file.name;
    this.row.querySelector("[data-act=remove]").setAttribute("aria-label", _("Remove %(file)s", { file: file.name }));
    this.picture(file);
    this.words(_("Getting ready"), size(file.size));
    this.part("bar").hidden = true;
    this.buttons("remove");
    this.dropZone.hidden = true;
    if (!this.row.isConnected) this.list.append(this.row);
  }

  picture(file) {
    const thumb = this.part("thumb");
    thumb.querySelector("img")?.remove();
    if (!(file instanceof File) || !PICTURES.includes(file.type) || file.size > PICTURE_BYTES_MAX) return;
    const image = new Image();
    image.alt = "";
    image.onload = image.onerror = () => URL.revokeObjectURL(image.src);
    image.src = URL.createObjectURL(file);
    thumb.append(image);
  }

  drawn(picture) {
    const thumb = this.part("thumb");
    if (!picture || thumb.querySelector("img")) return;
    const image = new Image();
    image.alt = "";
    image.src = picture;
    thumb.append(image);
  }

  hide() {
    this.row.remove();
    this.dropZone.hidden = false;
  }

  words(left, right = "", kind = "") {
    this.part("left").className = kind ? `dot dot-${kind}` : "";
    this.text("left", left);
    this.text("right", right);
  }

  note(words) {
    this.say(words);
  }

  bar(sent, total, kind = "") {
    const bar = this.part("bar");
    bar.hidden = false;
    bar.className = kind;
    bar.max = total || 1;
    bar.value = sent;
  }

  moving(what, sender) {
    const { sent, speed, file } = sender;
    const percent = Math.floor((sent / file.size) * 100);
    const amount = _("%(sent)s of %(all)s, %(percent)s %", { sent: size(sent), all: size(file.size), percent });
    this.bar(sent, file.size, what === "offline" || what === "waiting" ? "attention" : "");
    this.buttons("pause", "remove");
    if (what === "offline") {
      this.words(_("%(amount)s. You are offline; the upload continues when you are back.", { amount }));
      this.say(_("You are offline. The upload continues when you are back."));
    } else if (what === "waiting") {
      this.words(_("%(amount)s. The connection is slow; we are trying again.", { amount }));
    } else {
      const left = speed > 1 ? (file.size - sent) / speed : 0;
      this.words(amount, left ? _("%(speed)s/s, %(left)s left", { speed: size(speed), left: duration(left) }) : "");
      if (what === "sending") this.say(_("Uploading %(file)s", { file: file.name }));
    }
  }

  paused({ sent, file }) {
    this.bar(sent, file.size, "attention");
    this.words(_("Paused at %(sent)s of %(all)s", { sent: size(sent), all: size(file.size) }));
    this.buttons("go", "remove");
    this.say(_("Paused"));
    this.row.querySelector("[data-act=go]").focus();
  }

  stuck() {
    this.problem(_("We can't reach the storage. What you have uploaded is kept; continue when the connection is better."));
    this.part("bar").className = "attention";
    this.buttons("go", "remove");
  }

  begun(sent, total) {
    this.bar(sent, total, "attention");
    this.words(_("%(sent)s of %(all)s have arrived. Choose the same file again to upload the rest.", {
        sent: size(sent),
        all: size(total),
      }));
    this.buttons("again", "remove");
    this.say(_("The upload of %(file)s is not finished. Choose the same file again.", { file: this.file.name }));
  }

  checking({ waiting } = {}) {
    this.part("bar").hidden = true;
    const words = waiting
      ? _("Received. It will be checked after the other files from your internet connection")
      : _("Received. Checking");
    this.words(words, size(this.file.size), waiting ? "waiting" : "working");
    this.buttons("remove");
  }

  checked({ report, picture }) {
    this.drawn(picture);
    const [kind, words] = {
      warned: ["attention", _("Checked. Worth a look:")],
      failed: ["attention", _("Checked. Our staff will review it:")],
    }[report?.verdict] || ["good", _("Checked, no problems found")];
    const found = report?.findings?.length ? `${words} ${report.findings.join(", ")}` : words;
    this.part("bar").hidden = true;
    this.words(found, size(this.file.size), kind);
    this.buttons("remove");
    this.say(`${this.file.name}: ${found}`);
  }

  problem(words) {
    const error = this.row.querySelector(".error");
    error.hidden = false;
    error.querySelector("span").textContent = words;
    this.say(words);
  }

  fault(words, isOver = false) {
    this.problem(words);
    if (!isOver) return;
    this.part("bar").hidden = true;
    this.words("", size(this.file.size));
    this.buttons("remove");
    this.dropZone.hidden = false;
  }

  missing() {
    this.say(_("Choose a file first."));
    this.dropZone.classList.add("missing");
    this.dropZone.querySelector("[data-drop-words]").textContent = _("Choose a file first: drop it here or");
  }

  explanation(state, isAsked, sender) {
    if (state === "paused" || state === "wanted") {
      return isAsked ? _("Your file has not been uploaded yet. Continue the upload, or remove it.") : "";
    }
    if (state === "checking") return isAsked ? _("We are checking your file; then this is sent.") : "";
    if (state !== "sending" && state !== "starting") return "";
    const percent = sender ? Math.floor((sender.sent / sender.file.size) * 100) : 0;
    return isAsked
      ? _("This is sent as soon as your file has arrived (%(percent)s %).", { percent })
      : _("Your file is uploading. You can press this now: it is sent when the file has arrived.");
  }
}
