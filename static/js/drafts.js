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

// A form may be sent from another page than it was typed on; where it goes is what it is.
const drafts = (action) => Object.keys(sessionStorage).filter((name) => name.startsWith(DRAFT) && action && name.endsWith(` ${action}`));
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

// The page that follows tells whether a form arrived: not when it is an error, the same form again, or signing in.
// Confirming that it is you comes in between: the form is still on its way.
function settle() {
  const signingIn = location.pathname.startsWith("/sign-in");
  const refused = signingIn || document.querySelector("#errors, #conflict, [data-fault]");
  if (document.documentElement.hasAttribute("data-door") && !signingIn) return;
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
  for (const name of drafts(form.getAttribute("action"))) {
    sessionStorage.setItem(SENT + name.slice(DRAFT.length), sessionStorage.getItem(name));
    sessionStorage.removeItem(name);
  }
});
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-discard]");
  if (link) drafts(link.dataset.discard).forEach((name) => sessionStorage.removeItem(name));
});
