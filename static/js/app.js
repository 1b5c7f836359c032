// Comfort only: every page works without these files. Each is one topic and starts itself.
import "./keys.js";
import "./palette.js";
import "./copy.js";
import "./keep.js";
import "./rows.js";
import "./filters.js";
import "./times.js";
import "./tailor.js";
import "./theme.js";
import "./passkeys.js";
import "./drafts.js";
import "./idle.js";
import "./json.js";
import "./edited.js";
import "./lightbox.js";
