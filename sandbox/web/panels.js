// The tools at the side: what to try first, the people, faults, and what is in the store.

import { get, post } from "./api.js";
import { avatar, h, replace } from "./dom.js";
import { language, t } from "./i18n.js";
import { moment } from "./times.js";

const LANGUAGES = [["ja", "日本語"], ["en", "English"]];
const ZONES = ["Asia/Tokyo", "Asia/Singapore", "Asia/Kolkata", "Europe/London", "Europe/Berlin", "America/New_York", "America/Los_Angeles", "Australia/Sydney", "UTC"];

function choice(options, value, label, testid, onChange) {
  const select = h("select", { "aria-label": label, "data-testid": testid, on: onChange ? { change: () => onChange(select.value) } : {} }, options.map(([key, name]) => h("option", { value: key }, name)));
  if (![...select.options].some((o) => o.value === value)) select.append(h("option", { value }, value));
  select.value = value;
  return select;
}

export const languageChoice = (value, label, testid, onChange) => choice(LANGUAGES, value, label, testid, onChange);
export const zoneChoice = (value, label, testid, onChange) => choice(ZONES.map((zone) => [zone, zone]), value, label, testid, onChange);

// Whoever is a newcomer before the door already needs no button to become one.
const isOutside = (app) => app.person?.role === "newcomer" && !app.isAnywhere(app.person.id);

export function helpPanel(app) {
  const newcomer = app.state.people.find((p) => p.role === "newcomer" && !app.isAnywhere(p.id));
  return h("div", { class: "panel", "data-testid": "panel-help" },
    h("h2", {}, t("help_title")), h("p", {}, t("lead")),
    h("ol", { class: "steps" }, ["help_1", "help_2", "help_3", "help_4", "help_5", "help_6"].map((key) => h("li", {}, t(key)))),
    newcomer && !isOutside(app) ? h("button", { type: "button", class: "primary", "data-testid": "help-try", on: { click: () => app.become(newcomer.id) } }, `${t("help_try")} (${newcomer.name})`) : null,
    h("p", { class: "note" }, t("help_note")));
}

function newPerson(app) {
  const name = h("input", { type: "text", "data-testid": "new-person-name", maxlength: 80, required: true });
  const language = languageChoice("ja", t("language"), "new-person-language");
  const zone = zoneChoice("Asia/Tokyo", t("time_zone"), "new-person-zone");
  const role = choice(["newcomer", "member", "expert", "moderator"].map((r) => [r, t(`role_${r}`)]), "newcomer", t("kind"), "new-person-role");
  const make = async (event) => {
    event.preventDefault();
    if (!name.value.trim()) return;
    const made = await app.do("person", { name: name.value, language: language.value, time_zone: zone.value, role: role.value });
    if (made) {
      await app.loadState();
      app.become(made.id);
    }
  };
  return h("form", { class: "stack", on: { submit: make } }, h("h3", {}, t("new_person")),
    h("label", {}, h("span", {}, t("name")), name), h("label", {}, h("span", {}, t("language")), language),
    h("label", {}, h("span", {}, t("time_zone")), zone), h("label", {}, h("span", {}, t("kind")), role),
    h("button", { type: "submit", class: "primary", "data-testid": "new-person-create" }, t("create")));
}

export function peoplePanel(app) {
  const change = (id, fields) => app.do("person", { id, ...fields });
  const rows = app.state.people.slice(0, 60).map((p) => {
    const where = app.state.spaces.map((s) => {
      const account = s.accounts.find((a) => a.person === p.id && !a.left_at);
      return h("span", { class: `where ${account ? "in" : "out"}` }, `${t(`pane_${s.kind}`)} ${account ? t("here") : t("not_here")}`);
    });
    return h("li", {}, h("div", { class: "row" }, avatar({ ...p, person: p.id }, "tiny slack"), h("button", { type: "button", class: "plain grow", on: { click: () => app.become(p.id) } }, h("strong", {}, p.name), ` ${t(`role_${p.role}`)}`)),
      h("div", { class: "row" }, languageChoice(p.language, t("persona_language", { name: p.name }), `language-${p.id}`, (language) => change(p.id, { language })),
        zoneChoice(p.time_zone, `${p.name} ${t("time_zone")}`, `zone-${p.id}`, (zone) => change(p.id, { time_zone: zone }))),
      h("div", { class: "row small" }, where));
  });
  const life = app.state.life === null ? null : h("label", { class: "row" },
    h("input", { type: "checkbox", checked: app.state.life, "data-testid": "life", on: { change: (event) => app.do("life", { on: event.target.checked }) } }), h("span", {}, t("life")));
  return h("div", { class: "panel", "data-testid": "panel-people" }, h("h2", {}, t("people")), life, h("ul", { class: "people" }, rows), newPerson(app));
}

