// The list of places at the left of a pane.

import { avatar, h } from "./dom.js";
import { t } from "./i18n.js";
import * as times from "./times.js";

const SIGNS = { text: "#", private: "🔒", forum: "💬", thread: "🧵" };

function place(pane, channel, deep) {
  const here = pane.channelId === channel.id;
  const fresh = pane.fresh.has(channel.id);
  const name = pane.ctx.nameOf(channel);
  const mark = channel.kind === "dm" ? avatar(pane.ctx.other(channel), `tiny ${pane.kind}`) : h("span", { class: "sign", "aria-hidden": "true" }, channel.private ? "🔒" : SIGNS[channel.kind] || "#");
  return h("li", { class: deep ? "deep" : null },
    h("button", { type: "button", class: `place ${fresh ? "fresh" : ""}`, "aria-current": here ? "page" : null, "data-testid": `channel-${name}`, "data-channel": channel.id, on: { click: () => pane.open(channel.id) } },
      mark, h("span", { class: "name" }, name), fresh ? h("span", { class: "sr" }, t("unread")) : null));
}

// Discord's scheduled events; 1 is scheduled, 2 is going on. Discord ends those that have a time to end by itself.
function drawEvents({ space, ctx }) {
  const held = space.events.filter((event) => (event.status === 1 || event.status === 2) && !(event.scheduled_end_time && new Date(event.scheduled_end_time) <= times.now()));
  if (!held.length) return null;
  return [h("h3", {}, t("events")), h("ul", { class: "events" }, held.map((event) => h("li", { title: event.description || "", "data-testid": `event-${event.name}` },
    h("span", { "aria-hidden": "true" }, "📅 "), event.name, h("small", {}, times.clock(new Date(event.scheduled_start_time), ctx.reader)))))];
}

export function drawSidebar(pane) {
  const { ctx, space, kind } = pane;
  const seen = ctx.channels();
  const rooms = seen.filter((c) => c.kind !== "dm" && c.kind !== "thread" && !c.archived);
  const threads = seen.filter((c) => c.kind === "thread" && !c.archived);
  const dms = seen.filter((c) => c.kind === "dm");
  const free = ctx.members().filter((a) => a.user_id !== ctx.me.user_id && !dms.some((d) => d.members.includes(a.user_id)));
  const start = h("select", { class: "new-dm", "aria-label": t("new_dm"), "data-testid": "new-dm", on: { change: (event) => event.target.value && pane.startDm(event.target.value) } },
    h("option", { value: "" }, `＋ ${t("new_dm")}`), free.map((a) => h("option", { value: a.user_id }, a.name)));
  const botDm = dms.find((d) => d.members.includes(space.bot));
  const bot = h("li", {}, h("button", { type: "button", class: `place ${botDm && pane.fresh.has(botDm.id) ? "fresh" : ""}`, "data-testid": "bot-dm",
    "aria-current": botDm && pane.channelId === botDm.id ? "page" : null, on: { click: () => pane.openBot() } },
    avatar(ctx.bot, `tiny ${kind}`), h("span", { class: "name" }, ctx.bot?.name || "bot"), h("span", { class: "badge" }, t("app"))));
  return h("nav", { class: "sidebar", "aria-label": `${space.name} — ${t("channels")}` },
    h("div", { class: "space-name" }, h("strong", {}, space.name), h("span", { class: `lamp ${space.connected ? "on" : "off"}`, "data-testid": `${kind}-connected`, "data-connected": String(space.connected) }, space.connected ? t("bot_on") : t("bot_off"))),
    h("h3", {}, kind === "slack" ? t("channels") : t("text_channels")),
    h("ul", {}, rooms.map((c) => [place(pane, c), threads.filter((one) => one.parent === c.id).map((one) => place(pane, one, true))])),
    drawEvents(pane),
    h("h3", {}, kind === "slack" ? t("apps") : t("dms")),
    h("ul", {}, bot),
    kind === "slack" ? h("h3", {}, t("dms")) : null,
    h("ul", {}, dms.filter((d) => d !== botDm).map((c) => place(pane, c))),
    start,
    h("div", { class: "self" }, avatar(ctx.me, `tiny ${kind}`),
      h("span", { class: "name" }, ctx.me.name, kind === "discord" ? h("span", { class: "roles" }, ctx.roles().filter((r) => ctx.me.roles.includes(r.id)).map((r) => h("span", { class: "role" }, r.name))) : null),
      h("button", { type: "button", class: "plain", "data-testid": `${kind}-leave`, on: { click: () => pane.leave() } }, t("leave"))));
}
