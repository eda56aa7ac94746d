// One platform as one person sees it: places, messages, thread, home tab, forms. All it does goes through the API.

import { get, post } from "./api.js";
import { blocks } from "./blockkit.js";
import { drawComposer } from "./composer.js";
import { makeContext } from "./context.js";
import { h, replace } from "./dom.js";
import { t } from "./i18n.js";
import { drawJoin } from "./join.js";
import { MessageList } from "./messagelist.js";
import { drawModal } from "./modal.js";
import { drawSidebar } from "./sidebar.js";
import { drawNewPost, drawPosts, inLanguage } from "./discordonly.js";

export class Pane {
  constructor(kind, app) {
    this.kind = kind;
    this.app = app;
    this.channelId = null;
    this.threadId = null;
    this.homeOpen = false;
    this.limit = 60;
    this.fresh = new Set();
    this.known = [];
    this.messages = [];
    this.formPrint = "";
    this.side = h("div", { class: "side" });
    this.head = h("header", { class: "channel-head" });
    this.list = new MessageList(this, { onOlder: () => { this.limit += 60; this.load(); } });
    this.foot = h("div", { class: "foot" });
    this.posts = h("div", { class: "posts", hidden: true });
    this.home = h("div", { class: "home", "data-testid": "home", hidden: true });
    this.threadHead = h("header", { class: "channel-head" }, h("strong", {}, t("thread")), h("button", { type: "button", class: "plain", "aria-label": t("close"), "data-testid": "thread-close", on: { click: () => this.closeThread() } }, "✕"));
    this.threadList = new MessageList(this, { inThread: true });
    this.threadFoot = h("div", { class: "foot" });
    this.thread = h("aside", { class: "thread", "data-testid": "thread", "aria-label": t("thread"), hidden: true }, this.threadHead, this.threadList.root, this.threadFoot);
    this.toast = h("div", { class: "toast", role: "status", "data-testid": "toast" });
    this.overlay = h("div", { class: "overlay" });
    this.room = h("div", { class: "room" }, this.side, h("div", { class: "main" }, this.head, this.list.root, this.posts, this.home, this.foot), this.thread);
    this.join = h("div", { class: "join", hidden: true });
    this.root = h("section", { class: `pane ${kind}`, "data-testid": `${kind}-pane`, "aria-label": t(`pane_${kind}`) }, this.room, this.join, this.overlay, this.toast);
  }

  // ---- what the world looks like now

  setSpace(space, person) {
    const changedPerson = this.person?.id !== person.id;
    this.space = space;
    this.person = person;
    this.ctx = makeContext(space, person, (id) => this.open(id));
    this.context = [person.language, person.time_zone, this.ctx.me?.user_id, space.accounts.length, space.channels.length].join();
    if (changedPerson) {
      this.fresh.clear();
      this.closeThread();
      this.homeOpen = false;
      this.showHomeArea();
      replace(this.home); // it was another person's
      this.setForm(null);
    }
    const { me } = this.ctx;
    if (me && this.seenMe !== me.user_id) {
      this.fresh.clear();
      this.quietUntil = Date.now() + 1500; // one's own arrival is no news
    }
    this.seenMe = me?.user_id;
    this.room.hidden = !me;
    this.join.hidden = Boolean(me);
    if (!me) {
      this.channelId = null;
      drawJoin(this);
      return;
    }
    if (!this.ctx.channels().some((c) => c.id === this.channelId)) this.channelId = this.firstChannel()?.id ?? null;
    replace(this.side, drawSidebar(this));
    this.drawHead();
    if (this.footPrint !== this.footKey()) this.drawFoot();
    this.load();
    this.loadForm();
    this.loadCommands();
  }

  firstChannel() {
    const seen = this.ctx.channels().filter((c) => c.kind === "text" || c.kind === "private");
    return seen.find((c) => /welcome|ようこそ|general|雑談/.test(c.name)) || seen[0];
  }

  get channel() {
    return this.ctx.channel(this.channelId);
  }

  isBotDm() {
    return this.channel?.kind === "dm" && this.channel.members.includes(this.space.bot);
  }

  drawHead() {
    const { channel } = this;
    if (!channel) return;
    const sign = channel.kind === "dm" ? "" : channel.private ? "🔒 " : channel.kind === "thread" ? "🧵 " : "# ";
    const tabs = this.kind === "slack" && this.isBotDm()
      ? h("div", { class: "tabs", role: "tablist" }, ["home", "messages"].map((tab) =>
        h("button", { type: "button", role: "tab", "aria-selected": String((tab === "home") === this.homeOpen), "data-testid": `tab-${tab}`, on: { click: () => { this.tabPicked = true; this.showHome(tab === "home"); } } }, t(tab))))
      : h("span", { class: "count" }, channel.kind === "dm" ? "" : this.kind === "slack" ? t("members_n", { n: channel.members.length }) : "");
    replace(this.head, h("h2", { "data-testid": "channel-title" }, sign, this.ctx.nameOf(channel)), h("span", { class: "topic" }, channel.topic), tabs);
  }

