// Runs in a worker: hashes a file part by part, so that storage can check each part while it takes it, and the
// whole of it for the check afterwards. Answers `{ number, md5 }` for each part, then `{ sha256 }`.
import { md5 } from "../vendor/noble-hashes/legacy.js";
import { sha256 } from "../vendor/noble-hashes/sha2.js";
import { bytesToHex } from "../vendor/noble-hashes/utils.js";

async function hash(file, each) {
  const whole = sha256.create();
  const count = Math.max(1, Math.ceil(file.size / each));
  for (let number = 1; number <= count; number += 1) {
    const part = new Uint8Array(await file.slice((number - 1) * each, number * each).arrayBuffer());
    whole.update(part);
    postMessage({ number, md5: bytesToHex(md5(part)) });
  }
  postMessage({ sha256: bytesToHex(whole.digest()) });
}

addEventListener("message", (event) => {
  const { file, each } = event.data;
  hash(file, each).catch((fault) => postMessage({ fault: String(fault) }));
});
