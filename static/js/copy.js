// Copying an id. The old way stands in where the clipboard is closed to pages without HTTPS.
import { say } from "./say.js";

function oldWay(text) {
  const box = document.createElement("textarea");
  box.value = text;
  box.className = "vh";
  document.body.append(box);
  box.select();
  const done = document.execCommand("copy");
  box.remove();
  return done;
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return oldWay(text);
  }
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const done = await copy(button.dataset.copy);
  button.focus();
  say(done ? "Copied" : "Could not copy: select the text instead");
  if (!done) return;
  button.dataset.done = "";
  setTimeout(() => delete button.dataset.done, 1500);
});
