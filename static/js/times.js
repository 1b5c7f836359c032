// "3 min ago" stays true while the page stays open. Older than a day is left as the server wrote it.
const MINUTE = 60_000;

function ago(minutes) {
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${Math.floor(minutes)} min ago`;
  return `${Math.floor(minutes / 60)} h ago`;
}

function refresh() {
  if (document.hidden) return;
  for (const place of document.querySelectorAll("[data-ago]")) {
    const minutes = (Date.now() - Date.parse(place.dataset.ago)) / MINUTE;
    if (minutes >= 0 && minutes < 24 * 60) place.textContent = ago(minutes);
  }
}

setInterval(refresh, 30_000);
document.addEventListener("visibilitychange", refresh);
