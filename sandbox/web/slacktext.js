// Draws Slack's mrkdwn, plain text with emoji, and rich_text.
// https://docs.slack.dev/messaging/formatting-message-text

import { h, link } from "./dom.js";
import * as emoji from "./emoji.js";
import * as times from "./times.js";

const unescape = (text) => text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");

export function mention(ctx, id, fallback) {
  const account = ctx.account(id);
  const me = ctx.me && ctx.me.user_id === id;
  return h("span", { class: `mention ${me ? "me" : ""}` }, `@${account ? account.name : fallback || id}`);
}

export function channelLink(ctx, id, fallback) {
  const channel = ctx.channel(id);
  if (!channel) return h("span", { class: "mention" }, `#${fallback || id}`);
  return h("button", { type: "button", class: "mention", on: { click: () => ctx.open(channel.id) } }, `#${channel.name}`);
}

function entity(inside, ctx) {
  const [target, ...rest] = inside.split("|");
  const label = rest.length ? unescape(rest.join("|")) : null;
  if (target.startsWith("@")) return mention(ctx, target.slice(1), label);
  if (target.startsWith("#")) return channelLink(ctx, target.slice(1), label);
  if (target.startsWith("!date^")) {
    const [, seconds, pattern, url] = target.split("^");
    const shown = times.slackDate(seconds, unescape(pattern || ""), ctx.reader);
    const time = h("time", { datetime: new Date(Number(seconds) * 1000).toISOString(), title: times.full(new Date(Number(seconds) * 1000), ctx.reader) }, shown);
    return url ? link(unescape(url), time) : time;
  }
  if (target.startsWith("!subteam^")) {
    const role = ctx.role(target.slice(9));
    return h("span", { class: "mention" }, role ? `@${role.extra?.handle || role.name}` : label || "@group");
  }
  if (target.startsWith("!")) return h("span", { class: "mention me" }, `@${target.slice(1).split("^")[0]}`);
  return link(unescape(target), label || unescape(target).replace(/^mailto:/, ""));
}

// A style opens and closes only where no letter stands beside it, Japanese letters included: Slack is strict there.
const INLINE =
  /<([^<>\n]+)>|`([^`\n]+)`|(?<![\p{L}\p{N}*])\*(?!\s)([^*\n]*[^*\s])\*(?![\p{L}\p{N}*])|(?<![\p{L}\p{N}_])_(?!\s)([^_\n]*[^_\s])_(?![\p{L}\p{N}_])|(?<![\p{L}\p{N}~])~(?!\s)([^~\n]*[^~\s])~(?![\p{L}\p{N}~])|:([a-z0-9_+-]+(?:::skin-tone-\d)?):/gu;

export function inline(text, ctx) {
  const out = [];
  let last = 0;
  for (const found of text.matchAll(INLINE)) {
    const [whole, angle, code, bold, italic, strike, named] = found;
    if (found.index > last) out.push(unescape(text.slice(last, found.index)));
    if (angle !== undefined) out.push(entity(angle, ctx));
    else if (code !== undefined) out.push(h("code", {}, unescape(code)));
    else if (bold !== undefined) out.push(h("strong", {}, inline(bold, ctx)));
    else if (italic !== undefined) out.push(h("em", {}, inline(italic, ctx)));
    else if (strike !== undefined) out.push(h("s", {}, inline(strike, ctx)));
    else out.push(emoji.show(named) === `:${named}:` ? whole : h("span", { class: "emoji", title: whole }, emoji.show(named)));
    last = found.index + whole.length;
  }
  if (last < text.length) out.push(unescape(text.slice(last)));
  return out;
}

function lines(text, ctx) {
  const out = [];
  let quote = [];
  const flush = () => {
    if (quote.length) out.push(h("blockquote", {}, inline(quote.join("\n"), ctx)));
    quote = [];
  };
  const plain = [];
  const spill = () => {
    if (plain.length) out.push(h("span", { class: "lines" }, inline(plain.join("\n"), ctx)));
    plain.length = 0;
  };
  for (const line of text.split("\n")) {
    const quoted = line.match(/^(?:&gt;|>)\s?(.*)$/);
    if (quoted) {
      spill();
      quote.push(quoted[1]);
    } else {
      flush();
      plain.push(line);
    }
  }
  flush();
  spill();
  return out;
}

export function mrkdwn(text, ctx) {
  return String(text || "")
    .split(/```\n?([\s\S]*?)\n?```/g)
    .map((part, index) => (index % 2 ? h("pre", {}, h("code", {}, unescape(part))) : part ? lines(part, ctx) : null));
}

export function plain(text) {
  return String(text || "").replace(/:([a-z0-9_+-]+):/g, (whole) => emoji.show(whole));
}

// A text object: {type: "mrkdwn" | "plain_text", text}
export function textObject(object, ctx) {
  if (!object) return null;
  if (typeof object === "string") return plain(object);
  return object.type === "mrkdwn" ? mrkdwn(object.text, ctx) : h("span", { class: "lines" }, object.emoji === false ? object.text : plain(object.text));
}

function richInline(element, ctx) {
  let shown = "";
  if (element.type === "text") shown = element.text;
  else if (element.type === "link") shown = link(element.url, element.text || element.url);
  else if (element.type === "user") shown = mention(ctx, element.user_id);
  else if (element.type === "channel") shown = channelLink(ctx, element.channel_id);
  else if (element.type === "usergroup") shown = entity(`!subteam^${element.usergroup_id}`, ctx);
  else if (element.type === "broadcast") shown = h("span", { class: "mention me" }, `@${element.range}`);
  else if (element.type === "emoji") {
    const points = element.unicode?.split("-").map((hex) => parseInt(hex, 16));
    shown = points ? String.fromCodePoint(...points) : emoji.show(element.name);
  } else if (element.type === "date") shown = times.slackDate(element.timestamp, element.format || "{date}", ctx.reader);
  else shown = element.text || element.fallback || "";
  const style = element.style || {};
  if (style.code) shown = h("code", {}, shown);
  if (style.bold) shown = h("strong", {}, shown);
  if (style.italic) shown = h("em", {}, shown);
  if (style.strike) shown = h("s", {}, shown);
  return shown;
}

export function richText(block, ctx) {
  const children = (element) => (element.elements || []).map((part) => richInline(part, ctx));
  const draw = (element) => {
    if (element.type === "rich_text_list") {
      const tag = element.style === "ordered" ? "ol" : "ul";
      return h(tag, { style: { marginInlineStart: `${(element.indent || 0) * 1.5}em` } }, (element.elements || []).map((item) => h("li", {}, children(item))));
    }
    if (element.type === "rich_text_quote") return h("blockquote", {}, children(element));
    if (element.type === "rich_text_preformatted") return h("pre", {}, h("code", {}, children(element)));
    return h("div", { class: "lines" }, children(element));
  };
  return h("div", { class: "rich-text" }, (block.elements || []).map(draw));
}
