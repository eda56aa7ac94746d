// The line to write in: messages, and slash commands with a list of what fits while "/" is being typed.

import { h, replace } from "./dom.js";
import { t } from "./i18n.js";

let serial = 0;

const isGroup = (option) => option.type === 1 || option.type === 2;

// Discord commands spell out their subcommands; "/tsudoi help" is one entry of the list.
function spellOut(command) {
  const groups = (command.options || []).filter(isGroup);
  if (!groups.length) return [{ path: command.name, description: command.description, options: command.options || [], usage: (command.options || []).filter((o) => typeof o === "string").join(" ") }];
  return groups.flatMap((group) => spellOut({ ...group, name: `${command.name} ${group.name}` }));
}

const subsOf = (name, commands) => (commands.find((c) => c.kind === "slash" && c.name === name)?.options || []).filter(isGroup).map((o) => o.name);

// Discord's client sends a command with subcommands only with one of them.
function lacksSub(text, commands) {
  const [name, sub] = text.slice(1).split(/\s+/);
  const subs = subsOf(name, commands);
  return subs.length > 0 && !subs.includes(sub);
}

export function suggest(text, commands) {
  if (!text.startsWith("/")) return { entries: [], chosen: null };
  const typed = text.slice(1);
  const all = commands.filter((c) => c.kind === "slash").flatMap((c) => spellOut({ ...c, name: c.name.replace(/^\//, "") }));
  const chosen = all.find((c) => typed === c.path || typed.startsWith(`${c.path} `)) || null;
  if (chosen && typed !== chosen.path) return { entries: optionEntries(chosen, typed.slice(chosen.path.length)), chosen };
  const entries = all.filter((c) => c.path.startsWith(typed.trimEnd()) && c.path !== typed)
    .map((c) => ({ label: `/${c.path}`, hint: [c.usage, c.description].filter(Boolean).join(" — "), insert: `/${c.path} ` }));
  return { entries, chosen };
}

function optionEntries(command, rest) {
  const last = rest.split(" ").at(-1);
  const [name, typed] = last.includes(":") ? last.split(":") : [null, last];
  const named = name && command.options.find((o) => o.name === name);
  const before = rest.slice(0, rest.length - last.length);
  if (named?.choices) {
    return named.choices.filter((c) => String(c.value).startsWith(typed) && String(c.value) !== typed)
      .map((c) => ({ label: c.name, hint: named.name, insert: `/${command.path}${before}${named.name}:${c.value} ` }));
  }
  if (name || !rest.startsWith(" ")) return [];
  return command.options.filter((o) => typeof o === "object" && !isGroup(o) && !rest.includes(`${o.name}:`) && o.name.startsWith(typed))
    .map((o) => ({ label: `${o.name}:`, hint: `${o.required ? `${t("field_required")} — ` : ""}${o.description || ""}`, insert: `/${command.path}${before}${o.name}:` }));
}

const isWaiting = (option) => typeof option === "object" && option.autocomplete;

// Which option of a chosen command is being typed, if the app proposes choices for it: {name, rest, option, head}.
export function completing(text, commands) {
  const { chosen } = suggest(text, commands);
  if (!chosen || !chosen.options.some(isWaiting)) return null;
  const rest = text.slice(1 + chosen.path.length);
  const marks = [...rest.matchAll(/(?<=\s)([^\s:]+):/gu)].filter((mark) => chosen.options.some((o) => o.name === mark[1]));
  const last = marks.at(-1);
  const option = last && chosen.options.find((o) => o.name === last[1]);
  if (!option || !isWaiting(option)) return null;
  const [name, ...subs] = chosen.path.split(" ");
  return { name, rest: [...subs, rest.trim()].join(" "), option: option.name, head: text.slice(0, 1 + chosen.path.length + last.index + last[0].length) };
}

// send(text) and run(name, rest) are awaited; the text comes back when they fail. complete(typed) gives choices.
export function drawComposer({ kind, label, commands, send, run, fail, complete = async () => [], testid = "composer" }) {
  serial += 1;
  const listId = `commands-${serial}`;
  let entries = [];
  let at = -1;
  let waiting = 0;
  let taken = null; // a choice was just made: nothing more to propose for it
  const list = h("ul", { id: listId, role: "listbox", class: "suggestions", hidden: true, "aria-label": t("pick_command"), "data-testid": "suggestions" });
  const area = h("textarea", {
    rows: 1, placeholder: label, "aria-label": label, "data-testid": testid, autocomplete: "off", role: "combobox", "aria-autocomplete": "list",
    "aria-expanded": "false", "aria-controls": listId, on: { input: refresh, keydown: key, blur: () => setTimeout(hide, 150) },
  });
  const button = h("button", { type: "submit", class: "send", "aria-label": t("send"), "data-testid": `${testid}-send` }, "➤");
  const form = h("form", { class: `composer ${kind}`, on: { submit } }, list, h("div", { class: "write" }, area, button));

  function hide() {
    list.hidden = true;
    area.setAttribute("aria-expanded", "false");
    area.removeAttribute("aria-activedescendant");
    at = -1;
  }
  function refresh() {
    area.style.height = "auto";
    area.style.height = `${Math.min(area.scrollHeight, 160)}px`;
    entries = suggest(area.value, commands()).entries;
    at = entries.length ? 0 : -1;
    draw();
    clearTimeout(waiting);
    const typed = area.value === taken ? null : completing(area.value, commands());
    if (typed) waiting = setTimeout(() => propose(typed, area.value), 120);
  }
  // What comes back too late, when other words stand there, is thrown away.
  async function propose(typed, text) {
    const choices = await complete(typed).catch(() => []);
    if (area.value !== text) return;
    entries = choices.map((c) => ({ label: c.name, hint: typed.option, insert: `${typed.head}${c.value} ` }));
    at = entries.length ? 0 : -1;
    draw();
  }
  function draw() {
    replace(list, entries.map((entry, index) => h("li", { id: `${listId}-${index}`, role: "option", "aria-selected": String(index === at), "data-testid": `suggestion-${entry.label}`,
      on: { mousedown: (event) => { event.preventDefault(); take(index); } } }, h("strong", {}, entry.label), h("span", {}, entry.hint))));
    list.hidden = !entries.length;
    area.setAttribute("aria-expanded", String(Boolean(entries.length)));
    if (at >= 0) {
      area.setAttribute("aria-activedescendant", `${listId}-${at}`);
      list.children[at]?.scrollIntoView({ block: "nearest" });
    } else area.removeAttribute("aria-activedescendant");
  }
  function take(index) {
    area.value = entries[index].insert;
    taken = area.value;
    area.focus();
    refresh();
  }
  function key(event) {
    if (event.isComposing || event.keyCode === 229) return; // Enter that ends a Japanese conversion is not a send
    if (!list.hidden && entries.length) {
      const complete = entries[at] && area.value !== entries[at].insert.trimEnd() && !suggest(area.value, commands()).chosen;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        at = (at + (event.key === "ArrowDown" ? 1 : -1) + entries.length) % entries.length;
        draw();
        event.preventDefault();
        return;
      }
      if (event.key === "Tab" || (event.key === "Enter" && !event.shiftKey && complete)) {
        take(Math.max(at, 0));
        event.preventDefault();
        return;
      }
      if (event.key === "Escape") {
        hide();
        event.stopPropagation();
        return;
      }
    }
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      form.requestSubmit();
    }
  }
  async function submit(event) {
    event.preventDefault();
    const text = area.value.trim();
    if (!text) return;
    const name = text.slice(1).split(/\s/)[0];
    const known = commands().some((c) => c.kind === "slash" && c.name.replace(/^\//, "") === name);
    if (text.startsWith("/") && !known && kind === "slack") {
      fail(t("not_command", { name }));
      return;
    }
    if (kind === "discord" && known && lacksSub(text, commands())) {
      fail(t("with_one_of", { name, subs: subsOf(name, commands()).join(", ") }));
      return;
    }
    area.value = "";
    taken = null;
    refresh();
    hide();
    try {
      await (text.startsWith("/") && known ? run(name, text.slice(1 + name.length).trim()) : send(text));
    } catch (error) {
      if (!area.value) area.value = text;
      fail(error.message);
    }
  }
  form.area = area;
  return form;
}
