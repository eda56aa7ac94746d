// Slack writes emoji as :short_names:; these are the ones a community meets. An unknown one stays as written.

export const SHORT = {
  "+1": "👍", thumbsup: "👍", "-1": "👎", thumbsdown: "👎", wave: "👋", tada: "🎉", heart: "❤️", eyes: "👀", bow: "🙇",
  pray: "🙏", clap: "👏", raised_hands: "🙌", smile: "😄", slightly_smiling_face: "🙂", grinning: "😀", blush: "😊", joy: "😂",
  thinking_face: "🤔", cry: "😢", sob: "😭", sweat_smile: "😅", sunglasses: "😎", rocket: "🚀", fire: "🔥", sparkles: "✨",
  star: "⭐", star2: "🌟", white_check_mark: "✅", heavy_check_mark: "✔️", x: "❌", warning: "⚠️", bulb: "💡", question: "❓",
  exclamation: "❗", speech_balloon: "💬", thought_balloon: "💭", calendar: "📅", date: "📅", spiral_calendar_pad: "🗓️",
  clock1: "🕐", clock9: "🕘", hourglass: "⌛", alarm_clock: "⏰", bell: "🔔", memo: "📝", pencil: "✏️", pencil2: "✏️",
  book: "📖", books: "📚", link: "🔗", pushpin: "📌", round_pushpin: "📍", mag: "🔍", lock: "🔒", unlock: "🔓", key: "🔑",
  gear: "⚙️", wrench: "🔧", hammer: "🔨", bug: "🐛", gift: "🎁", trophy: "🏆", medal: "🏅", sports_medal: "🏅", first_place_medal: "🥇",
  seedling: "🌱", herb: "🌿", cherry_blossom: "🌸", sunny: "☀️", coffee: "☕", tea: "🍵", beer: "🍺", beers: "🍻", cake: "🍰",
  bento: "🍱", sushi: "🍣", earth_asia: "🌏", globe_with_meridians: "🌐", jp: "🇯🇵", us: "🇺🇸", house: "🏠", office: "🏢",
  computer: "💻", iphone: "📱", email: "📧", envelope: "✉️", inbox_tray: "📥", outbox_tray: "📤", chart_with_upwards_trend: "📈",
  bar_chart: "📊", busts_in_silhouette: "👥", bust_in_silhouette: "👤", handshake: "🤝", muscle: "💪", ok_hand: "👌", point_right: "👉",
  point_up: "☝️", raising_hand: "🙋", robot_face: "🤖", snake: "🐍", crab: "🦀", whale: "🐳", cat: "🐱", dog: "🐶", recycle: "♻️",
  arrow_right: "➡️", arrow_left: "⬅️", arrow_up: "⬆️", arrow_down: "⬇️", new: "🆕", ok: "🆗", information_source: "ℹ️", 100: "💯",
  zap: "⚡", stopwatch: "⏱️", ticket: "🎟️", microphone: "🎤", tv: "📺", no_entry: "⛔", hand: "✋", raised_hand: "✋", dart: "🎯",
};

export const QUICK = [["+1", "👍"], ["heart", "❤️"], ["tada", "🎉"], ["eyes", "👀"], ["pray", "🙏"], ["white_check_mark", "✅"]];

export function show(name) {
  const plain = String(name).replace(/^:|:$/g, "").replace(/::skin-tone-\d$/, "");
  return SHORT[plain] || (/^[\w+-]+$/.test(plain) ? `:${plain}:` : plain.replace(/^(\w+):\d+$/, ":$1:"));
}
