// Builds elements. Everything from members goes in as text; nothing here or elsewhere sets innerHTML.

export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") {
      for (const [event, handler] of Object.entries(value)) element.addEventListener(event, handler);
    } else if (name === "value" || name === "checked" || name === "selected") {
      element[name] = value;
    } else if (name === "style") {
      for (const [property, wanted] of Object.entries(value)) {
        if (property.startsWith("--")) element.style.setProperty(property, wanted);
        else element.style[property] = wanted;
      }
    } else {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  append(element, children);
  return element;
}

export function append(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return element;
}

export function replace(element, ...children) {
  element.replaceChildren();
  return append(element, children);
}

// Only links that a chat client would open; "javascript:" and the like stay text.
export function link(url, ...label) {
  const safe = /^(https?:|mailto:)/i.test(url);
  if (!safe) return h("span", {}, ...label);
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, ...label);
}

// The page loads nothing from elsewhere: a picture of another host is named, not fetched.
export function picture(url, alt, attributes = {}) {
  let local = false;
  try {
    local = new URL(url, location.href).origin === location.origin || url.startsWith("data:image/");
  } catch {
    local = false;
  }
  if (local) return h("img", { src: url, alt: alt || "", loading: "lazy", ...attributes });
  return h("span", { ...attributes, class: `picture-elsewhere ${attributes.class || ""}`, role: "img", "aria-label": alt || url }, "🖼 ", alt || url);
}

const HUES = [4, 28, 45, 95, 150, 175, 200, 222, 262, 290, 325, 345];

export function hue(id) {
  let sum = 0;
  for (const letter of String(id)) sum = (sum * 31 + letter.codePointAt(0)) >>> 0;
  return HUES[sum % HUES.length];
}

export function initials(name) {
  const graphemes = [...new Intl.Segmenter().segment(name.trim())].map((part) => part.segment);
  const words = name.trim().split(/[\s・　]+/);
  if (/^[\x20-\x7e]+$/.test(name) && words.length > 1) return (words[0][0] + words.at(-1)[0]).toUpperCase();
  return graphemes.slice(0, /^[\x20-\x7e]/.test(name) ? 2 : 1).join("") || "?";
}

export function avatar(account, kind) {
  const name = account?.name || "?";
  const bot = Boolean(account?.is_bot);
  const style = { "--hue": String(hue(account?.person || account?.user_id || name)) };
  return h("span", { class: `avatar ${kind} ${bot ? "bot" : ""}`, style, "aria-hidden": "true" }, bot ? "集" : initials(name));
}
