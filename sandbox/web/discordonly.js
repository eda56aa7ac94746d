// What only Discord's client has: posts of a forum, threads opened on a message, commands in the reader's language.

import { h } from "./dom.js";
import { t } from "./i18n.js";

export function inLanguage(thing, language) {
  if (typeof thing !== "object") return thing;
  const fit = (held) => held?.[language] || held?.[`${language}-US`];
  return {
    ...thing,
    label: thing.label || fit(thing.name_localizations),
    description: fit(thing.description_localizations) || thing.description,
    options: (thing.options || []).map((option) => inLanguage(option, language)),
  };
}

export function drawPosts(pane, forum) {
  const posts = pane.ctx.channels().filter((c) => c.parent === forum.id).reverse();
  if (!posts.length) return h("p", { class: "empty" }, t("posts_none"));
  return posts.map((post) => h("button", { type: "button", class: "post", "data-testid": `post-${post.name}`, on: { click: () => pane.open(post.id) } }, "💬 ", post.name));
}

export function drawNewPost(pane, forum) {
  const name = h("input", { type: "text", maxlength: 100, required: true, placeholder: t("thread_name"), "aria-label": t("thread_name"), "data-testid": "post-name" });
  const text = h("textarea", { rows: 2, required: true, placeholder: t("post_text"), "aria-label": t("post_text"), "data-testid": "post-text" });
  const send = (event) => {
    event.preventDefault();
    if (name.value.trim() && text.value.trim()) pane.openDiscordThread({ channel: forum.id, name: name.value, text: text.value });
  };
  return h("form", { class: "new-post", on: { submit: send } }, name, text, h("button", { type: "submit", class: "primary", "data-testid": "post-send" }, t("new_post")));
}

// Opened on a message, a thread is named after its first words, as Discord's client proposes.
export function threadButton(message, pane) {
  if (pane.kind !== "discord" || pane.channel?.kind !== "text") return null;
  const name = (message.text || t("thread")).replace(/[*_~`<>@#]/g, "").trim().slice(0, 40) || t("thread");
  return h("button", { type: "button", title: t("new_thread"), "aria-label": t("new_thread"), "data-testid": "new-thread",
    on: { click: () => pane.openDiscordThread({ channel: message.channel, message: message.id, name }) } }, "🧵");
}