  // ---- messages

  async open(channelId) {
    if (!this.ctx.channel(channelId)) return;
    this.channelId = channelId;
    this.limit = 60;
    this.fresh.delete(channelId);
    this.replyTo = null;
    this.closeThread();
    this.homeOpen = false;
    this.showHomeArea();
    this.list.clear();
    replace(this.side, drawSidebar(this));
    this.drawHead();
    this.drawFoot();
    await this.load();
    this.list.toEnd();
  }

  async load() {
    const { me } = this.ctx;
    if (!me || !this.channelId) return;
    const asked = { space: this.space.id, channel: this.channelId, viewer: me.user_id, limit: this.limit };
    const key = JSON.stringify(asked);
    this.asked = key;
    const [found, thread] = await Promise.all([
      get("messages", asked),
      this.threadId ? get("messages", { ...asked, thread: this.threadId, limit: 500 }) : null,
    ]).catch((error) => [this.fail(error.message), null]);
    if (!found || this.asked !== key) return;
    this.tell(found.messages);
    this.messages = found.messages;
    const firstTime = this.shownChannel !== this.channelId;
    this.shownChannel = this.channelId;
    this.list.root.classList.toggle("forum", this.channel?.kind === "forum");
    replace(this.posts, this.channel?.kind === "forum" ? drawPosts(this, this.channel) : null);
    this.posts.hidden = this.channel?.kind !== "forum";
    this.list.root.hidden = this.homeOpen || !this.posts.hidden;
    this.list.show(found.messages, { more: found.more, hidden: found.hidden, context: this.context });
    if (firstTime) this.list.toEnd();
    if (thread && this.threadId) this.threadList.show(thread.messages, { context: this.context });
  }

  // Screen readers hear what others newly say in the open channel.
  tell(messages) {
    if (this.shownChannel !== this.channelId) return;
    const held = new Set(this.messages.map((m) => m.id));
    for (const message of messages.slice(-3)) {
      if (held.has(message.id) || message.author === this.ctx.me.user_id) continue;
      this.app.announce(t("new_message", { name: this.ctx.account(message.author)?.name || "", text: message.text.slice(0, 120) }));
    }
  }

  find(id) {
    return this.messages.find((m) => m.id === id);
  }

  onMessages(channelId) {
    if (!this.ctx?.me) return;
    if (channelId === this.channelId) return void this.load();
    const channel = this.ctx.channel(channelId);
    // What is said in a thread or direct message that has just been opened for one is news even on arrival
    if (channel?.kind === "text" && Date.now() <= this.quietUntil) return;
    this.fresh.add(channelId);
    if (channel) replace(this.side, drawSidebar(this));
  }

  footKey() {
    const { channel, ctx } = this;
    return [channel?.id, ctx.me?.user_id, channel?.members.includes(ctx.me?.user_id), ctx.nameOf(channel || { kind: "text", name: "" })].join();
  }

  drawFoot() {
    const { channel } = this;
    this.footPrint = this.footKey();
    if (!channel) return replace(this.foot);
    if (channel.kind === "forum") return replace(this.foot, drawNewPost(this, channel));
    if (this.kind === "slack" && channel.kind === "text" && !channel.members.includes(this.ctx.me.user_id)) {
      return replace(this.foot, h("div", { class: "join-channel" }, h("p", {}, t("join_channel_lead")),
        h("button", { type: "button", class: "primary", "data-testid": "join-channel", on: { click: () => this.do("join_channel", { channel: channel.id }) } }, t("join_channel", { name: channel.name }))));
    }
    const sign = channel.kind === "dm" ? (this.kind === "discord" ? "@" : "") : channel.kind === "thread" ? "" : "#";
    this.quote = h("div", { class: "quote", hidden: true });
    return replace(this.foot, this.quote, drawComposer({
      kind: this.kind, label: t("write_to", { name: sign + this.ctx.nameOf(channel) }), commands: () => this.known,
      send: (text) => this.say(text, null), run: (name, text) => this.run(name, text, null), fail: (sentence) => this.fail(sentence),
      complete: (typed) => this.complete(typed),
    }));
  }

  async say(text, thread) {
    const reply = this.replyTo;
    this.setReply(null);
    await post("say", { space: this.space.id, account: this.ctx.me.user_id, channel: this.channelId, text, thread, reply_to: thread ? null : reply });
    (thread ? this.threadList : this.list).toEnd();
  }

  async complete({ name, rest, option }) {
    const asked = { space: this.space.id, account: this.ctx.me.user_id, channel: this.channelId, name, text: rest, option };
    return (await post("complete", asked)).choices;
  }

  run(name, text, thread) {
    return post("command", { space: this.space.id, account: this.ctx.me.user_id, channel: this.channelId, name, text, thread });
  }

