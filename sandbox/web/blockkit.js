// Draws Block Kit: https://docs.slack.dev/reference/block-kit/blocks

import { confirmed, pickMany, pickOne, pickOpen } from "./choices.js";
import { h, link, picture } from "./dom.js";
import { t } from "./i18n.js";
import { markdown } from "./discordtext.js";
import { mrkdwn, plain, richText, textObject } from "./slacktext.js";

const label = (object) => plain(object?.text || "");

function optionsOf(element, ctx) {
  const made = (o, group) => ({ value: o.value, label: label(o.text), text: o.text, description: o.description ? label(o.description) : null, group });
  const kind = element.type.replace(/^multi_/, "");
  if (kind === "users_select") return ctx.members().map((a) => ({ value: a.user_id, label: a.name }));
  if (kind === "channels_select" || kind === "conversations_select") {
    return ctx.channels().filter((c) => c.kind === "text" || c.kind === "private").map((c) => ({ value: c.id, label: `#${c.name}` }));
  }
  if (element.option_groups) return element.option_groups.flatMap((g) => g.options.map((o) => made(o, label(g.label))));
  return (element.options || []).map((o) => made(o));
}

function initialOf(element) {
  const one = element.initial_option?.value ?? element.initial_user ?? element.initial_channel ?? element.initial_conversation;
  if (one !== undefined && one !== null) return [one];
  return element.initial_options?.map((o) => o.value) || element.initial_users || element.initial_channels || element.initial_conversations || [];
}

async function ask(confirm, ctx) {
  if (!confirm) return true;
  return confirmed({ title: label(confirm.title), text: textObject(confirm.text, ctx), yes: label(confirm.confirm), no: label(confirm.deny) });
}

function button(element, act, ctx) {
  const style = element.style ? ` ${element.style}` : "";
  const press = async (event) => {
    if (element.url && /^https?:/i.test(element.url)) window.open(element.url, "_blank", "noopener");
    if (await ask(element.confirm, ctx)) await act(element, { value: element.value }, event.currentTarget);
  };
  return h("button", { type: "button", class: `bk-button${style}`, "data-testid": `btn-${element.action_id}`, "aria-label": element.accessibility_label, on: { click: press } },
    plain(element.text?.text), element.url ? h("span", { "aria-hidden": "true" }, " ↗") : null);
}

const INPUTS = { datepicker: ["date", "initial_date"], timepicker: ["time", "initial_time"], datetimepicker: ["datetime-local", "initial_date_time"] };

