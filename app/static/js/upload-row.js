// The row of one file in its box: name, bar, words, buttons. Text only ever goes in as text.
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
    this.row.querySelector("[data-act=remove]").setAttribute("aria-label", `Remove ${file.name}`);
    this.picture(file);
    this.words("Getting ready", size(file.size));
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
    const amount = `${size(sent)} of ${size(file.size)}, ${percent} %`;
    this.bar(sent, file.size, what === "offline" || what === "waiting" ? "attention" : "");
    this.buttons("pause", "remove");
    if (what === "offline") {
      this.words(`${amount}. You are offline; it goes on by itself when you are back.`);
      this.say("You are offline. The upload goes on by itself when you are back.");
    } else if (what === "waiting") {
      this.words(`${amount}. The line is slow to answer; we try again.`);
    } else {
      const left = speed > 1 ? (file.size - sent) / speed : 0;
      this.words(amount, left ? `${size(speed)}/s, ${duration(left)} left` : "");
      if (what === "sending") this.say(`Sending ${file.name}`);
    }
  }

  paused({ sent, file }) {
    this.bar(sent, file.size, "attention");
    this.words(`Paused at ${size(sent)} of ${size(file.size)}`);
    this.buttons("go", "remove");
    this.say("Paused");
    this.row.querySelector("[data-act=go]").focus();
  }

  stuck() {
    this.problem("We can't reach the storage. What was sent is kept; go on when the line is better.");
    this.part("bar").className = "attention";
    this.buttons("go", "remove");
  }

  begun(sent, total) {
    this.bar(sent, total, "attention");
    this.words(`${size(sent)} of ${size(total)} are here. Choose the same file again to send the rest.`);
    this.buttons("again", "remove");
    this.say(`The upload of ${this.file.name} is not finished. Choose the same file again.`);
  }

  checking() {
    this.part("bar").hidden = true;
    this.words("Arrived. We check it", size(this.file.size), "working");
    this.buttons("remove");
  }

  checked({ report, picture }) {
    this.drawn(picture);
    const [kind, words] = {
      warned: ["attention", "Checked. Worth a look:"],
      failed: ["attention", "Checked. A person has to look at it:"],
    }[report?.verdict] || ["good", "Checked, fits"];
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
    this.say("Choose a file first.");
    this.dropZone.classList.add("missing");
    this.dropZone.querySelector("[data-drop-words]").textContent = "Choose a file first: drop it here or";
  }

  explanation(state, isAsked, sender) {
    if (state === "paused" || state === "wanted") {
      return isAsked ? "Your file is not here yet. Go on with it, or remove it." : "";
    }
    if (state === "checking") return isAsked ? "We check your file, then send this." : "";
    if (state !== "sending" && state !== "starting") return "";
    const percent = sender ? Math.floor((sender.sent / sender.file.size) * 100) : 0;
    return isAsked
      ? `Sent as soon as your file has arrived (${percent} %).`
      : "Your file is on its way. You can press this now: it is sent when the file has arrived.";
  }
}
