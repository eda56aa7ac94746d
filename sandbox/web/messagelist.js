// A list of messages that is redrawn only where something changed, so that a half-made choice or the focus stays.

import { h } from "./dom.js";
import { t } from "./i18n.js";
import { drawMessage } from "./message.js";
import * as times from "./times.js";

const TOGETHER = 5 * 60 * 1000; // messages of one author within five minutes stand together

const isNotice = (message) => message.body.subtype === "channel_join" || message.body.type === 7;

export class MessageList {
  constructor(pane, { inThread = false, onOlder = null } = {}) {
    this.pane = pane;
    this.inThread = inThread;
    this.held = new Map(); // id -> {print, node}
    this.older = h("button", { type: "button", class: "older", hidden: true, on: { click: () => onOlder?.() } }, t("older"));
    this.rows = h("div", { class: "rows", role: "log", "aria-live": "off", tabindex: "0", "aria-label": t("messages") });
    this.root = h("div", { class: "messages", "data-testid": inThread ? "thread-messages" : "messages" }, this.older, this.rows);
  }

  clear() {
    this.held.clear();
    this.rows.replaceChildren();
  }

  show(messages, { more = false, context = "", hidden = false } = {}) {
    const low = this.root.scrollHeight - this.root.scrollTop - this.root.clientHeight < 80;
    const wanted = [];
    let before = null;
    for (const message of messages) {
      const at = new Date(message.at);
      const today = times.day(at, this.pane.ctx.reader);
      if (!this.inThread && (!before || times.day(new Date(before.at), this.pane.ctx.reader) !== today)) {
        wanted.push(this.keep(`day-${today}`, today, () => h("div", { class: "day" }, h("span", {}, today))));
        before = null;
      }
      const lead = !before || before.author !== message.author || at - new Date(before.at) > TOGETHER || before.ephemeral !== message.ephemeral || Boolean(message.reply_to) || isNotice(before) || isNotice(message);
      const print = JSON.stringify([message, lead, context]);
      wanted.push(this.keep(message.id, print, () => drawMessage(message, this.pane, { lead, inThread: this.inThread })));
      before = message;
    }
    if (!messages.length) wanted.push(this.keep("empty", hidden, () => h("p", { class: "empty" }, hidden ? t("hidden") : t("empty"))));
    const alive = new Set(wanted);
    for (const [id, kept] of this.held) if (!alive.has(kept.node)) this.held.delete(id);
    this.place(wanted);
    this.older.hidden = !more;
    if (low) this.root.scrollTop = this.root.scrollHeight;
  }

  keep(id, print, draw) {
    const kept = this.held.get(id);
    if (kept && kept.print === print) return kept.node;
    const node = draw();
    this.held.set(id, { print, node });
    return node;
  }

  place(wanted) {
    const alive = new Set(wanted);
    for (const child of [...this.rows.children]) if (!alive.has(child)) child.remove();
    wanted.forEach((node, index) => {
      if (this.rows.children[index] !== node) this.rows.insertBefore(node, this.rows.children[index] || null);
    });
  }

  toEnd() {
    this.root.scrollTop = this.root.scrollHeight;
  }
}
