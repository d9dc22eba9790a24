// The live line: a WebSocket that only says "something changed" and its name. Every message becomes
// the event `live` (and `live:NAME`) on <body>; fragments with hx-trigger="live from:body" fetch
// themselves again. Without the socket the page stays right, just not by itself: the dot says so.
import { _ } from "./sentences.js";

const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30000;

let waitMs = FIRST_WAIT_MS;
let missed = false;

function show(on) {
  document.querySelectorAll("[data-live-dot]").forEach((dot) => {
    dot.hidden = false;
    dot.classList.toggle("off", !on);
    dot.textContent = on ? dot.dataset.on || _("Live") : dot.dataset.off || _("Not live");
  });
}

function announce(detail) {
  document.body.dispatchEvent(new CustomEvent("live", { detail, bubbles: true }));
  if (detail.name) {
    document.body.dispatchEvent(new CustomEvent(`live:${detail.name}`, { detail, bubbles: true }));
  }
}

function read(text) {
  try {
    const message = JSON.parse(text);
    return typeof message === "object" && message !== null ? message : { name: String(message) };
  } catch {
    return { name: String(text) };
  }
}

async function ticket() {
  // tickets are short-lived: after the first try a new one is fetched where the page names a source
  const source = meta("live-ticket-url");
  if (!missed || !source) return meta("live-ticket");
  const answer = await fetch(source, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(`ticket: ${answer.status}`);
  return (await answer.json()).ticket;
}

async function connect() {
  let socket;
  try {
    const url = new URL(meta("live-url"), location.href);
    url.protocol = url.protocol.replace("http", "ws");
    url.searchParams.set("ticket", await ticket());
    socket = new WebSocket(url);
  } catch {
    later();
    return;
  }
  socket.addEventListener("open", () => {
    waitMs = FIRST_WAIT_MS;
    show(true);
    // whatever happened while the line was down is fetched now
    if (missed) announce({ name: "reconnected" });
    missed = false;
  });
  socket.addEventListener("message", (event) => announce(read(event.data)));
  socket.addEventListener("close", later);
}

function later() {
  missed = true;
  show(false);
  const jitterMs = Math.random() * waitMs * 0.3;
  setTimeout(connect, waitMs + jitterMs);
  waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
}

if (meta("live-url")) connect();
