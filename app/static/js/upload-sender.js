// Sends one file in parts straight into storage: three at a time, each tried again with longer and
// longer waits. Storage is told the MD5 of each part and refuses other bytes; a part that is there already
// with its size and MD5 is left out. Says what goes on by the callback `tell`.
import { _ } from "./sentences.js";
import { hashesOf } from "./upload-hashes.js";
import { Refusal } from "./upload-server.js";

const LANES = 3;
const SIGNED_AT_ONCE = 12;
const ADDRESS_AGE_MS = 45 * 60 * 1000; // addresses are good for an hour
const FIRST_WAIT_MS = 800;
const LONGEST_WAIT_MS = 30000;
const MOST_FAILURES = 9;
const SPEED_OVER_MS = 6000;

export class Sender {
  constructor(server, plan, file, tell) {
    Object.assign(this, { server, plan, file, tell });
    this.hashes = hashesOf(file, plan.part_size_bytes);
    this.arrived = new Set();
    this.stored = new Map(); // part number → MD5 of what storage has
    this.onItsWay = new Map(); // part number → { request, bytes }
    this.addresses = new Map();
    this.tried = new Set(); // parts that may have arrived although the answer did not
    this.samples = [];
    this.failures = 0;
    this.running = false;
  }

  get sent() {
    const done = Array.from(this.arrived).reduce((sum, number) => sum + this.size(number), 0);
    const moving = Array.from(this.onItsWay.values()).reduce((sum, one) => sum + one.bytes, 0);
    return Math.min(done + moving, this.file.size);
  }

  size(number) {
    const each = this.plan.part_size_bytes;
    return number < this.plan.part_count ? each : this.file.size - each * (this.plan.part_count - 1);
  }

  // bytes a second over the last moments; 0 while nothing is known
  get speed() {
    const [first, last] = [this.samples[0], this.samples[this.samples.length - 1]];
    const ms = first ? last.at - first.at : 0;
    return ms > 400 ? Math.max(0, ((last.sent - first.sent) / ms) * 1000) : 0;
  }

  // Resolves with true when every part is in storage, with false when it was paused.
  async send() {
    this.running = true;
    this.samples = [];
    const { parts } = await this.again(() => this.server.parts(this.plan.id));
    if (!this.running) return false;
    this.know(parts);
    this.arrived = new Set();
    this.queue = Array.from({ length: this.plan.part_count }, (_, index) => index + 1);
    this.tell("sending");
    await Promise.all(Array.from({ length: LANES }, () => this.lane()));
    return this.running && this.arrived.size === this.plan.part_count;
  }

  know(parts) {
    this.stored = new Map(parts.map((part) => [part.part_number, part.md5]));
  }

  pause() {
    this.running = false;
    for (const { request } of this.onItsWay.values()) request.abort();
    this.onItsWay.clear();
    this.wakeUp?.();
  }

  async lane() {
    while (this.running && this.queue.length) {
      const number = this.queue.shift();
      await this.again(() => this.put(number));
      if (this.running) this.arrived.add(number);
      this.onItsWay.delete(number);
      this.measure();
    }
  }

  // Does `act` until it works. Throws what no further try would mend.
  async again(act) {
    while (true) {
      try {
        const found = await act();
        this.failures = 0;
        return found;
      } catch (fault) {
        if (!this.running) return {};
        if (fault instanceof Refusal && !fault.passes) throw this.end(fault);
        await this.stillReadable();
        this.failures += 1;
        if (this.failures > MOST_FAILURES) throw this.end(new Error("storage"));
        await this.rest();
        if (!this.running) return {};
      }
    }
  }

  end(fault) {
    this.pause();
    return fault;
  }

  async stillReadable() {
    try {
      await this.file.slice(0, 1).arrayBuffer();
    } catch {
      const words = _("The file has changed or moved since you chose it. Choose it again.");
      throw this.end(new Refusal(422, words));
    }
  }

  async rest() {
    const isOffline = navigator.onLine === false;
    this.tell(isOffline ? "offline" : "waiting");
    const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (this.failures - 1));
    const waitMs = longest * (0.7 + Math.random() * 0.3);
    if (isOffline) this.failures = 0; // being offline is no fault of anybody's
    await new Promise((resolve) => {
      this.wakeUp = resolve;
      addEventListener("online", resolve, { once: true });
      if (!isOffline) setTimeout(resolve, waitMs);
    });
    if (this.running) this.tell("sending");
  }

  async address(number) {
    const known = this.addresses.get(number);
    if (known && Date.now() - known.at < ADDRESS_AGE_MS) return known;
    const numbers = [number, ...this.queue.slice(0, SIGNED_AT_ONCE - 1)];
    const hashed = numbers.filter((one) => this.hashes.parts.has(one));
    const md5s = Object.fromEntries(hashed.map((one) => [one, this.hashes.parts.get(one)]));
    const at = Date.now();
    for (const [one, signed] of await this.server.sign(this.plan.id, md5s)) {
      this.addresses.set(one, { ...signed, at });
    }
    return this.addresses.get(number);
  }

  async put(number) {
    const md5 = await this.hashes.ofPart(number);
    if (this.tried.has(number)) this.know((await this.server.parts(this.plan.id)).parts);
    if (this.stored.get(number) === md5) return;
    this.tried.add(number);
    const { url, headers } = await this.address(number);
    const from = (number - 1) * this.plan.part_size_bytes;
    await new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      this.onItsWay.set(number, { request, bytes: 0 });
      request.open("PUT", url);
      Object.entries(headers).forEach(([name, value]) => request.setRequestHeader(name, value));
      request.upload.onprogress = (event) => {
        const one = this.onItsWay.get(number);
        if (one) one.bytes = Math.min(event.loaded, this.size(number));
        this.measure();
      };
      request.onload = () => (request.status === 200 ? resolve() : reject(new Error("part")));
      request.onerror = request.onabort = request.ontimeout = () => reject(new Error("line"));
      request.send(this.file.slice(from, from + this.size(number)));
    }).catch((fault) => {
      // its bytes count again from nought, under an address of its own
      this.onItsWay.delete(number);
      this.addresses.delete(number);
      throw fault;
    });
  }

  measure() {
    if (!this.running) return;
    const at = performance.now();
    this.samples.push({ at, sent: this.sent });
    while (at - this.samples[0].at > SPEED_OVER_MS) this.samples.shift();
    this.tell("progress");
  }
}
