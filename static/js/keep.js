// Keeping what is shown only once: as a file, or on paper.
import { say } from "./say.js";

function save(text, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  link.download = name;
  link.click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-download]");
  if (button) {
    save(button.dataset.download, button.dataset.name);
    say("Saved as a file");
  }
  if (event.target.closest("[data-print]")) print();
});
