// Pickers that both platforms share: a native select for one choice, a list of ticks for several.

import { h } from "./dom.js";
import { t } from "./i18n.js";

// options: [{value, label, description}]; onPick(values)
export function pickOne({ options, chosen, placeholder, id, label, disabled, onPick }) {
  const select = h(
    "select",
    { "data-testid": id, "aria-label": label || placeholder || t("choose"), disabled, on: { change: () => onPick?.(select.value ? [select.value] : []) } },
    h("option", { value: "" }, placeholder || t("choose")),
    groups(options).map(([group, held]) => {
      const made = held.map((o) => h("option", { value: o.value }, o.description ? `${o.label} — ${o.description}` : o.label));
      return group ? h("optgroup", { label: group }, made) : made;
    }),
  );
  select.value = chosen?.[0] ?? "";
  select.readValues = () => (select.value ? [select.value] : []);
  return select;
}

function groups(options) {
  const held = new Map();
  for (const option of options) held.set(option.group || "", [...(held.get(option.group || "") || []), option]);
  return [...held];
}

// With onPick, a button settles the choice; without, the form reads it when it is sent.
export function pickMany({ options, chosen, placeholder, id, label, max, onPick }) {
  const picked = new Set(chosen || []);
  const summary = h("summary", { "aria-label": label || placeholder || t("choose") });
  const settle = onPick && h("button", { type: "button", class: "settle", on: { click: () => { details.open = false; onPick([...picked]); } } }, t("settle"));
  const boxes = options.map((option) => {
    const box = h("input", { type: "checkbox", value: option.value, checked: picked.has(option.value), on: { change: () => change(option.value, box) } });
    return h("label", { "data-testid": `${id}-option-${option.value}` }, box, h("span", {}, option.label, option.description ? h("small", {}, option.description) : null));
  });
  const details = h("details", { class: "pick-many", "data-testid": id }, summary, h("div", { class: "pick-list" }, boxes, settle));
  function change(value, box) {
    if (box.checked && max && picked.size >= max) box.checked = false;
    else if (box.checked) picked.add(value);
    else picked.delete(value);
    show();
  }
  function show() {
    const names = options.filter((o) => picked.has(o.value)).map((o) => o.label);
    summary.textContent = names.length ? names.join(", ") : placeholder || t("choose");
    summary.classList.toggle("unset", !names.length);
  }
  show();
  details.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && details.open) {
      details.open = false;
      summary.focus();
      event.stopPropagation();
    }
  });
  details.readValues = () => [...picked];
  return details;
}

// Ticks or radio buttons that stand open.
export function pickOpen({ options, chosen, id, many, label, onPick, draw }) {
  const name = `pick-${id}-${Math.random().toString(36).slice(2)}`;
  const boxes = options.map((o) =>
    h("input", { type: many ? "checkbox" : "radio", name, value: o.value, checked: (chosen || []).includes(o.value), "data-testid": `${id}-option-${o.value}` }),
  );
  const read = () => boxes.filter((box) => box.checked).map((box) => box.value);
  const group = h(
    "div",
    { role: many ? "group" : "radiogroup", "aria-label": label, class: "pick-open", "data-testid": id, on: { change: () => onPick?.(read()) } },
    options.map((o, index) => h("label", {}, boxes[index], h("span", {}, draw ? draw(o) : o.label, o.description ? h("small", {}, o.description) : null))),
  );
  group.readValues = read;
  return group;
}

// Asks before an act that says it wants asking (Slack's confirm object).
export function confirmed({ title, text, yes, no }) {
  return new Promise((resolve) => {
    const dialog = h(
      "dialog",
      { class: "confirm", "data-testid": "confirm" },
      h("h3", {}, title || t("sure")),
      h("div", {}, text),
      h(
        "div",
        { class: "row end" },
        h("button", { type: "button", on: { click: () => dialog.close("") } }, no || t("cancel")),
        h("button", { type: "button", class: "primary", "data-testid": "confirm-yes", on: { click: () => dialog.close("yes") } }, yes || t("ok")),
      ),
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
