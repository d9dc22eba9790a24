// What a browser remembers of an unfinished upload, so that it goes on after the page was closed:
// its id and the file's fingerprint, and the file itself where it is small enough to be kept.
const KEY = "makeready.uploads";
const LONGEST_MS = 6 * 24 * 3600 * 1000; // unfinished parts are swept after a week
const KEPT_BYTES_MAX = 100e6;

function placeOf(element) {
  return `${location.pathname}#${element.id}`;
}

function all() {
  try {
    const found = JSON.parse(localStorage.getItem(KEY)) || {};
    const alive = Object.entries(found).filter(([, one]) => Date.now() - one.at < LONGEST_MS);
    return Object.fromEntries(alive);
  } catch {
    return {};
  }
}

function write(uploads) {
  try {
    localStorage.setItem(KEY, JSON.stringify(uploads));
  } catch {
    // private windows and full disks: the upload works, it just can't be taken up again
  }
}

export function fingerprint(file) {
  return { name: file.name, size: file.size, modified: file.lastModified };
}

export function isSame(file, one) {
  return file.name === one.name && file.size === one.size && file.lastModified === one.modified;
}

export function remembered(element) {
  return all()[placeOf(element)];
}

export function remember(element, id, file) {
  write({ ...all(), [placeOf(element)]: { id, at: Date.now(), ...fingerprint(file) } });
  if (file.size <= KEPT_BYTES_MAX) keep(id, file);
}

export function forget(element) {
  const uploads = all();
  const one = uploads[placeOf(element)];
  delete uploads[placeOf(element)];
  write(uploads);
  if (one) drop(one.id);
}

function shelf(mode, act) {
  return new Promise((resolve) => {
    const opening = indexedDB.open("makeready-files", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("files");
    opening.onerror = () => resolve(undefined);
    opening.onsuccess = () => {
      const asked = act(opening.result.transaction("files", mode).objectStore("files"));
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => resolve(undefined);
      // once what was asked is done; left open, it would keep others from removing what is kept
      opening.result.close();
    };
  }).catch(() => undefined);
}

function keep(id, file) {
  return shelf("readwrite", (files) => files.put(file, id));
}

export function kept(id) {
  return shelf("readonly", (files) => files.get(id));
}

export function drop(id) {
  return shelf("readwrite", (files) => files.delete(id));
}
