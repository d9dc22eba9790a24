// One upload box: takes a file, shows it on its way, says what the check found, and puts the
// upload's id into the form. Its markup is in templates/components/upload.html.
import { _ } from "./sentences.js";
import { Row } from "./upload-row.js";
import { drop, fingerprint, forget, isSame, kept, remember, remembered } from "./upload-memory.js";
import { Sender } from "./upload-sender.js";
import { Refusal, Server } from "./upload-server.js";

const LOOK_AGAIN_MS = 600;
const LOOK_AGAIN_MAX_MS = 4000;
const LONGEST_CHECK_MS = 15000; // then a form that waits is sent; its page shows the outcome

export class Box {
  constructor(element) {
    this.element = element;
    this.form = element.closest("form");
    this.idField = this.form?.querySelector("[data-upload-id]");
    const token = this.form?.querySelector("[name=csrf_token]")?.value;
    this.server = new Server(element.dataset.start, token);
    this.accept = (element.dataset.kinds || "").split(" ").filter(Boolean);
    this.row = new Row(element, {
      pause: () => this.pause(),
      go: () => this.go(),
      again: () => element.querySelector("[data-upload-input]").click(),
      remove: () => this.remove(),
    });
    this.state = "empty";
    this.waiting = [];
  }

  // a form must wait: the file is on its way or begun
  get isOpen() {
    return ["starting", "sending", "paused", "wanted", "checking"].includes(this.state);
  }

  async offer(file, count) {
    if (this.state === "wanted") return this.takeUp(file);
    if (this.upload) await this.remove();
    this.file = file;
    this.row.show(file);
    this.to("starting");
    if (count > 1) this.row.note(_("Only one file fits here. We took the first one."));
    try {
      this.upload = await this.server.begin(file, this.accept);
    } catch (fault) {
      return this.refuse(fault);
    }
    remember(this.element, this.upload.id, file);
    return this.send();
  }

  // the same file, chosen again after the page was closed
  takeUp(file) {
    if (!isSame(file, this.expected)) {
      const isChanged = file.name === this.expected.name;
      this.row.fault(
        isChanged
          ? _("This file has changed since you started the upload. Remove it here, then choose it again.")
          : _("“%(file)s” is another file. Choose “%(expected)s”, or remove it first.", {
              file: file.name,
              expected: this.expected.name,
            }),
      );
      return undefined;
    }
    this.file = file;
    this.row.show(file);
    return this.send();
  }

  // What was sent from this place before: read where it stands and go on from there.
  async recall(id) {
    const memory = remembered(this.element);
    const known = id || memory?.id;
    if (this.upload?.id === known || this.state === "starting") return;
    let found;
    try {
      found = await this.server.state(known, this.question);
    } catch {
      return this.lose();
    }
    if (found.taken || found.state === "abandoned") return this.lose();
    this.expected = memory?.id === known ? memory : { name: found.file_name, size: found.size_bytes };
    this.upload = found;
    this.row.show(this.expected);
    if (found.state !== "receiving") return this.check(found);
    this.file = await kept(known);
    if (this.file && isSame(this.file, this.expected)) return this.send();
    const { parts } = await this.server.parts(known).catch(() => ({ parts: [] }));
    const bytes = parts.reduce((sum, part) => sum + part.size_bytes, 0);
    this.row.begun(bytes, this.expected.size);
    return this.to("wanted");
  }

  lose() {
    forget(this.element);
    this.row.hide();
    if (this.idField) this.idField.value = "";
    this.upload = undefined;
    this.to("empty");
  }

  async send() {
    this.expected = fingerprint(this.file);
    const sender = new Sender(this.server, this.upload, this.file, (what) => {
      if (sender === this.sender) this.row.moving(what, sender);
      this.explain();
    });
    this.sender = sender;
    this.to("sending");
    try {
      for (let round = 0; round < 3; round += 1) {
        if (!(await sender.send())) return;
        const found = await this.join();
        if (found) return this.check(found);
      }
      throw new Error("storage");
    } catch (fault) {
      if (sender !== this.sender) return;
      if (fault instanceof Refusal && !fault.passes) this.refuse(fault);
      else {
        this.row.stuck();
        this.to("paused");
      }
    }
  }

  // undefined where storage misses a part that we believed was there: it is sent once more
  async join() {
    try {
      return await this.server.complete(this.upload.id, await this.sender.hashes.ofWhole());
    } catch (fault) {
      if (fault.status === 422) return undefined;
      throw fault;
    }
  }

  pause() {
    this.sender.pause();
    this.row.paused(this.sender);
    this.to("paused");
  }

  go() {
    this.row.show(this.file);
    this.send();
  }

  get question() {
    const { asks } = this.element.dataset;
    return asks ? `?for=${encodeURIComponent(asks)}` : "";
  }

  async check(first) {
    const upload = this.upload;
    let found = first;
    drop(upload.id); // the bytes are in storage: this browser need not keep them
    if (this.idField) this.idField.value = upload.id;
    this.to("checking");
    const since = Date.now();
    let waitMs = LOOK_AGAIN_MS;
    while (found.state === "uploaded" && this.upload === upload) {
      this.row.checking(found);
      if (Date.now() - since > LONGEST_CHECK_MS) this.settle(true);
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      waitMs = Math.min(waitMs * 1.3, LOOK_AGAIN_MAX_MS);
      found = await this.server.state(upload.id, this.question).catch(() => found);
    }
    if (this.upload !== upload) return;
    if (found.state !== "ready") return this.refuse(new Error(found.refusal || found.word));
    if (!found.report) found = await this.server.state(upload.id, this.question).catch(() => found);
    this.row.checked(found);
    this.to("ready");
    this.element.dispatchEvent(new CustomEvent("upload:ready", { bubbles: true, detail: found }));
  }

  refuse(fault) {
    this.row.fault(fault.message, true);
    forget(this.element);
    if (this.idField) this.idField.value = "";
    this.upload = undefined;
    this.to("refused");
  }

  async remove() {
    const { upload } = this;
    const isHalf = upload && ["sending", "paused", "wanted", "starting"].includes(this.state);
    this.sender?.pause();
    this.sender = undefined;
    this.lose();
    this.element.querySelector("[data-upload-input]").focus();
    this.element.dispatchEvent(new CustomEvent("upload:gone", { bubbles: true }));
    if (isHalf) await this.server.remove(upload.id).catch(() => undefined);
  }

  // the form was sent without a file
  ask() {
    if (this.upload) return;
    this.row.missing();
    this.element.querySelector("[data-upload-input]").focus();
  }

  to(state) {
    this.state = state;
    this.element.dataset.state = state;
    // a part of the page that fetches itself anew leaves us alone while there is a file
    this.element.toggleAttribute("data-busy", state !== "empty" && state !== "refused");
    if (!this.isOpen) this.settle(state === "ready");
    this.explain();
    if (!this.isOpen) this.element.dispatchEvent(new Event("input", { bubbles: true }));
  }

  settled() {
    return this.isOpen ? new Promise((resolve) => this.waiting.push(resolve)) : this.state === "ready";
  }

  settle(isFine) {
    this.waiting.splice(0).forEach((resolve) => resolve(isFine));
  }

  // what stands beside the form's button
  explain() {
    const notes = Array.from(document.querySelectorAll("[data-upload-note]"));
    for (const note of notes.filter((one) => this.form && one.dataset.uploadNote === this.form.id)) {
      const words = this.row.explanation(this.state, Boolean(this.form.dataset.waits), this.sender);
      note.hidden = !words;
      if (note.textContent !== words) note.textContent = words;
    }
  }
}
