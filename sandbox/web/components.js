// Draws Discord's components, both generations, and embeds: https://discord.com/developers/docs/components/reference

import { pickMany, pickOne, pickOpen } from "./choices.js";
import { markdown } from "./discordtext.js";
import { h, link, picture } from "./dom.js";
import { t } from "./i18n.js";

const TYPE = {
  ROW: 1, BUTTON: 2, STRING: 3, INPUT: 4, USER: 5, ROLE: 6, MENTIONABLE: 7, CHANNEL: 8, SECTION: 9, TEXT: 10, THUMBNAIL: 11,
  GALLERY: 12, FILE: 13, SEPARATOR: 14, CONTAINER: 17, LABEL: 18, UPLOAD: 19, RADIO: 21, CHECKBOXES: 22, CHECKBOX: 23,
};
const STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link", 6: "premium" };

const emojiOf = (emoji) => (emoji ? (emoji.id ? `:${emoji.name}: ` : `${emoji.name} `) : "");

function button(item, act) {
  if (item.style === 5) return h("span", { class: "dc-button link" }, link(item.url, emojiOf(item.emoji), item.label, h("span", { "aria-hidden": "true" }, " ↗")));
  const press = (event) => act({ custom_id: item.custom_id, component_type: TYPE.BUTTON }, event.currentTarget);
  return h("button", { type: "button", class: `dc-button ${STYLES[item.style] || "secondary"}`, disabled: item.disabled, "data-testid": `btn-${item.custom_id}`, on: { click: press } },
    emojiOf(item.emoji), item.label);
}

function optionsOf(item, ctx) {
  const people = () => ctx.members().map((a) => ({ value: a.user_id, label: a.name }));
  const roles = () => ctx.roles().map((r) => ({ value: r.id, label: `@${r.name}` }));
  if (item.type === TYPE.USER) return people();
  if (item.type === TYPE.ROLE) return roles();
  if (item.type === TYPE.MENTIONABLE) return [...people(), ...roles()];
  if (item.type === TYPE.CHANNEL) return ctx.channels().filter((c) => c.kind !== "dm").map((c) => ({ value: c.id, label: `#${c.name}` }));
  return (item.options || []).map((o) => ({ value: o.value, label: `${emojiOf(o.emoji)}${o.label}`, description: o.description }));
}

function chosenOf(item) {
  return item.default_values?.map((v) => v.id) || (item.options || []).filter((o) => o.default).map((o) => o.value);
}

function select(item, act, ctx) {
  const settle = act && ((values) => act({ custom_id: item.custom_id, component_type: item.type, values }));
  const shared = { options: optionsOf(item, ctx), chosen: chosenOf(item), placeholder: item.placeholder, id: `select-${item.custom_id}`, disabled: item.disabled, onPick: settle };
  return (item.max_values ?? 1) > 1 || item.min_values === 0 ? pickMany({ ...shared, max: item.max_values }) : pickOne(shared);
}

const isSelect = (type) => type === TYPE.STRING || (type >= TYPE.USER && type <= TYPE.CHANNEL);

function media(item, message, attributes) {
  const url = item.media?.url || item.file?.url || "";
  const file = url.startsWith("attachment://") ? message?.files?.find((f) => (f.filename || f.name) === url.slice(13)) : null;
  const alt = item.description || file?.filename || url;
  return picture(file?.url || file?.url_private || item.media?.proxy_url || url, alt, attributes);
}

function draw(item, act, ctx, message) {
  const children = () => (item.components || []).map((child) => draw(child, act, ctx, message));
  if (isSelect(item.type)) return select(item, act, ctx);
  switch (item.type) {
    case TYPE.ROW:
      return h("div", { class: "dc-row" }, children());
    case TYPE.BUTTON:
      return button(item, act);
    case TYPE.SECTION:
      return h("div", { class: "dc-section" }, h("div", { class: "dc-words" }, children()), item.accessory ? draw(item.accessory, act, ctx, message) : null);
    case TYPE.TEXT:
      return h("div", { class: "dc-text" }, markdown(item.content, ctx));
    case TYPE.THUMBNAIL:
      return media(item, message, { class: `dc-thumb ${item.spoiler ? "veiled" : ""}` });
    case TYPE.GALLERY:
      return h("div", { class: `dc-gallery n${Math.min((item.items || []).length, 3)}` }, (item.items || []).map((one) => media(one, message, {})));
    case TYPE.FILE:
      return h("div", { class: "file" }, "📄 ", item.name || (item.file?.url || "").replace("attachment://", ""));
    case TYPE.SEPARATOR:
      return item.divider === false ? h("div", { class: `dc-gap s${item.spacing || 1}` }) : h("hr", { class: `s${item.spacing || 1}` });
    case TYPE.CONTAINER: {
      const accent = Number.isInteger(item.accent_color) ? `#${item.accent_color.toString(16).padStart(6, "0")}` : null;
      return h("div", { class: `dc-container ${accent ? "accented" : ""}`, style: accent ? { borderInlineStartColor: accent } : {} }, children());
    }
    default:
      return h("span", { class: "unsupported" }, `[component ${item.type}]`);
  }
}

