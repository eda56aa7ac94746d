// What a pane shows to somebody who is not in that space: the door.

import { post } from "./api.js";
import { avatar, h, replace } from "./dom.js";
import { t } from "./i18n.js";

export function drawJoin(pane) {
  const { space, person, ctx } = pane;
  const print = [space.id, person.id, person.name, Boolean(ctx.held), space.connected].join();
  if (pane.joinPrint === print && pane.join.children.length) return;
  pane.joinPrint = print;
  const inviter = h("select", { "data-testid": `${pane.kind}-referrer`, "aria-label": t("invited_by") }, h("option", { value: "" }, t("nobody")),
    ctx.members().map((a) => h("option", { value: a.user_id }, a.name)));
  const enter = async () => {
    try {
      await post("join", { space: space.id, person: person.id, referrer: inviter.value || null });
    } catch (error) {
      pane.fail(error.message);
    }
    pane.joinPrint = "";
    await pane.app.loadState();
  };
  replace(pane.join,
    h("span", { class: "door" }, t(`pane_${pane.kind}`)),
    avatar(ctx.held || { ...person, person: person.id }, `big ${pane.kind}`),
    h("h2", {}, space.name),
    h("span", { class: `lamp ${space.connected ? "on" : "off"}`, "data-testid": `${pane.kind}-connected`, "data-connected": String(space.connected) }, space.connected ? t("bot_on") : t("bot_off")),
    h("p", {}, ctx.held ? t("left", { name: person.name }) : t("join_lead", { name: person.name, space: space.name })),
    h("label", { class: "row" }, h("span", {}, t("invited_by")), inviter),
    h("button", { type: "button", class: "primary", "data-testid": `${pane.kind}-join`, on: { click: enter } }, t(ctx.held ? "rejoin" : "join", { name: person.name, platform: t(`pane_${pane.kind}`) })));
}
