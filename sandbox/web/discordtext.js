// Draws Discord's markdown and its mentions and time stamps.
// https://discord.com/developers/docs/reference#message-formatting

import { h, link } from "./dom.js";
import * as times from "./times.js";

function mention(ctx, id) {
  const account = ctx.account(id);
  return h("span", { class: `mention ${ctx.me?.user_id === id ? "me" : ""}` }, `@${account ? account.name : "unknown-user"}`);
}

function channelLink(ctx, id) {
  const channel = ctx.channel(id);
  if (!channel) return h("span", { class: "mention" }, "#unknown");
  return h("button", { type: "button", class: "mention", on: { click: () => ctx.open(channel.id) } }, `#${channel.name}`);
}

function stamp(seconds, style, ctx) {
  const date = new Date(Number(seconds) * 1000);
  if (Number.isNaN(date.getTime())) return "";
  return h("time", { datetime: date.toISOString(), title: times.full(date, ctx.reader), class: "stamp" }, times.discordDate(seconds, style, ctx.reader));
}

const INLINE = new RegExp(
  [
    /\\([!-/:-@[-`{-~])/, // 1 escaped
    /(`+)([^\n]*?[^`])\2(?!`)/, // 2 3 code
    /<@!?(\d+)>/, // 4
    /<@&(\d+)>/, // 5
    /<#(\d+)>/, // 6
    /<t:(-?\d+)(?::([a-zA-Z]))?>/, // 7 8
    /<a?:(\w+):\d+>/, // 9
    /<\/([^:>]+):\d+>/, // 10
    /\[([^\]\n]+)\]\(<?(https?:\/\/[^\s)>]+)>?(?: "[^"]*")?\)/, // 11 12
    /<(https?:\/\/[^\s>]+)>/, // 13
    /(https?:\/\/[^\s<>]*[^\s<>.,:;"')\]、。）」])/, // 14
    /\*\*\*([^\n]+?)\*\*\*/, // 15
    /\*\*([\s\S]+?)\*\*(?!\*)/, // 16
    /__([\s\S]+?)__(?!_)/, // 17
    /~~([\s\S]+?)~~/, // 18
    /\|\|([\s\S]+?)\|\|/, // 19
    /\*(?!\s)((?:\*\*|[^*\n])+?)(?<!\s)\*(?!\*)/, // 20
    /(?<![\p{L}\p{N}])_(?!\s)([^_\n]+?)_(?![\p{L}\p{N}])/, // 21
    /(@everyone|@here)/, // 22
  ].map((part) => part.source).join("|"),
  "gu",
);

export function inline(text, ctx) {
  const out = [];
  let last = 0;
  for (const m of text.matchAll(INLINE)) {
    if (m.index > last) out.push(text.slice(last, m.index));
    last = m.index + m[0].length;
    if (m[1] !== undefined) out.push(m[1]);
    else if (m[3] !== undefined) out.push(h("code", {}, m[3]));
    else if (m[4]) out.push(mention(ctx, m[4]));
    else if (m[5]) out.push(h("span", { class: "mention" }, `@${ctx.role(m[5])?.name || "role"}`));
    else if (m[6]) out.push(channelLink(ctx, m[6]));
    else if (m[7]) out.push(stamp(m[7], m[8], ctx));
    else if (m[9]) out.push(`:${m[9]}:`);
    else if (m[10]) out.push(h("span", { class: "mention" }, `/${m[10]}`));
    else if (m[11]) out.push(link(m[12], inline(m[11], ctx)));
    else if (m[13] || m[14]) out.push(link(m[13] || m[14], m[13] || m[14]));
    else if (m[15]) out.push(h("strong", {}, h("em", {}, inline(m[15], ctx))));
    else if (m[16]) out.push(h("strong", {}, inline(m[16], ctx)));
    else if (m[17]) out.push(h("u", {}, inline(m[17], ctx)));
    else if (m[18]) out.push(h("s", {}, inline(m[18], ctx)));
    else if (m[19]) out.push(spoiler(m[19], ctx));
    else if (m[20] || m[21]) out.push(h("em", {}, inline(m[20] || m[21], ctx)));
    else out.push(h("span", { class: "mention me" }, m[22]));
  }
  if (last < text.length) out.push(text.slice(last));
  return out;
}

function spoiler(text, ctx) {
  const button = h("button", { type: "button", class: "spoiler", "aria-label": "spoiler", "aria-expanded": "false" }, h("span", {}, inline(text, ctx)));
  button.addEventListener("click", () => {
    button.setAttribute("aria-expanded", "true");
    button.removeAttribute("aria-label");
  });
  return button;
}

function list(items, ctx) {
  const ordered = /^\s*\d/.test(items[0]);
  return h(ordered ? "ol" : "ul", ordered ? { start: parseInt(items[0], 10) } : {}, items.map((line) => {
    const deep = /^\s{2,}/.test(line);
    return h("li", { class: deep ? "deep" : null }, inline(line.replace(/^\s*(?:[-*]|\d+\.)\s+/, ""), ctx));
  }));
}

function blocks(text, ctx) {
  const out = [];
  const rows = text.split("\n");
  let run = [];
  const spill = () => {
    if (run.length) out.push(h("span", { class: "lines" }, inline(run.join("\n"), ctx)));
    run = [];
  };
  for (let at = 0; at < rows.length; at += 1) {
    const row = rows[at];
    const heading = row.match(/^(#{1,3})\s+(.+)$/);
    const small = row.match(/^-#\s+(.+)$/);
    if (row.startsWith(">>> ")) {
      spill();
      out.push(h("blockquote", {}, blocks([row.slice(4), ...rows.slice(at + 1)].join("\n"), ctx)));
      return out;
    }
    if (heading) {
      spill();
      out.push(h(`h${heading[1].length + 2}`, { class: `heading h${heading[1].length}` }, inline(heading[2], ctx)));
    } else if (small) {
      spill();
      out.push(h("div", { class: "subtext" }, inline(small[1], ctx)));
    } else if (/^>\s/.test(row)) {
      spill();
      const quote = [];
      while (at < rows.length && /^>(\s|$)/.test(rows[at])) quote.push(rows[at++].slice(2));
      at -= 1;
      out.push(h("blockquote", {}, blocks(quote.join("\n"), ctx)));
    } else if (/^\s*(?:[-*]|\d+\.)\s+\S/.test(row)) {
      spill();
      const items = [];
      while (at < rows.length && /^\s*(?:[-*]|\d+\.)\s+\S/.test(rows[at])) items.push(rows[at++]);
      at -= 1;
      out.push(list(items, ctx));
    } else run.push(row);
  }
  spill();
  return out;
}

export function markdown(text, ctx) {
  return String(text || "")
    .split(/```(?:[a-z0-9+-]*\n)?([\s\S]*?)\n?```/gi)
    .map((part, index) => (index % 2 ? h("pre", {}, h("code", {}, part)) : part ? blocks(part.replace(/^\n|\n$/g, ""), ctx) : null));
}
