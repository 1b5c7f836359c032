// Changing the colours at once; the server remembers them and renders them from then on.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  const chosen = event.submitter;
  if (!form.matches("[data-theme-form]") || !chosen) return;
  event.preventDefault();
  const theme = chosen.value;
  document.documentElement.dataset.theme = theme;
  for (const button of document.querySelectorAll("[data-theme-form] button")) button.setAttribute("aria-pressed", String(button.value === theme));
  const opener = document.getElementById("theme-button");
  opener?.setAttribute("aria-label", `Colours: ${theme}`);
  opener?.querySelector("use")?.setAttribute("href", chosen.querySelector("use").getAttribute("href"));
  form.closest("[popover]")?.hidePopover();
  const body = new URLSearchParams(new FormData(form, chosen));
  try {
    const answer = await fetch(form.action, { method: "POST", body, redirect: "manual" });
    if (!answer.ok && answer.type !== "opaqueredirect") throw new Error(String(answer.status));
  } catch {
    // A form that is sent by a script forgets which button was pressed.
    const hidden = document.createElement("input");
    Object.assign(hidden, { type: "hidden", name: chosen.name, value: theme });
    form.append(hidden);
    form.submit();
  }
});