export function components(list, act, ctx, message) {
  return h("div", { class: "dc-components" }, (list || []).map((item) => draw(item, act, ctx, message)));
}

export function embeds(list, ctx) {
  return (list || []).map((one) => {
    const colour = Number.isInteger(one.color) ? `#${one.color.toString(16).padStart(6, "0")}` : null;
    return h("div", { class: "dc-embed", style: colour ? { borderInlineStartColor: colour } : {} },
      one.author?.name ? h("div", { class: "dc-embed-author" }, one.author.url ? link(one.author.url, one.author.name) : one.author.name) : null,
      one.title ? h("div", { class: "dc-embed-title" }, one.url ? link(one.url, one.title) : one.title) : null,
      one.description ? h("div", {}, markdown(one.description, ctx)) : null,
      one.fields?.length ? h("div", { class: "dc-embed-fields" }, one.fields.map((f) => h("div", { class: f.inline ? "inline" : null }, h("strong", {}, f.name), h("div", {}, markdown(f.value, ctx))))) : null,
      one.image ? picture(one.image.url, one.title) : null,
      one.footer?.text ? h("div", { class: "subtext" }, one.footer.text) : null);
  });
}

// ---- modals

function field(item, ctx, id, name) {
  if (item.type === TYPE.INPUT) {
    const long = item.style === 2;
    const made = h(long ? "textarea" : "input", {
      rows: long ? 4 : null, type: long ? null : "text", "data-testid": id, placeholder: item.placeholder, minlength: item.min_length,
      maxlength: item.max_length || 4000, value: item.value || "", "aria-label": name,
    });
    made.readValues = () => made.value;
    return made;
  }
  if (item.type === TYPE.RADIO || item.type === TYPE.CHECKBOXES) {
    const many = item.type === TYPE.CHECKBOXES;
    const made = pickOpen({ options: optionsOf(item, ctx), chosen: chosenOf(item), id, label: name, many });
    const read = made.readValues;
    made.readValues = () => (many ? read() : read()[0] ?? null);
    return made;
  }
  if (item.type === TYPE.CHECKBOX) {
    const box = h("input", { type: "checkbox", checked: Boolean(item.default), "data-testid": id, "aria-label": name });
    box.readValues = () => (box.checked ? "true" : "false");
    return box;
  }
  if (isSelect(item.type)) {
    const shared = { options: optionsOf(item, ctx), chosen: chosenOf(item), placeholder: item.placeholder, id, label: name };
    return (item.max_values ?? 1) > 1 ? pickMany({ ...shared, max: item.max_values }) : pickOne(shared);
  }
  return h("span", { class: "unsupported" }, `[component ${item.type}]`);
}

function isEmpty(value) {
  return value === null || value === "" || (Array.isArray(value) && !value.length);
}

export function modalFields(list, ctx, fields) {
  const place = (item, name, description) => {
    const control = field(item, ctx, `field-${item.custom_id}`, name);
    const error = h("p", { class: "field-error", role: "alert", hidden: true, "data-testid": `error-${item.custom_id}` });
    fields.set(item.custom_id, {
      read: () => control.readValues?.() ?? null,
      fail: (sentence) => {
        error.textContent = sentence || "";
        error.hidden = !sentence;
        if (sentence) control.setAttribute("aria-invalid", "true");
        else control.removeAttribute("aria-invalid");
      },
      show: () => error.scrollIntoView({ block: "nearest" }),
      control,
      required: item.required !== false && item.type !== TYPE.CHECKBOX,
      isEmpty,
    });
    return h("div", { class: "dc-field" }, h("div", { class: "dc-label" }, name, item.required === false ? null : h("span", { class: "required", "aria-hidden": "true" }, " *")),
      description ? h("p", { class: "hint" }, description) : null, control, error);
  };
  return (list || []).map((item) => {
    if (item.type === TYPE.LABEL) return place(item.component, item.label, item.description);
    if (item.type === TYPE.ROW) return (item.components || []).map((child) => place(child, child.label || "", null));
    if (item.type === TYPE.TEXT) return h("div", { class: "dc-text" }, markdown(item.content, ctx));
    return h("span", { class: "unsupported" }, `[component ${item.type}]`);
  });
}
