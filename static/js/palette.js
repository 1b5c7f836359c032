// The palette: Ctrl K or ⌘ K, then type. What it finds comes from the server; without it there is /admin/search.
const palette = document.getElementById("palette");
const input = document.getElementById("palette-input");
const results = document.getElementById("palette-results");
let asking;
let waiting;

const options = () => [...results.querySelectorAll("[role=option]")];

function mark(option) {
  for (const other of options()) other.setAttribute("aria-selected", String(other === option));
  if (option) {
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  } else {
    input.removeAttribute("aria-activedescendant");
  }
}

async function ask() {
  asking?.abort();
  asking = new AbortController();
  const query = new URLSearchParams({ q: input.value.trim(), at: location.pathname });
  try {
    const answer = await fetch(`/admin/search/palette?${query}`, { signal: asking.signal, headers: { "HX-Request": "true" } });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    results.innerHTML = await answer.text();
    mark(options()[0]);
  } catch (error) {
    if (error.name !== "AbortError") results.textContent = "Could not search. Press Enter for the search page.";
  }
}

function move(by) {
  const all = options();
  if (!all.length) return;
  const here = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
  mark(all[(here + by + all.length) % all.length]);
}

if (palette) {
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    if (palette.open) return palette.close();
    palette.showModal();
    input.select();
    ask();
  });
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 120);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter") {
      const chosen = results.querySelector("[aria-selected=true]");
      if (!chosen) return;
      event.preventDefault();
      chosen.click();
    }
  });
  palette.addEventListener("click", (event) => {
    if (event.target === palette || event.target.closest("[data-close]")) palette.close();
  });
}