  // Does an act of this viewer and says what went wrong where it can be seen.
  async do(path, fields, origin) {
    if (origin) origin.classList.add("busy");
    try {
      return await post(path, { space: this.space.id, account: this.ctx.me.user_id, ...fields });
    } catch (error) {
      this.fail(error.message);
      return null;
    } finally {
      if (origin) origin.classList.remove("busy");
    }
  }

  fail(sentence) {
    this.toast.textContent = sentence;
    this.toast.classList.add("on");
    clearTimeout(this.toastTimer);
    this.toastTimer = setTimeout(() => this.toast.classList.remove("on"), 6000);
  }

  press(message, element, origin) {
    if (!this.space.connected) this.fail(t("not_connected"));
    return this.do("press", { channel: message.channel, message: message.id, element }, origin);
  }

  react(message, emoji, on) {
    return this.do("react", { channel: message.channel, message: message.id, emoji, on });
  }

  messageMenus() {
    return this.known.filter((c) => c.kind === "message");
  }

  useMenu(message, name) {
    return this.do("menu", { channel: message.channel, message: message.id, name });
  }

  reply(message) {
    if (this.kind === "slack") this.openThread(message.thread || message.id);
    else {
      this.setReply(message.id);
      this.foot.querySelector("textarea")?.focus();
    }
  }

  async openDiscordThread(fields) {
    const made = await this.do("open_thread", fields);
    if (!made) return;
    await this.app.loadState();
    await this.open(made.id);
  }

  setReply(id) {
    this.replyTo = id;
    if (!this.quote) return;
    this.quote.hidden = !id;
    const parent = id && this.find(id);
    replace(this.quote, id ? [t("reply_quote"), " ", h("strong", {}, this.ctx.account(parent?.author)?.name || ""), h("button", { type: "button", class: "plain", "aria-label": t("cancel"), on: { click: () => this.setReply(null) } }, "✕")] : null);
  }

  // ---- Slack threads

  openThread(root) {
    this.threadId = root;
    this.thread.hidden = false;
    this.threadList.clear();
    replace(this.threadFoot, drawComposer({
      kind: this.kind, label: t("reply_to_thread"), commands: () => this.known, testid: "thread-composer",
      send: (text) => this.say(text, root), run: (name, text) => this.run(name, text, root), fail: (sentence) => this.fail(sentence),
    }));
    this.threadFoot.querySelector("textarea").focus();
    return this.load();
  }

  closeThread() {
    this.threadId = null;
    this.thread.hidden = true;
  }

  // ---- direct messages and the home tab

  async startDm(to) {
    const channel = await this.do("dm", { to });
    if (!channel) return;
    await this.app.loadState();
    await this.open(channel.id);
  }

  async openBot() {
    this.tabPicked = false;
    await this.startDm("bot");
    if (this.kind === "slack" && !this.tabPicked) await this.showHome(true); // unless a quick hand has chosen a tab
  }

  async showHome(on) {
    this.homeOpen = on;
    this.showHomeArea();
    this.drawHead();
    if (!on) return;
    await this.do("open_home", {});
    await this.loadHome();
  }

  showHomeArea() {
    this.home.hidden = !this.homeOpen;
    this.list.root.hidden = this.homeOpen;
    this.foot.hidden = this.homeOpen;
  }

  async loadHome() {
    if (!this.homeOpen || !this.ctx.me) return;
    const { me } = this.ctx;
    const { home } = await get("home", { space: this.space.id, viewer: me.user_id });
    if (this.ctx.me?.user_id !== me.user_id) return; // it is another person's by now
    const act = (element, origin) => this.do("press_home", { element }, origin);
    replace(this.home, home?.blocks?.length ? blocks(home.blocks, act, this.ctx) : h("p", { class: "empty" }, t("home_empty")));
  }

  // ---- forms

  async loadForm() {
    const { me } = this.ctx;
    if (!me) return;
    const { form } = await get("form", { space: this.space.id, viewer: me.user_id });
    if (this.ctx.me?.user_id === me.user_id) this.setForm(form);
  }

  setForm(form) {
    const print = form ? JSON.stringify({ ...form, state: null }) : ""; // what was typed does not make it another form
    if (print === this.formPrint) return;
    this.formPrint = print;
    this.overlay.replaceChildren();
    this.room.inert = Boolean(form);
    if (!form) return;
    const modal = drawModal(form, this.kind, this.ctx, {
      act: (element, origin) => this.do("press_form", { element }, origin),
      submit: async (values) => {
        const { errors } = await post("submit", { space: this.space.id, account: this.ctx.me.user_id, values });
        await this.loadForm();
        return errors;
      },
      dismiss: async () => {
        await this.do("dismiss", {});
        await this.loadForm();
      },
    });
    this.overlay.append(modal);
    modal.focusFirst();
  }

  async loadCommands() {
    const { commands } = await get("commands", { space: this.space.id });
    this.known = commands.map((command) => inLanguage(command, this.person.language));
  }

  leave() {
    return this.do("leave", {});
  }

}
