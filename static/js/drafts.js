// What was typed is kept in this tab until it was sent: through a reload, a mistake, an ended session.
// Never passwords, codes or typed confirmations; nothing after signing out.
const DRAFT = "draft:";
const SENT = "sent:";
const SECRET = /one-time-code|password/;

const key = (form) => `${location.pathname} ${form.getAttribute("action") ?? ""}`;

function controls(form) {
  return [...form.elements].filter(
    (control) =>
      control.name &&
      !control.name.startsWith("_") &&
      control.name !== "typed" &&
      !["hidden", "password", "file", "submit", "button", "fieldset"].includes(control.type) &&
      !SECRET.test(control.autocomplete ?? ""),
  );
}

const forms = () => [...document.querySelectorAll("form[method=post]:not([data-forget], [data-theme-form])")].filter((form) => controls(form).length);
const ticked = (control) => control.type === "checkbox" || control.type === "radio";
const fresh = (control) =>
  ticked(control) ? control.defaultChecked : control.options ? ([...control.options].find((o) => o.defaultSelected) ?? control.options[0])?.value : control.defaultValue;
const current = (control) => (ticked(control) ? control.checked : control.value);

function keep(form) {
  const typed = {};
  controls(form).forEach((control, at) => {
    if (current(control) !== fresh(control)) typed[`${control.name} ${at}`] = current(control);
  });
  if (Object.keys(typed).length) sessionStorage.setItem(DRAFT + key(form), JSON.stringify(typed));
  else sessionStorage.removeItem(DRAFT + key(form));
}

function restore(form) {
  const typed = JSON.parse(sessionStorage.getItem(DRAFT + key(form)) ?? "{}");
  let restored = false;
  controls(form).forEach((control, at) => {
    const value = typed[`${control.name} ${at}`];
    if (value === undefined || value === current(control)) return;
    if (ticked(control)) control.checked = value;
    else control.value = value;
    restored = true;
  });
  if (restored) offer(form);
}

// Says that something came back, and takes it away again on request.
function offer(form) {
  const note = document.createElement("div");
  note.className = "draft";
  note.setAttribute("role", "status");
  const text = document.createElement("span");
  text.className = "grow";
  text.textContent = "What you typed before is back.";
  const discard = document.createElement("button");
  discard.type = "button";
  discard.className = "btn sm ghost";
  discard.textContent = "Discard it";
  discard.addEventListener("click", () => {
    form.reset();
    sessionStorage.removeItem(DRAFT + key(form));
    note.remove();
    controls(form)[0]?.focus();
  });
  note.append(text, discard);
  form.prepend(note);
}

// The page that follows tells whether a form arrived: not when it is the door, an error, or the same form again.
function settle() {
  const refused = document.querySelector("#errors, #conflict, [data-fault]");
  const atDoor = document.documentElement.hasAttribute("data-door");
  if (atDoor) return;
  for (const name of Object.keys(sessionStorage).filter((name) => name.startsWith(SENT))) {
    const bare = name.slice(SENT.length);
    if (refused) sessionStorage.setItem(DRAFT + bare, sessionStorage.getItem(name));
    sessionStorage.removeItem(name);
  }
}

function forget() {
  for (const name of Object.keys(sessionStorage)) {
    if (name.startsWith(DRAFT) || name.startsWith(SENT)) sessionStorage.removeItem(name);
  }
}

settle();
forms().forEach(restore);

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form && forms().includes(form)) keep(form);
});
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("[data-forget]")) return forget();
  const name = DRAFT + key(form);
  const typed = sessionStorage.getItem(name);
  if (typed === null) return;
  sessionStorage.setItem(SENT + key(form), typed);
  sessionStorage.removeItem(name);
});
