// Keys: `/` search, `?` help, `j` and `k` through the rows, `x` select. Enter is the link's own.
// Single keys rest while someone types, and for good when the account says so.
const on = document.documentElement.dataset.shortcuts === "on";

const typing = (target) => target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
const links = () => [...document.querySelectorAll("[data-rows] [data-open]")];

function step(by) {
  const all = links();
  if (!all.length) return;
  const row = document.activeElement?.closest?.("[data-rows] tbody tr");
  const here = row ? all.findIndex((link) => row.contains(link)) : -1;
  const next = all[here < 0 ? 0 : Math.min(Math.max(here + by, 0), all.length - 1)];
  next.focus({ focusVisible: true });
  next.scrollIntoView({ block: "nearest" });
}

const actions = {
  "/": () => document.getElementById("search")?.select(),
  "?": () => document.getElementById("keys")?.togglePopover(),
  j: () => step(1),
  k: () => step(-1),
  x: () => document.activeElement?.closest?.("[data-rows] tbody tr")?.querySelector(".pick")?.click(),
};

document.addEventListener("keydown", (event) => {
  if (!on || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (typing(event.target) || document.querySelector("dialog[open]:not([popover])")) return;
  const action = actions[event.key];
  if (!action) return;
  event.preventDefault();
  action();
});
