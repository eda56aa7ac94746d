// The page: who one is, what time it is, both platforms side by side, and the tools.

import { get, listen, post } from "./api.js";
import { h, replace } from "./dom.js";
import { language, setLanguage, t } from "./i18n.js";
import { Pane } from "./pane.js";
import { faultsPanel, helpPanel, languageChoice, peoplePanel, storePanel } from "./panels.js";
import * as times from "./times.js";

const PANELS = { help: helpPanel, people: peoplePanel, faults: faultsPanel, store: storePanel };

class App {
  constructor(root) {
    this.root = root;
    this.panes = new Map();
    this.personId = new URLSearchParams(location.search).get("as") || localStorage.getItem("persona");
    this.panel = localStorage.getItem("panel") ?? "help";
    this.shown = localStorage.getItem("shown") || "both";
    const theme = new URLSearchParams(location.search).get("theme") || localStorage.getItem("theme");
    if (theme) document.documentElement.dataset.theme = theme;
  }

  async start() {
    this.live = h("div", { class: "sr", "aria-live": "polite", "data-testid": "announcer" });
    this.problem = h("div", { class: "problem", role: "alert", "data-testid": "problem" });
    this.bar = h("header", { class: "bar" });
    this.stage = h("main", { class: "stage" });
    this.drawer = h("aside", { class: "drawer", "aria-label": t("tools") });
    replace(this.root, this.bar, this.problem, h("div", { class: "below" }, this.stage, this.drawer), this.live);
    await this.loadState();
    this.drawDrawer();
    listen((frame) => this.onFrame(frame), () => this.loadState());
    setInterval(() => this.tickClock(), 1000);
    document.documentElement.dataset.ready = "true";
  }

  // ---- the world

  loadState() {
    this.loading ||= this.fetchState().finally(() => { this.loading = null; });
    return this.loading;
  }

  async fetchState() {
    this.state = await get("state");
    times.setClock(this.state.now);
    const { people } = this.state;
    if (!people.some((p) => p.id === this.personId)) this.personId = (people.find((p) => p.role === "newcomer") || people[0])?.id ?? null;
    this.drawBar();
    this.drawStage();
    if (this.panel === "help") this.drawDrawer();
    if (this.panel === "people" && !this.drawer.contains(document.activeElement)) this.drawDrawer();
  }

  get person() {
    return this.state.people.find((p) => p.id === this.personId);
  }

  isAnywhere(person) {
    return this.state.spaces.some((s) => s.accounts.some((a) => a.person === person && !a.left_at));
  }

  onFrame(frame) {
    times.setClock(frame.now);
    let state = false;
    for (const change of frame.changes) {
      const pane = this.panes.get(change.space);
      if (change.what === "messages") pane?.onMessages(change.subject);
      else if (change.what === "form" && pane?.ctx?.me?.user_id === change.subject) pane.loadForm();
      else if (change.what === "home" && pane?.ctx?.me?.user_id === change.subject) pane.loadHome();
      else if (change.what === "clock") this.tickClock(true);
      else if (change.what === "state") state = true;
    }
    if (state) this.reloadSoon();
  }

  // A message in a channel just made arrives with the news of the channel: fetch once, after both.
  reloadSoon() {
    clearTimeout(this.soon);
    this.soon = setTimeout(() => this.loadState(), 30);
  }

  async do(path, fields) {
    try {
      const done = await post(path, fields);
      this.fail("");
      return done;
    } catch (error) {
      this.fail(error.message);
      return null;
    }
  }

  fail(sentence) {
    this.problem.textContent = sentence;
    this.problem.classList.toggle("on", Boolean(sentence));
  }

  announce(sentence) {
    this.live.textContent = sentence;
  }

  become(person) {
    this.personId = person;
    localStorage.setItem("persona", person);
    this.drawBar();
    this.drawStage();
    if (this.panel === "help") this.drawDrawer();
  }

  // ---- the bar

