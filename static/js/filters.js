// Filters: htmx fetches the list again; here the address stays short and an ended session is not swapped in.
import { say } from "./say.js";

document.addEventListener("htmx:configRequest", (event) => {
  if (!event.target.matches?.("[data-filter]")) return;
  const asked = event.detail.parameters;
  for (const name of [...new Set(asked.keys?.() ?? Object.keys(asked))]) {
    if (asked[name] === "") delete asked[name];
  }
  // The usual columns need no mention.
  const columns = [...event.target.querySelectorAll("[name="show[]"]")];
  const usual = columns.every((box) => box.checked === box.defaultChecked);
  if (usual && !new URLSearchParams(location.search).has("show[]")) delete asked["show[]"];
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const answer = event.detail.xhr;
  if (!answer.responseURL) return;
  // A redirect led to the door: the whole page goes there, and comes back here afterwards.
  if (new URL(answer.responseURL).pathname.startsWith("/sign-in")) {
    event.detail.shouldSwap = false;
    location.reload();
  }
});

for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, () => say("That did not load. Reload the page to try again."));
}
