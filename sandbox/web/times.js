// Writes times as the reader's client would: in the reader's language and time zone, by the world's clock.

let ahead = 0; // milliseconds the world's clock is ahead of this browser's

export function setClock(iso) {
  ahead = new Date(iso).getTime() - Date.now();
}

export function now() {
  return new Date(Date.now() + ahead);
}

function format(date, reader, options) {
  try {
    return new Intl.DateTimeFormat(reader.language || "ja", { timeZone: reader.time_zone || "Asia/Tokyo", ...options }).format(date);
  } catch {
    return new Intl.DateTimeFormat("en", { timeZone: "UTC", ...options }).format(date);
  }
}

export const short = (date, reader) => format(date, reader, { hour: "numeric", minute: "2-digit" });
export const day = (date, reader) => format(date, reader, { weekday: "long", month: "long", day: "numeric" });
export const full = (date, reader) => format(date, reader, { dateStyle: "full", timeStyle: "short" });
export const clock = (date, reader) =>
  format(date, reader, { year: "numeric", month: "short", day: "numeric", weekday: "short", hour: "2-digit", minute: "2-digit" });

// A moment as a database writes it, for the reader; what is none is returned as it came. Without a zone it is UTC.
export function moment(value, reader) {
  const found = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)?$/.exec(value);
  if (!found) return value;
  const [, date, time, , zone] = found;
  return format(new Date(`${date}T${time}${zone || "Z"}`), reader, { dateStyle: "short", timeStyle: "medium" });
}

export function ago(date, reader) {
  const seconds = (date.getTime() - now().getTime()) / 1000;
  const units = [["year", 31536000], ["month", 2592000], ["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];
  const [unit, size] = units.find(([, length]) => Math.abs(seconds) >= length) || units.at(-1);
  return new Intl.RelativeTimeFormat(reader.language || "ja", { numeric: "auto" }).format(Math.round(seconds / size), unit);
}

// https://docs.slack.dev/messaging/formatting-message-text#date-formatting
const SLACK = {
  date_num: { year: "numeric", month: "2-digit", day: "2-digit" },
  date: { year: "numeric", month: "long", day: "numeric" },
  date_short: { year: "numeric", month: "short", day: "numeric" },
  date_long: { weekday: "long", year: "numeric", month: "long", day: "numeric" },
  time: { hour: "numeric", minute: "2-digit" },
  time_secs: { hour: "numeric", minute: "2-digit", second: "2-digit" },
};

export function slackDate(seconds, pattern, reader) {
  const date = new Date(Number(seconds) * 1000);
  return pattern.replace(/\{(\w+)\}/g, (whole, token) => {
    if (token === "ago") return ago(date, reader);
    const options = SLACK[token.replace(/_pretty$/, "")];
    return options ? format(date, reader, options) : whole;
  });
}

// https://discord.com/developers/docs/reference#message-formatting-timestamp-styles
const DISCORD = {
  t: { timeStyle: "short" },
  T: { timeStyle: "medium" },
  d: { dateStyle: "short" },
  D: { dateStyle: "long" },
  f: { dateStyle: "long", timeStyle: "short" },
  F: { dateStyle: "full", timeStyle: "short" },
  s: { dateStyle: "short", timeStyle: "short" },
  S: { dateStyle: "short", timeStyle: "medium" },
};

export function discordDate(seconds, style, reader) {
  const date = new Date(Number(seconds) * 1000);
  return style === "R" ? ago(date, reader) : format(date, reader, DISCORD[style || "f"] || DISCORD.f);
}

// The wall-clock parts of a moment in a time zone, and back: for "next Monday 9:00" of the persona.
function parts(date, zone) {
  const found = new Intl.DateTimeFormat("en-US", {
    timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric",
  }).formatToParts(date);
  return Object.fromEntries(found.filter((p) => p.type !== "literal").map((p) => [p.type, Number(p.value)]));
}

export function fromWall(year, month, date, hour, minute, zone) {
  const wanted = Date.UTC(year, month - 1, date, hour, minute);
  let guess = wanted;
  for (let round = 0; round < 3; round += 1) {
    const seen = parts(new Date(guess), zone);
    guess += wanted - Date.UTC(seen.year, seen.month - 1, seen.day, seen.hour, seen.minute, seen.second);
  }
  return new Date(guess);
}

export function nextMonday(zone) {
  const here = parts(now(), zone);
  const weekday = new Date(Date.UTC(here.year, here.month - 1, here.day)).getUTCDay();
  const wait = (8 - weekday) % 7 || 7;
  const early = weekday === 1 && here.hour < 9;
  return fromWall(here.year, here.month, here.day + (early ? 0 : wait), 9, 0, zone);
}

export function wallInput(zone) {
  const here = parts(now(), zone);
  const two = (number) => String(number).padStart(2, "0");
  return `${here.year}-${two(here.month)}-${two(here.day)}T${two(here.hour)}:${two(here.minute)}`;
}
