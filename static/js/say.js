// A short message about a trifle, seen for a moment and read out politely.
let timer;

export function say(text) {
  const toast = document.getElementById("toast");
  if (!toast) return;
  clearTimeout(timer);
  toast.textContent = text;
  toast.dataset.show = "";
  timer = setTimeout(() => delete toast.dataset.show, 2500);
}

// For what must not be missed: read out at once.
export function alarm(text) {
  const box = document.getElementById("alarm");
  if (box) box.textContent = text;
}
