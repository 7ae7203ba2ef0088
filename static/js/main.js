/* What every page gets. Each part listens on the document, so that rows brought by htmx work like
   the first ones. */
import "./requests.js"; // first: a form that cannot leave must not be marked as gone
import "./confirm.js";
import "./copy.js";
import "./countdown.js";
import "./find.js";
import "./focus-errors.js";
import "./mac-field.js";
import "./menu.js";
import "./reload.js";
import "./reveal.js";
import "./row-act.js";
import "./selection.js";
import "./submit-once.js";
import "./toasts.js";
import "./counter.js";
