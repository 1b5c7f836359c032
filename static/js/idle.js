// Before a quiet session ends: a bar with one button, read out at five minutes, at one, and at the end.
// Tabs tell each other, so that work in one keeps the warning out of the others.
import { alarm, say } from "./say.js";

const SHARED = "session-ends";
const full = Number(document.body.dataset.idleLeft) * 1000;
const warn = Number(document.body.dataset.idleWarn) * 1000;
const bar = document.getElementById("idle");
const text = document.getElementById("idle-text");
const stay = document.getElementById("idle-stay");
let ends = Date.now() + full;
let said = Infinity;

function later() {
  ends = Date.now() + full;
  said = Infinity;
  localStorage.setItem(SHARED, String(ends));
}

function words(left) {
  const minutes = Math.ceil(left / 60_000);
  return minutes > 1 ? `You will be signed out in ${minutes} minutes.` : `You will be signed out in ${Math.ceil(left / 1000)} seconds.`;
}

function announce(left) {
  for (const [at, sentence] of [[warn, words(left)], [60_000, "You will be signed out in one minute."]]) {
    if (left <= at && said > at) {
      said = at;
      alarm(`${sentence} Press Stay signed in to go on.`);
    }
  }
}

function over() {
  if (said === 0) return;
  said = 0;
  bar.hidden = false;
  text.textContent = "You have been signed out. What you typed is kept.";
  stay.textContent = "Sign in again";
  alarm("You have been signed out. What you typed is kept.");
}

function tick() {
  const left = ends - Date.now();
  if (left <= 0) return over();
  bar.hidden = left > warn;
  if (bar.hidden) return;
  text.textContent = words(left);
  announce(left);
}

async function prolong() {
  if (ends <= Date.now()) return location.reload();
  const proof = document.querySelector("meta[name=proof]")?.content ?? "";
  try {
    const answer = await fetch("/session/stay", { method: "POST", headers: { "X-Backlot-Proof": proof } });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    later();
    bar.hidden = true;
    document.getElementById("main")?.focus({ preventScroll: true });
    say("You stay signed in");
  } catch {
    text.textContent = "That did not work. Save what you are doing, then reload the page.";
  }
}

if (bar && full > 0) {
  later();
  tick();
  setInterval(tick, 1000);
  stay.addEventListener("click", prolong);
  addEventListener("storage", (event) => {
    if (event.key === SHARED && Number(event.newValue) > ends && said > 0) {
      ends = Number(event.newValue);
      said = Infinity;
    }
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const background = event.detail.requestConfig?.headers?.["X-Backlot-Background"];
    if (event.detail.successful && !background) later();
  });
}
