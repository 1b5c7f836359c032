// Selecting rows: all of a page at once, a stretch with Shift, and how many there are.
let last;

const picks = () => [...document.querySelectorAll(".pick")];

function count() {
  const all = picks();
  const chosen = all.filter((box) => box.checked).length;
  for (const label of document.querySelectorAll("[data-count]")) label.textContent = `${chosen} selected on this page`;
  for (const box of document.querySelectorAll("[data-pick-all]")) {
    box.checked = chosen > 0 && chosen === all.length;
    box.indeterminate = chosen > 0 && chosen < all.length;
  }
}

document.addEventListener("click", (event) => {
  if (!event.target.matches?.(".pick")) return;
  const all = picks();
  const here = all.indexOf(event.target);
  const from = all.indexOf(last);
  if (event.shiftKey && from >= 0) {
    for (const box of all.slice(Math.min(from, here), Math.max(from, here) + 1)) box.checked = event.target.checked;
  }
  last = event.target;
  count();
});

document.addEventListener("change", (event) => {
  if (!event.target.matches?.("[data-pick-all]")) return;
  for (const box of picks()) box.checked = event.target.checked;
  count();
});

document.addEventListener("htmx:afterSettle", count);
// The browser may bring ticks back on returning to a page.
addEventListener("pageshow", count);
