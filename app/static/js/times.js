// Keeps "2 min ago" true while a page stays open: <time data-ago datetime="..."> only.
import { _ } from "./sentences.js";

const MINUTE_S = 60;
const HOUR_S = 3600;

function words(seconds) {
  if (seconds < 45) return _("just now");
  if (seconds < 50 * MINUTE_S) return _("%(number)s min ago", { number: Math.max(1, Math.round(seconds / MINUTE_S)) });
  if (seconds < 22 * HOUR_S) return _("%(number)s h ago", { number: Math.max(1, Math.round(seconds / HOUR_S)) });
  return null;
}

function refresh() {
  document.querySelectorAll("time[data-ago]").forEach((element) => {
    const text = words((Date.now() - Date.parse(element.dateTime)) / 1000);
    if (text && element.textContent !== text) element.textContent = text;
  });
}

setInterval(refresh, 30000);
