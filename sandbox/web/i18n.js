// The page's own language: the one chosen here, else the browser's.

import { WORDS } from "./words.js";

const asked = new URLSearchParams(location.search).get("lang");
let current = asked || localStorage.getItem("ui-language") || (navigator.language.startsWith("ja") ? "ja" : "en");
if (!WORDS[current]) current = "en";
document.documentElement.lang = current;

export const language = () => current;

export function setLanguage(wanted) {
  current = WORDS[wanted] ? wanted : "en";
  localStorage.setItem("ui-language", current);
  document.documentElement.lang = current;
}

export function t(key, values = {}) {
  const sentence = WORDS[current][key] ?? key;
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}
