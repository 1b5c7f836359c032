// Passkeys (W3C Web Authentication, level 3): a form carries what the device is asked, and is sent with its answer.
const PATIENCE = 270_000;
const WHY = {
  NotAllowedError: "Nothing was sent: it was cancelled, or took too long.",
  InvalidStateError: "This device has a passkey for you here already.",
  ConstraintError: "This device cannot keep a passkey: it has no PIN, finger or face to ask for.",
  NotSupportedError: "This device cannot keep a passkey of a kind that Backlot takes.",
  SecurityError: "Passkeys do not work at this address.",
};
const able = Boolean(window.PublicKeyCredential && navigator.credentials?.create);

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
const text = (buffer) =>
  btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("")).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

function tell(form, sentence) {
  form.querySelector("[data-passkey-says]").textContent = sentence;
}

// By hand where a browser is older than the methods for it.
const known = (list) => list?.map((one) => ({ ...one, id: bytes(one.id) }));

function creation(options) {
  if (PublicKeyCredential.parseCreationOptionsFromJSON) return PublicKeyCredential.parseCreationOptionsFromJSON(options);
  const user = { ...options.user, id: bytes(options.user.id) };
  return { ...options, user, challenge: bytes(options.challenge), excludeCredentials: known(options.excludeCredentials) };
}

function request(options) {
  if (PublicKeyCredential.parseRequestOptionsFromJSON) return PublicKeyCredential.parseRequestOptionsFromJSON(options);
  return { ...options, challenge: bytes(options.challenge), allowCredentials: known(options.allowCredentials) };
}

function written(credential) {
  try {
    return credential.toJSON();
  } catch {
    const response = {};
    for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[part]) response[part] = text(credential.response[part]);
    }
    if (credential.response.getTransports) response.transports = credential.response.getTransports();
    return { id: credential.id, rawId: text(credential.rawId), type: credential.type, response };
  }
}

// What was asked is good for five minutes: from a page that has been open for longer, ask anew.
async function renew(form) {
  if (performance.now() < PATIENCE) return;
  const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
  const fresh = page.querySelector(`form[data-passkey][action="${form.getAttribute("action")}"]`);
  if (!fresh) return;
  form.dataset.options = fresh.dataset.options;
  form.elements.ceremony.value = fresh.elements.ceremony.value;
}

async function ask(form) {
  await renew(form);
  const options = JSON.parse(form.dataset.options);
  const credential =
    form.dataset.passkey === "create"
      ? await navigator.credentials.create({ publicKey: creation(options) })
      : await navigator.credentials.get({ publicKey: request(options) });
  return JSON.stringify(written(credential));
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (able) continue;
  form.querySelector("[data-passkey-needs]").hidden = true;
  tell(form, window.isSecureContext ? "This browser does not know passkeys." : "Passkeys need HTTPS, and this page came without.");
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-passkey]") || form.elements.credential.value) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const button = form.querySelector("button");
  button.disabled = true;
  tell(form, "Waiting for your device …");
  try {
    form.elements.credential.value = await ask(form);
    form.requestSubmit();
  } catch (error) {
    button.disabled = false;
    button.focus();
    tell(form, WHY[error.name] ?? `The browser could not ask for a passkey (${error.name}).`);
  }
});

// A page that comes back out of the browser's memory still holds an answer that is used.
window.addEventListener("pageshow", (event) => {
  for (const form of event.persisted ? document.querySelectorAll("form[data-passkey]") : []) {
    form.elements.credential.value = "";
    form.querySelector("button").disabled = false;
    tell(form, "");
  }
});
