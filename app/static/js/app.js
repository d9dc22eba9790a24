// Everything a page of Makeready runs. Each module works by data attributes and needs no set-up.
import "./theme.js";
import "./shortcuts.js";
import "./dialogs.js";
import "./confirm.js";
import "./once.js";
import "./selection.js";
import "./times.js";
import "./keep.js";
import "./live.js";
import "./sidebar.js";