function picker(element, settle, id) {
  const [type, initial] = INPUTS[element.type];
  let value = element[initial] || "";
  if (type === "datetime-local" && value) {
    const date = new Date(value * 1000);
    value = new Date(date.getTime() - date.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
  }
  const input = h("input", { type, value, "data-testid": id, "aria-label": label(element.placeholder) || t(type === "time" ? "time" : "date"), on: { change: () => settle?.(input.readValues()) } });
  input.readValues = () => {
    if (!input.value) return [];
    return [type === "datetime-local" ? String(Math.floor(new Date(input.value).getTime() / 1000)) : input.value];
  };
  return input;
}

// An element of a message or home tab: settling it is an act at once.
export function element(item, act, ctx) {
  const id = `select-${item.action_id}`;
  const settle = async (values) => {
    if (await ask(item.confirm, ctx)) await act(item, { values });
  };
  const common = { chosen: initialOf(item), placeholder: label(item.placeholder), id, onPick: settle };
  switch (item.type) {
    case "button":
      return button(item, act, ctx);
    case "workflow_button":
      return h("button", { type: "button", class: "bk-button", disabled: true }, label(item.text));
    case "image":
      return picture(item.image_url || item.slack_file?.url || "", item.alt_text, { class: "bk-thumb" });
    case "overflow": {
      const menu = h("details", { class: "overflow", "data-testid": `overflow-${item.action_id}` }, h("summary", { "aria-label": t("more") }, "⋯"),
        h("div", { class: "menu" }, item.options.map((o) => h("button", { type: "button", "data-testid": `overflow-option-${o.value}`, on: { click: () => { menu.open = false; settle([o.value]); } } }, label(o.text)))));
      return menu;
    }
    case "datepicker":
    case "timepicker":
    case "datetimepicker":
      return picker(item, settle, id);
    case "radio_buttons":
    case "checkboxes":
      return pickOpen({ ...common, options: optionsOf(item, ctx), many: item.type === "checkboxes", draw: (o) => textObject(o.text, ctx) });
    default:
      if (item.type.startsWith("multi_")) return pickMany({ ...common, options: optionsOf(item, ctx), max: item.max_selected_items });
      if (item.type.endsWith("_select")) return pickOne({ ...common, options: optionsOf(item, ctx) });
      if (item.type.endsWith("_input")) return input(item, ctx, id, label(item.placeholder));
      return h("span", { class: "unsupported" }, `[${item.type}]`);
  }
}

// The element of an input block: the form reads it when it is sent.
export function input(item, ctx, id, name) {
  const common = { chosen: initialOf(item), placeholder: label(item.placeholder), id, label: name };
  const TYPES = { number_input: "number", email_text_input: "email", url_text_input: "url" };
  if (item.type === "plain_text_input" || item.type === "rich_text_input" || TYPES[item.type]) {
    const long = item.multiline || item.type === "rich_text_input";
    const field = h(long ? "textarea" : "input", {
      type: long ? null : TYPES[item.type] || "text", rows: long ? 4 : null, "data-testid": id, placeholder: label(item.placeholder),
      maxlength: item.max_length, "aria-label": name, value: typeof item.initial_value === "string" ? item.initial_value : "", step: item.is_decimal_allowed ? "any" : null,
    });
    field.readValues = () => (field.value === "" ? [] : [field.value]);
    return field;
  }
  if (INPUTS[item.type]) return picker(item, null, id);
  if (item.type === "radio_buttons" || item.type === "checkboxes") {
    return pickOpen({ ...common, options: optionsOf(item, ctx), many: item.type === "checkboxes", draw: (o) => textObject(o.text, ctx) });
  }
  if (item.type.startsWith("multi_")) return pickMany({ ...common, options: optionsOf(item, ctx), max: item.max_selected_items });
  if (item.type.endsWith("_select")) return pickOne({ ...common, options: optionsOf(item, ctx) });
  return h("span", { class: "unsupported" }, `[${item.type}]`);
}

const MANY = /^(multi_|checkboxes)/;

function inputBlock(block, ctx, fields) {
  const id = `field-${block.block_id}`;
  const name = label(block.label);
  const control = input(block.element, ctx, id, name);
  const error = h("p", { class: "field-error", role: "alert", hidden: true, "data-testid": `error-${block.block_id}` });
  fields?.set(block.block_id, {
    read: () => {
      const values = control.readValues?.() || [];
      return MANY.test(block.element.type) ? values : values[0] ?? null;
    },
    fail: (sentence) => {
      error.textContent = sentence || "";
      error.hidden = !sentence;
      if (sentence) control.setAttribute("aria-invalid", "true");
      else control.removeAttribute("aria-invalid");
    },
    show: () => error.scrollIntoView({ block: "nearest" }),
    control,
    required: !block.optional,
  });
  return h("div", { class: "bk-input" }, h("div", { class: "bk-label" }, name, block.optional ? h("span", { class: "optional" }, ` ${t("optional")}`) : null), control,
    block.hint ? h("p", { class: "hint" }, label(block.hint)) : null, error);
}

function table(block, ctx) {
  const cell = (one) => (one.type === "rich_text" ? richText(one, ctx) : one.text || "");
  return h("table", { class: "bk-table" }, (block.rows || []).map((row, index) => h("tr", {}, row.map((one) => h(index ? "td" : "th", {}, cell(one))))));
}

function draw(block, act, ctx, fields) {
  const acting = (item, extra, origin) => act({ block_id: block.block_id, action_id: item.action_id, type: item.type, ...extra }, origin);
  switch (block.type) {
    case "header":
      return h("h3", { class: "bk-header" }, plain(block.text?.text));
    case "section":
      return h("div", { class: "bk-section" },
        h("div", { class: "bk-words" }, textObject(block.text, ctx), block.fields ? h("div", { class: "bk-fields" }, block.fields.map((f) => h("div", {}, textObject(f, ctx)))) : null),
        block.accessory ? h("div", { class: "bk-accessory" }, element(block.accessory, acting, ctx)) : null);
    case "actions":
      return h("div", { class: "bk-actions" }, (block.elements || []).map((item) => element(item, acting, ctx)));
    case "context":
      return h("div", { class: "bk-context" }, (block.elements || []).map((item) => (item.type === "image" ? element(item, acting, ctx) : h("span", {}, textObject(item, ctx)))));
    case "divider":
      return h("hr", {});
    case "image":
      return h("figure", { class: "bk-image" }, block.title ? h("figcaption", {}, plain(block.title.text)) : null, picture(block.image_url || block.slack_file?.url || "", block.alt_text));
    case "input":
      return inputBlock(block, ctx, fields);
    case "rich_text":
      return richText(block, ctx);
    case "markdown":
      return h("div", { class: "bk-markdown" }, markdown(block.text, ctx));
    case "video":
      return h("div", { class: "bk-section" }, h("div", {}, "▶ ", link(block.title_url || block.video_url, label(block.title)), h("div", {}, label(block.description))));
    case "table":
      return table(block, ctx);
    default:
      return h("div", { class: "unsupported" }, `[${block.type}]`);
  }
}

// act({block_id, action_id, type, value | values}) is awaited; fields collects the inputs of a form.
export function blocks(list, act, ctx, fields) {
  return h("div", { class: "blocks" }, (list || []).map((block) => draw(block, act, ctx, fields)));
}

export function attachments(list, act, ctx) {
  return (list || []).map((one) => {
    const colour = /^#?[0-9a-f]{6}$/i.test(one.color || "") ? `#${one.color.replace("#", "")}` : { good: "#2eb67d", warning: "#ecb22e", danger: "#e01e5a" }[one.color];
    return h("div", { class: "bk-attachment", style: colour ? { borderInlineStartColor: colour } : {} },
      one.pretext ? h("div", {}, mrkdwn(one.pretext, ctx)) : null,
      one.title ? h("strong", {}, one.title_link ? link(one.title_link, one.title) : one.title) : null,
      one.blocks ? blocks(one.blocks, act, ctx) : h("div", {}, mrkdwn(one.text, ctx)));
  });
}