  drawBar() {
    const { person } = this;
    const print = JSON.stringify([this.state.people, this.personId, this.panel, this.shown]);
    if (print === this.barPrint) return;
    this.barPrint = print;
    const persona = h("select", { id: "persona", "data-testid": "persona-select", on: { change: () => this.become(persona.value) } },
      ["newcomer", "member", "expert", "moderator"].map((role) => {
        const held = this.state.people.filter((p) => p.role === role);
        return held.length ? h("optgroup", { label: t(`role_${role}`) }, held.map((p) => h("option", { value: p.id }, p.name))) : null;
      }));
    persona.value = this.personId ?? "";
    this.now = h("time", { class: "now", "data-testid": "clock-now" });
    const free = h("input", { type: "datetime-local", "aria-label": t("set_clock"), "data-testid": "clock-free", value: times.wallInput(this.zone()) });
    const go = () => {
      const [day, time] = free.value.split("T");
      if (!time) return;
      const [year, month, date] = day.split("-").map(Number);
      const [hour, minute] = time.split(":").map(Number);
      this.moveTo(times.fromWall(year, month, date, hour, minute, this.zone()));
    };
    const ui = h("select", { "aria-label": t("ui_language"), "data-testid": "ui-language", on: { change: () => this.setUi(ui.value) } }, h("option", { value: "ja" }, "日本語"), h("option", { value: "en" }, "English"));
    ui.value = language();
    replace(this.bar,
      h("h1", {}, h("span", { class: "logo", "aria-hidden": "true" }, "集"), h("span", { class: "wide" }, t("title"))),
      h("div", { class: "group" }, h("label", { for: "persona" }, t("you_are")), persona,
        person ? languageChoice(person.language, t("persona_language", { name: person.name }), "persona-language", (wanted) => this.do("person", { id: person.id, language: wanted })) : null),
      h("div", { class: "group clock", role: "group", "aria-label": t("clock") }, this.now,
        h("button", { type: "button", "data-testid": "clock-hour", on: { click: () => this.moveBy(3600) } }, t("plus_hour")),
        h("button", { type: "button", "data-testid": "clock-day", on: { click: () => this.moveBy(86400) } }, t("plus_day")),
        h("button", { type: "button", "data-testid": "clock-monday", on: { click: () => this.moveTo(times.nextMonday(this.zone())) } }, t("next_monday")),
        h("details", { class: "overflow" }, h("summary", { "aria-label": t("set_clock"), "data-testid": "clock-more" }, "📅"), h("div", { class: "menu wide" }, free, h("button", { type: "button", class: "primary", "data-testid": "clock-set", on: { click: go } }, t("set_clock")), h("span", { class: "note" }, t("clock_note", { zone: this.zone() }))))),
      h("div", { class: "group end" },
        h("div", { class: "narrow-only", role: "group", "aria-label": t("show") }, ["slack", "discord"].map((kind) => h("button", { type: "button", "aria-pressed": String(this.shown === kind || (this.shown === "both" && kind === "slack")), "data-testid": `show-${kind}`, on: { click: () => this.setShown(kind) } }, t(`pane_${kind}`)))),
        Object.keys(PANELS).map((name) => h("button", { type: "button", "aria-pressed": String(this.panel === name), "data-testid": `open-${name}`, on: { click: () => this.togglePanel(name) } }, t(name))),
        h("button", { type: "button", "aria-label": t("theme"), title: t("theme"), "data-testid": "theme", on: { click: () => this.switchTheme() } }, "◐"), ui));
    this.tickClock();
  }

  zone() {
    return this.person?.time_zone || "Asia/Tokyo";
  }

  tickClock(moved = false) {
    if (!this.now || !this.person) return;
    const shown = times.clock(times.now(), { language: language(), time_zone: this.zone() });
    if (this.now.textContent !== shown || moved) {
      this.now.textContent = shown;
      this.now.dateTime = times.now().toISOString();
    }
  }

  async moveBy(seconds) {
    const moved = await this.do("clock", { by_seconds: seconds });
    if (moved) times.setClock(moved.now);
    this.tickClock();
  }

  async moveTo(date) {
    const moved = await this.do("clock", { to: date.toISOString() });
    if (moved) times.setClock(moved.now);
    this.tickClock();
  }

  setUi(wanted) {
    setLanguage(wanted);
    location.replace(location.pathname);
  }

  switchTheme() {
    const dark = document.documentElement.dataset.theme ? document.documentElement.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    document.documentElement.dataset.theme = dark ? "light" : "dark";
    localStorage.setItem("theme", document.documentElement.dataset.theme);
  }

  // ---- panes and drawer

  drawStage() {
    if (!this.person) return;
    for (const space of this.state.spaces) {
      let pane = this.panes.get(space.id);
      if (!pane) {
        pane = new Pane(space.kind, this);
        this.panes.set(space.id, pane);
        this.stage.append(pane.root);
      }
      pane.setSpace(space, this.person);
    }
    this.stage.dataset.shown = this.shown;
  }

  setShown(kind) {
    this.shown = kind;
    localStorage.setItem("shown", kind);
    this.stage.dataset.shown = kind;
    this.drawBar();
  }

  togglePanel(name) {
    this.panel = this.panel === name ? "" : name;
    localStorage.setItem("panel", this.panel);
    this.drawBar();
    this.drawDrawer();
  }

  drawDrawer() {
    this.drawer.hidden = !PANELS[this.panel];
    replace(this.drawer, PANELS[this.panel] ? [h("button", { type: "button", class: "plain close", "aria-label": t("close"), "data-testid": "panel-close", on: { click: () => this.togglePanel(this.panel) } }, "✕"), PANELS[this.panel](this)] : null);
  }
}

document.title = t("title");
new App(document.getElementById("app")).start();
