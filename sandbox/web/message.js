// Draws one message as its platform does: who, when, what, reactions, replies, and what can be done with it.

import { attachments, blocks } from "./blockkit.js";
import { components, embeds } from "./components.js";
import { threadButton } from "./discordonly.js";
import { markdown } from "./discordtext.js";
import { avatar, h, picture } from "./dom.js";
import * as emoji from "./emoji.js";
import { t } from "./i18n.js";
import { mrkdwn } from "./slacktext.js";
import * as times from "./times.js";

const V2 = 1 << 15; // https://discord.com/developers/docs/resources/message#message-object-message-flags

function files(message) {
  return (message.files || []).map((file) => {
    const url = file.url || file.url_private || "";
    const name = file.title || file.filename || file.name || t("attachment");
    const type = file.mimetype || file.content_type || "";
    if (type.startsWith("image/")) return h("figure", { class: "file-image" }, picture(url, name));
    return h("a", { class: "file", href: url.startsWith(location.origin) || url.startsWith("/") ? url : null, target: "_blank" }, "📄 ", name);
  });
}

function slackBody(message, act, ctx) {
  const { body } = message;
  if (body.subtype === "channel_join") return h("div", { class: "system" }, t("channel_joined", { name: ctx.channel(message.channel)?.name || "" }));
  const drawn = body.blocks?.length ? blocks(body.blocks, act, ctx) : message.text ? h("div", { class: "words" }, mrkdwn(message.text, ctx)) : null;
  return [drawn, attachments(body.attachments, act, ctx), files(message)];
}

function discordBody(message, act, ctx) {
  const { body } = message;
  if (body.type === 7) return h("div", { class: "system" }, "→ ", t("joined_n", { name: ctx.account(message.author)?.name || "?" }));
  const flags = body.flags || 0;
  const shownFiles = flags & V2 ? null : files(message);
  return [
    message.text && !(flags & V2) ? h("div", { class: "words" }, markdown(message.text, ctx)) : null,
    embeds(body.embeds, ctx), components(body.components, act, ctx, message), shownFiles,
  ];
}

function reactions(message, pane) {
  if (!message.reactions.length) return null;
  return h("div", { class: "reactions" }, message.reactions.map((r) => {
    const who = r.users.map((id) => pane.ctx.account(id)?.name || id).join(", ");
    return h("button", { type: "button", class: r.mine ? "mine" : null, "aria-pressed": String(r.mine), title: who, "data-testid": `reaction-${r.emoji}`,
      on: { click: () => pane.react(message, r.emoji, !r.mine) } }, h("span", { class: "emoji" }, emoji.show(r.emoji)), ` ${r.count}`);
  }));
}

function popup(label, sign, testid, entries) {
  const menu = h("details", { class: "overflow", "data-testid": testid }, h("summary", { "aria-label": label, title: label }, sign), h("div", { class: "menu" }));
  menu.addEventListener("toggle", () => menu.open && menu.lastChild.replaceChildren(...entries(() => { menu.open = false; })));
  return menu;
}

function toolbar(message, pane) {
  if (message.ephemeral) return null;
  const quick = popup(t("react"), "☺", "react", (close) => emoji.QUICK.map(([name, sign]) =>
    h("button", { type: "button", class: "emoji", "data-testid": `react-${name}`, on: { click: () => { close(); pane.react(message, pane.kind === "slack" ? name : sign, true); } } }, sign)));
  const menus = popup(t("message_menu"), "⋯", "message-menu", (close) => {
    const held = pane.messageMenus();
    if (!held.length) return [h("span", { class: "none" }, t("no_menu"))];
    return held.map((entry) => h("button", { type: "button", "data-testid": `menu-${entry.name}`, on: { click: () => { close(); pane.useMenu(message, entry.name); } } }, entry.label || entry.description || entry.name));
  });
  const reply = h("button", { type: "button", title: pane.kind === "slack" ? t("reply_to_thread") : t("reply"), "aria-label": pane.kind === "slack" ? t("reply_to_thread") : t("reply"),
    "data-testid": "reply", on: { click: () => pane.reply(message) } }, "↩");
  return h("div", { class: "toolbar" }, quick, reply, threadButton(message, pane), menus);
}

function above(message, pane) {
  const interaction = message.body.interaction_metadata || message.body.interaction;
  const name = message.body.interaction?.name || interaction?.name;
  if (name && pane.kind === "discord") {
    const user = pane.ctx.account(interaction.user?.id || interaction.user_id);
    return h("div", { class: "above" }, "╭ ", t("used", { name: user?.name || "?", command: name }));
  }
  if (!message.reply_to || pane.kind !== "discord") return null;
  const parent = pane.find(message.reply_to);
  return h("div", { class: "above" }, "╭ ", parent ? `${pane.ctx.account(parent.author)?.name || "?"}: ${(parent.text || "…").slice(0, 80)}` : t("reply_quote"));
}

// ``lead`` is false where the author goes on within five minutes: no name and face again.
export function drawMessage(message, pane, { lead, inThread }) {
  const { ctx } = pane;
  const account = ctx.account(message.author);
  const at = new Date(message.at);
  const act = (element, origin) => pane.press(message, element, origin);
  const body = pane.kind === "slack" ? slackBody(message, act, ctx) : discordBody(message, act, ctx);
  const thread = ctx.channels().find((c) => c.starter === message.id);
  const bits = [
    h("span", { class: "author" }, account?.name || message.author),
    account?.is_bot ? h("span", { class: "badge" }, t("app")) : null,
    h("time", { datetime: message.at, title: times.full(at, ctx.reader) }, times.short(at, ctx.reader)),
  ];
  return h(
    "article",
    { class: `message ${lead ? "lead" : "go-on"} ${message.ephemeral ? "ephemeral" : ""}`, "data-testid": `message-${message.id}`, "data-author": account?.name || "" },
    above(message, pane),
    h("div", { class: "gutter" }, lead ? avatar(account, pane.kind) : h("time", { "aria-hidden": "true" }, times.short(at, ctx.reader))),
    h("div", { class: "body" },
      message.ephemeral && pane.kind === "slack" ? h("div", { class: "only-you" }, h("span", { "aria-hidden": "true" }, "👁 "), t("only_you")) : null,
      lead ? h("header", {}, bits) : h("span", { class: "sr" }, account?.name || ""),
      body,
      message.edited_at && (pane.kind === "discord" || !account?.is_bot) ? h("span", { class: "edited" }, `(${t("edited")})`) : null,
      message.ephemeral && pane.kind === "discord" ? h("div", { class: "only-you" }, h("span", { "aria-hidden": "true" }, "👁 "), t("only_you")) : null,
      reactions(message, pane),
      message.replies && !inThread ? h("button", { type: "button", class: "thread-link", "data-testid": "thread-link", on: { click: () => pane.openThread(message.id) } },
        message.repliers.slice(0, 3).map((id) => avatar(ctx.account(id), "tiny")), h("span", {}, t("replies", { n: message.replies }))) : null,
      thread ? h("button", { type: "button", class: "thread-link", "data-testid": `thread-${thread.name}`, on: { click: () => pane.open(thread.id) } }, "🧵 ", t("created_thread", { name: thread.name })) : null),
    toolbar(message, pane),
  );
}