const SHARES = ["rate_limited", "server_error", "dropped", "slow", "duplicate"];
const SECONDS = ["retry_after", "slow_by"];

function faultForm(app, kind, faults) {
  const fields = [...SHARES, ...SECONDS].map((name) => {
    const share = SHARES.includes(name);
    return [name, h("input", { type: "number", min: 0, max: share ? 1 : 3600, step: share ? 0.05 : 0.5, value: faults[name], "data-testid": `fault-${kind}-${name}` })];
  });
  const lose = h("input", { type: "checkbox", checked: faults.lose_while_away });
  const done = h("span", { role: "status" });
  const apply = async (event) => {
    event?.preventDefault();
    const wanted = Object.fromEntries(fields.map(([name, input]) => [name, Number(input.value)]));
    if (await app.do("faults", { face: kind, ...wanted, lose_while_away: lose.checked })) done.textContent = t("applied");
  };
  const calm = () => {
    for (const [name, input] of fields) if (SHARES.includes(name)) input.value = 0;
    return apply();
  };
  return h("form", { class: "stack", on: { submit: apply } }, h("h3", {}, t(`pane_${kind}`)),
    fields.map(([name, input]) => h("label", {}, h("span", {}, t(`f_${name}`)), input)),
    h("label", { class: "row" }, lose, h("span", {}, t("f_lose_while_away"))),
    h("div", { class: "row wrap" }, h("button", { type: "submit", class: "primary", "data-testid": `fault-${kind}-apply` }, t("apply")), h("button", { type: "button", on: { click: calm } }, t("calm")), done),
    h("div", { class: "row wrap" },
      h("button", { type: "button", "data-testid": `${kind}-disconnect`, on: { click: () => app.do("disconnect", { face: kind }) } }, t("cut")),
      h("button", { type: "button", on: { click: () => app.do("disconnect", { face: kind, lose_session: true }) } }, t("cut_lose"))));
}

export function faultsPanel(app) {
  const place = h("div", {});
  get("faults").then((faults) => replace(place, Object.entries(faults).map(([kind, held]) => faultForm(app, kind, held))));
  return h("div", { class: "panel", "data-testid": "panel-faults" }, h("h2", {}, t("faults")), h("p", { class: "note" }, t("faults_lead")), place);
}

function section(held, reader) {
  const rows = Array.isArray(held.rows) ? held.rows : [];
  const cell = (value) => (value === null || value === undefined ? "–" : typeof value === "object" ? JSON.stringify(value) : typeof value === "string" ? moment(value, reader) : String(value));
  return h("details", { class: "section", open: true, "data-testid": `section-${held.title}` }, h("summary", {}, held.title, h("span", { class: "note" }, ` ${t("rows_n", { n: rows.length })}`)),
    rows.length ? h("div", { class: "scroll" }, h("table", {}, h("thead", {}, h("tr", {}, (held.columns || []).map((c) => h("th", { scope: "col" }, c)))),
      h("tbody", {}, rows.slice(0, 100).map((row) => h("tr", {}, row.map((value) => h("td", {}, cell(value)))))))) : h("p", { class: "note" }, t("rows_none")));
}

export function storePanel(app) {
  const place = h("div", { "data-testid": "store" });
  let last = "";
  const load = async () => {
    if (!place.isConnected && last) return clearInterval(timer);
    const panel = await get("panel").catch((error) => ({ sections: [], configured: true, error: error.message }));
    const reader = { language: language(), time_zone: app.zone() };
    const print = JSON.stringify([panel, reader]);
    if (print === last) return undefined;
    last = print;
    const closed = new Set([...place.querySelectorAll("details:not([open])")].map((d) => d.dataset.testid));
    replace(place, panel.error ? h("p", { class: "field-error" }, panel.error) : null, panel.configured ? panel.sections.map((held) => section(held, reader)) : h("p", {}, t("store_none")));
    for (const details of place.querySelectorAll("details")) if (closed.has(details.dataset.testid)) details.open = false;
    return undefined;
  };
  const timer = setInterval(load, 3000);
  load();
  return h("div", { class: "panel", "data-testid": "panel-store" }, h("h2", {}, t("store")), h("p", { class: "note" }, t("store_lead")), place);
}
