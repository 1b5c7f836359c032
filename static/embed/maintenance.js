// Tells visitors of a page when the platform is in maintenance, or will be. Include it with
//   <script src="https://backlot.example/embed/maintenance.js" defer></script>
// Options, as attributes of that element: data-position="bottom" (else top), data-ahead="24" (hours before a planned window),
// data-every="30" (seconds). The page gets the event "backlot:maintenance" with the state in `detail`, whenever it changes.
(() => {
  "use strict";
  const script = document.currentScript;
  if (!script || !script.src) return;
  const address = new URL("/api/v1/maintenance", script.src).href;
  const number = (name, otherwise, least) => {
    const given = parseFloat(script.dataset[name]);
    return Number.isFinite(given) ? Math.max(given, least) : otherwise;
  };
  const every = number("every", 30, 1) * 1000;
  const ahead = number("ahead", 24, 0) * 3600 * 1000;
  const atBottom = script.dataset.position === "bottom";
  const STYLE = `
    :host { all: initial; position: fixed; inset-inline: 0; inset-block-start: 0; z-index: 2147483000; }
    :host(.bottom) { inset-block: auto 0; }
    div { display: flex; gap: 12px; align-items: center; justify-content: center; padding: 10px 16px;
      font: 500 15px/1.4 system-ui, sans-serif; color: #5b3b00; background: #fff3d6; border-block-end: 1px solid #e4c27a;
      overflow-wrap: anywhere; }
    :host(.bottom) div { border-block: 1px solid #e4c27a 0; }
    p { margin: 0; max-width: 80ch; white-space: pre-line; }
    button { flex: none; min-width: 32px; min-height: 32px; font: inherit; color: inherit; background: none; cursor: pointer;
      border: 1px solid currentColor; border-radius: 6px; padding: 0 10px; }
    button:focus-visible { outline: 2px solid currentColor; outline-offset: 2px; }
    @media (prefers-color-scheme: dark) { div { color: #ffdf9e; background: #3a2c10; border-color: #6b5220; } }
    @media print { :host { display: none; } }`;

  const time = (text) => (typeof text === "string" && !Number.isNaN(Date.parse(text)) ? new Date(text) : null);
  const words = (text) => (typeof text === "string" ? text.trim().slice(0, 1000) : "");
  // In the page's own language and the visitor's own zone.
  const shown = (at) => {
    const form = { weekday: "short", hour: "2-digit", minute: "2-digit", timeZoneName: "short" };
    try {
      return at.toLocaleString(document.documentElement.lang || undefined, form);
    } catch {
      return at.toLocaleString(undefined, form);
    }
  };

  // What the answer asks to be shown; nothing when it makes no sense.
  const meant = (state) => {
    if (state.enabled) return { key: "on", text: words(state.message) || "We are in maintenance.", closable: false };
    const starts = state.next && time(state.next.starts_at);
    if (!starts || starts - Date.now() > ahead) return null;
    const ends = time(state.next.ends_at);
    const when = ends ? `${shown(starts)} – ${shown(ends)}` : shown(starts);
    const key = `next ${state.next.starts_at} ${state.next.ends_at}`;
    return { key, text: `${when}\n${words(state.next.message)}`.trim(), closable: true };
  };

  let host = null;
  let line = null;
  let button = null;
  const closed = new Set();

  const build = () => {
    host = document.createElement("backlot-maintenance");
    if (atBottom) host.className = "bottom";
    const root = host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    const box = document.createElement("div");
    line = document.createElement("p");
    line.setAttribute("role", "status");
    button = document.createElement("button");
    button.type = "button";
    button.textContent = "×";
    button.setAttribute("aria-label", "Close");
    box.append(line, button);
    root.append(box);
    document.body.append(host);
  };

  const show = (wish) => {
    if (!wish || closed.has(wish.key)) {
      if (host) host.remove();
      host = null;
      return;
    }
    if (!host || !host.isConnected) build();
    // Only what changes in an element that is there already is read out.
    const said = line;
    setTimeout(() => {
      if (said.textContent !== wish.text) said.textContent = wish.text;
    }, 100);
    button.hidden = !wish.closable;
    button.onclick = () => {
      closed.add(wish.key);
      show(null);
    };
  };

  let last = "";
  const tell = (state) => {
    const { retry_after: _, ...lasting } = state;
    const now = JSON.stringify(lasting);
    if (now === last) return;
    last = now;
    document.dispatchEvent(new CustomEvent("backlot:maintenance", { detail: state }));
  };

  let timer = 0;
  const look = async () => {
    clearTimeout(timer);
    try {
      const answer = await fetch(address, { credentials: "omit", referrerPolicy: "no-referrer" });
      const state = answer.ok ? await answer.json() : null;
      // Whoever cannot be asked says nothing: what is shown stays.
      if (state && typeof state.enabled === "boolean") {
        show(meant(state));
        tell(state);
      }
    } catch {
      // The page goes on without it.
    }
    clearTimeout(timer);
    if (document.visibilityState === "visible") timer = setTimeout(look, every);
  };
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") look();
    else clearTimeout(timer);
  });
  look();
})();
