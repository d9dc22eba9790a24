// The upload boxes of a page (templates/components/upload.html). This small part only listens: what
// sends files is fetched when somebody chooses one, or when a file of this place was sent before.
import { remembered } from "./upload-memory.js";

const boxes = new WeakMap();

async function boxOf(element) {
  const { Box } = await import("./upload-box.js");
  if (!boxes.has(element)) boxes.set(element, new Box(element));
  return boxes.get(element);
}

async function offer(element, files) {
  if (files.length) (await boxOf(element)).offer(files[0], files.length);
}

async function wake(root) {
  for (const element of root.querySelectorAll("[data-upload]")) {
    const id = idField(element)?.value;
    if (id || remembered(element)) (await boxOf(element)).recall(id);
  }
}

function idField(element) {
  return element.closest("form")?.querySelector("[data-upload-id]");
}

document.addEventListener("change", (event) => {
  const element = event.target.closest("[data-upload]");
  if (!element || !event.target.matches("[data-upload-input]")) return;
  const files = Array.from(event.target.files);
  // the same file may be chosen once more
  event.target.value = "";
  offer(element, files);
});

for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
  document.addEventListener(name, (event) => {
    const element = event.target.closest?.("[data-upload]");
    const hasFiles = Array.from(event.dataTransfer?.types || []).includes("Files");
    if (!hasFiles) return;
    // a file that misses the box must not take the page's place
    event.preventDefault();
    const isOver = name === "dragenter" || name === "dragover";
    element?.querySelector("[data-upload-drop]")?.classList.toggle("over", isOver);
    if (name === "drop" && element) offer(element, Array.from(event.dataTransfer.files));
  });
}

// Before anything else hears of it: a form whose file is still on its way waits for the file.
document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    const elements = Array.from(form.querySelectorAll("[data-upload]"));
    const known = elements.map((element) => boxes.get(element)).filter(Boolean);
    const open = known.filter((box) => box.isOpen);
    if (open.length) {
      stop(event);
      waitFor(form, open, event.submitter);
    } else if (form.hasAttribute("data-upload-submit") && !form.querySelector("[data-upload-id]").value) {
      stop(event);
      elements.forEach(async (element) => (await boxOf(element)).ask());
    }
  },
  true,
);

function stop(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}

async function waitFor(form, open, submitter) {
  if (form.dataset.waits) return;
  form.dataset.waits = "1";
  open.forEach((box) => box.explain());
  const fine = await Promise.all(open.map((box) => box.settled()));
  delete form.dataset.waits;
  open.forEach((box) => box.explain());
  if (fine.every(Boolean)) form.requestSubmit(submitter?.isConnected ? submitter : undefined);
}

document.addEventListener("htmx:afterSwap", (event) => wake(event.target));
wake(document);
