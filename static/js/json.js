// JSON while it is typed: whether it is any, and if not, in which line and column it stops being that.
// Browsers tell the place in words of their own, so it is looked for here; what a value may be, the server says.
const SPACE = /[ \t\n\r]*/y;
const ATOMS = [/-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y, /true|false|null/y];
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;

class Wrong extends Error {
  constructor(at, why) {
    super(why);
    this.at = at;
  }
}

const eat = (pattern, text, at) => {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0].length ?? -1;
};
const past = (text, at) => at + Math.max(eat(SPACE, text, at), 0);

function string(text, at, what) {
  if (text[at] !== '"') throw new Wrong(at, `${what} is missing`);
  const length = eat(STRING, text, at);
  if (length < 0) throw new Wrong(at, "this text in quotes does not end, or holds what it may not");
  return at + length;
}

function several(text, at, end, item) {
  let here = past(text, at + 1);
  if (text[here] === end) return here + 1;
  for (;;) {
    here = past(text, item(here));
    if (text[here] === end) return here + 1;
    if (text[here] !== ",") throw new Wrong(here, `a comma or “${end}” is missing`);
    here = past(text, here + 1);
  }
}

function value(text, at) {
  if (text[at] === "[") return several(text, at, "]", (here) => value(text, here));
  if (text[at] === "{") {
    return several(text, at, "}", (here) => {
      const colon = past(text, string(text, here, "a name in quotes"));
      if (text[colon] !== ":") throw new Wrong(colon, "a colon is missing");
      return value(text, past(text, colon + 1));
    });
  }
  if (text[at] === '"') return string(text, at, "a text");
  for (const atom of ATOMS) {
    const length = eat(atom, text, at);
    if (length > 0) return at + length;
  }
  throw new Wrong(at, "a value is missing");
}

/** Where and why a text is no JSON; nothing when it is. */
function fault(text) {
  try {
    const end = past(text, value(text, past(text, 0)));
    if (end < text.length) throw new Wrong(end, "nothing may follow here");
  } catch (wrong) {
    // Nested too deep for any use.
    if (!(wrong instanceof Wrong)) return { line: 1, column: 1, why: "it is nested too deep" };
    const before = text.slice(0, wrong.at).split("\n");
    return { line: before.length, column: before.at(-1).length + 1, why: wrong.message };
  }
}

document.addEventListener("input", (event) => {
  const field = event.target;
  if (!field.matches?.("[data-json]")) return;
  const says = field.parentElement.querySelector("[data-says]");
  const wrong = fault(field.value);
  says.dataset.tone = wrong ? "bad" : "ok";
  says.textContent = wrong ? `Line ${wrong.line}, column ${wrong.column}: ${wrong.why}.` : "This is JSON.";
});
