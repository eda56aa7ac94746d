// Draws the form a member has open (a Slack modal, a Discord modal) inside its platform's pane, and sends it.
// It covers the pane and not the page, so the clock and the other platform stay within reach.

import { blocks } from "./blockkit.js";
import { modalFields } from "./components.js";
import { h } from "./dom.js";
import { t } from "./i18n.js";
import { plain } from "./slacktext.js";

// A choice that opens shuts when one goes elsewhere, as in both clients; open, it pushes away what comes after it.
function shutChoices(dialog) {
  const shut = (event) => {
    for (const open of dialog.querySelectorAll("details.pick-many[open]")) if (!open.contains(event.target)) open.open = false;
  };
  dialog.addEventListener("click", shut);
  dialog.addEventListener("keyup", (event) => event.key === "Tab" && shut(event));
}

const inside = (form) => (form.data && form.data.components ? form.data : form);

function keepFocus(dialog, onEscape) {
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.preventDefault();
      onEscape();
    }
    if (event.key !== "Tab") return;
    const stops = [...dialog.querySelectorAll("button, input, select, textarea, summary, a[href]")].filter((e) => !e.disabled && e.offsetParent !== null);
    const edge = event.shiftKey ? stops[0] : stops.at(-1);
    if (document.activeElement === edge) {
      event.preventDefault();
      (event.shiftKey ? stops.at(-1) : stops[0]).focus();
    }
  });
}

// act: presses inside the form; submit(values) -> errors by field; dismiss()
export function drawModal(form, kind, ctx, { act, submit, dismiss }) {
  const view = inside(form);
  const fields = new Map();
  const title = kind === "slack" ? plain(view.title?.text) : view.title;
  const content = kind === "slack" ? blocks(view.blocks, act, ctx, fields) : modalFields(view.components, ctx, fields);
  const problem = h("p", { class: "field-error", role: "alert", hidden: true, "data-testid": "modal-error" });
  const hasSubmit = kind === "discord" || view.submit || fields.size > 0;
  const send = hasSubmit ? h("button", { type: "submit", class: "primary", "data-testid": "modal-submit" }, kind === "slack" ? plain(view.submit?.text) || t("submit") : t("submit")) : null;
  const cancel = h("button", { type: "button", "data-testid": "modal-close", on: { click: dismiss } }, (kind === "slack" && plain(view.close?.text)) || t("cancel"));

  async function onSubmit(event) {
    event.preventDefault();
    if (send?.disabled) return;
    problem.hidden = true;
    const values = {};
    let first = null;
    for (const [name, field] of fields) {
      values[name] = field.read();
      const missing = field.required && (values[name] === null || values[name] === "" || (Array.isArray(values[name]) && !values[name].length));
      field.fail(missing ? t("required") : "");
      if (missing) first ||= field;
    }
    if (first) {
      first.control.focus();
      first.show();
      return;
    }
    send.disabled = true;
    try {
      const errors = await submit(values);
      for (const [name, sentence] of Object.entries(errors || {})) {
        fields.get(name)?.fail(sentence);
        if (!fields.has(name)) fail(`${name}: ${sentence}`);
      }
      const wrong = fields.get(Object.keys(errors || {})[0]);
      wrong?.control.focus();
      wrong?.show();
    } catch (error) {
      fail(error.message);
    } finally {
      send.disabled = false;
    }
  }
  function fail(sentence) {
    problem.textContent = sentence;
    problem.hidden = false;
  }

  const heading = `modal-title-${kind}`;
  const dialog = h(
    "form",
    { class: "modal", role: "dialog", "aria-modal": "true", "aria-labelledby": heading, "data-testid": "modal", novalidate: true, on: { submit: onSubmit } },
    h("header", {}, h("h2", { id: heading }, title), h("button", { type: "button", class: "plain", "aria-label": t("close"), on: { click: dismiss } }, "✕")),
    h("div", { class: "modal-body" }, problem, content),
    h("footer", {}, cancel, send),
  );
  keepFocus(dialog, dismiss);
  shutChoices(dialog);
  const veil = h("div", { class: "veil" }, dialog);
  veil.focusFirst = () => (dialog.querySelector(".modal-body input, .modal-body select, .modal-body textarea") || dialog.querySelector("button")).focus();
  return veil;
}
