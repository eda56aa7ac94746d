// Talks to the control API of the sandbox. Errors are sentences for the person at the page.

import { language } from "./i18n.js";
import { refusal } from "./refusals.js";

async function read(reply) {
  let body = {};
  try {
    body = await reply.json();
  } catch {
    body = {};
  }
  if (!reply.ok) throw new Error(refusal(language(), body) || `HTTP ${reply.status}`);
  return body;
}

export async function get(path, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== null && value !== undefined);
  const search = new URLSearchParams(given).toString();
  return read(await fetch(`/api/${path}${search ? `?${search}` : ""}`));
}

export async function post(path, body = {}) {
  return read(
    await fetch(`/api/${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    }),
  );
}

// Calls onChange with every frame of changes, and onBack after the connection was lost and found again.
export function listen(onChange, onBack) {
  let lost = false;
  const open = () => {
    const socket = new WebSocket(`ws://${location.host}/api/stream`);
    socket.addEventListener("open", () => {
      document.documentElement.dataset.stream = "open";
      if (lost) onBack();
      lost = false;
    });
    socket.addEventListener("message", (event) => onChange(JSON.parse(event.data)));
    socket.addEventListener("close", () => {
      document.documentElement.dataset.stream = "lost";
      lost = true;
      setTimeout(open, 1000);
    });
  };
  open();
}
