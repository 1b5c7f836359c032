// A form with many settings: how many are edited, and none of it is lost when the list is narrowed.
const forms = () => document.querySelectorAll("form[data-settings]");
const initial = (control) =>
  control.type === "checkbox" ? control.defaultChecked : control.options ? [...control.options].find((one) => one.defaultSelected)?.value : control.defaultValue;
const current = (control) => (control.type === "checkbox" ? control.checked : control.value);
const setting = (name) => name.split(":")[0];
const fields = (form) => [...form.elements].filter((control) => control.name.includes(".") && control.type !== "hidden");

let held = new Map();

// What is not as it came, and what came as it was typed before.
const isEdited = (control) => current(control) !== initial(control) || Boolean(control.closest("[data-typed]"));

// All fields of every setting that is edited, as they would be sent.
function edits(form) {
  const edited = new Set(fields(form).filter(isEdited).map((control) => setting(control.name)));
  const sent = new Map();
  for (const [name, value] of new FormData(form)) {
    if (edited.has(setting(name)) || form.querySelector(`input[data-held][name="${CSS.escape(name)}"]`)) sent.set(name, value);
  }
  for (const key of edited) sent.set(`${key}:`, "");
  return sent;
}

function count(form) {
  const names = [...edits(form).keys()].map(setting);
  const all = new Set(names).size;
  const hidden = new Set([...form.querySelectorAll("input[data-held]")].map((control) => setting(control.name))).size;
  const says = form.querySelector("[data-edited]");
  says.textContent = all ? `${all} edited${hidden ? `, ${hidden} of them not in this list` : ""}` : "";
}

// What was edited and is listed stands in its field again; what is not listed goes along unseen.
function restore(form) {
  for (const [name, value] of held) {
    if (name.endsWith(":")) {
      const box = form.querySelector(`input[type=checkbox][name="${CSS.escape(setting(name))}"]`);
      if (box) box.checked = held.has(box.name);
      continue;
    }
    const listed = fields(form).find((control) => control.name === name);
    if (listed) {
      if (listed.type !== "checkbox") listed.value = value;
      continue;
    }
    // What was seen stays what was seen: who changed it meanwhile is not overwritten.
    const seen = form.querySelector(`input[type=hidden][name="${CSS.escape(name)}"]`);
    if (seen) seen.value = value;
    else {
      const along = document.createElement("input");
      Object.assign(along, { type: "hidden", name, value });
      along.dataset.held = "";
      form.append(along);
    }
  }
  count(form);
}

document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form[data-settings]");
  if (form) count(form);
});
document.addEventListener("htmx:beforeSwap", () => forms().forEach((form) => (held = edits(form))));
document.addEventListener("htmx:afterSettle", () => forms().forEach(restore));
addEventListener("pageshow", () => forms().forEach(count));
