// The hashes of a file that is sent: MD5 of each part and SHA-256 of the whole, as they become known.
const known = new WeakMap();

class Hashes {
  constructor(file, each) {
    Object.assign(this, { file, each });
    this.parts = new Map();
    this.waiting = [];
    this.begin();
  }

  begin() {
    this.fault = undefined;
    this.worker = new Worker(new URL("./upload-hasher.js", import.meta.url), { type: "module" });
    this.worker.onmessage = ({ data }) => this.take(data);
    this.worker.onerror = () => this.take({ fault: "worker" });
    this.worker.postMessage({ file: this.file, each: this.each });
  }

  take({ number, md5, sha256, fault }) {
    if (number) this.parts.set(number, md5);
    if (sha256) this.sha256 = sha256;
    this.fault = fault;
    if (sha256 || fault) this.worker.terminate();
    for (const look of this.waiting.splice(0)) look();
  }

  // What `look` finds, as soon as it finds something. Rejects where the file can't be read; the next call
  // begins anew.
  async found(look) {
    if (this.fault) this.begin();
    while (look() === undefined) {
      await new Promise((resolve) => this.waiting.push(resolve));
      if (this.fault) throw new Error(this.fault);
    }
    return look();
  }

  ofPart(number) {
    return this.found(() => this.parts.get(number));
  }

  ofWhole() {
    return this.found(() => this.sha256);
  }
}

export function hashesOf(file, each) {
  const one = known.get(file);
  if (one?.each === each) return one;
  known.set(file, new Hashes(file, each));
  return known.get(file);
}
