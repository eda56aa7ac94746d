"""Slack's names of reactions and the Unicode characters they stand for; custom emoji keep their name."""

from __future__ import annotations

_TABLE = """
+1 👍|thumbsup 👍|-1 👎|thumbsdown 👎|ok_hand 👌|clap 👏|raised_hands 🙌|pray 🙏|wave 👋|muscle 💪|point_up ☝️
point_up_2 👆|point_down 👇|point_left 👈|point_right 👉|v ✌️|crossed_fingers 🤞|handshake 🤝|fist 👊|facepunch 👊
raised_hand ✋|hand ✋|raised_back_of_hand 🤚|writing_hand ✍️|i_love_you_hand_sign 🤟|the_horns 🤘|call_me_hand 🤙
bow 🙇|man-bowing 🙇‍♂️|woman-bowing 🙇‍♀️|raising_hand 🙋|ok_woman 🙆|no_good 🙅|shrug 🤷|face_palm 🤦
grinning 😀|smiley 😃|smile 😄|grin 😁|laughing 😆|satisfied 😆|sweat_smile 😅|joy 😂|rolling_on_the_floor_laughing 🤣
slightly_smiling_face 🙂|upside_down_face 🙃|wink 😉|blush 😊|innocent 😇|smiling_face_with_3_hearts 🥰|heart_eyes 😍
star-struck 🤩|kissing_heart 😘|yum 😋|stuck_out_tongue 😛|stuck_out_tongue_winking_eye 😜|zany_face 🤪
hugging_face 🤗|thinking_face 🤔|zipper_mouth_face 🤐|neutral_face 😐|expressionless 😑|no_mouth 😶|smirk 😏
unamused 😒|face_with_rolling_eyes 🙄|grimacing 😬|relieved 😌|pensive 😔|sleepy 😪|sleeping 😴|mask 😷
exploding_head 🤯|partying_face 🥳|sunglasses 😎|nerd_face 🤓|face_with_monocle 🧐|confused 😕|worried 😟
slightly_frowning_face 🙁|open_mouth 😮|hushed 😯|astonished 😲|flushed 😳|pleading_face 🥺|fearful 😨|cold_sweat 😰
cry 😢|sob 😭|scream 😱|disappointed 😞|sweat 😓|tired_face 😫|triumph 😤|rage 😡|angry 😠|skull 💀|ghost 👻
robot_face 🤖|see_no_evil 🙈|hear_no_evil 🙉|speak_no_evil 🙊|melting_face 🫠|saluting_face 🫡
face_holding_back_tears 🥹
heart ❤️|orange_heart 🧡|yellow_heart 💛|green_heart 💚|blue_heart 💙|purple_heart 💜|black_heart 🖤|white_heart 🤍
broken_heart 💔|two_hearts 💕|sparkling_heart 💖|heartpulse 💗|heavy_heart_exclamation_mark_ornament ❣️|heart_hands 🫶
100 💯|boom 💥|collision 💥|dizzy 💫|sweat_drops 💦|zzz 💤|speech_balloon 💬|thought_balloon 💭|eyes 👀|brain 🧠
white_check_mark ✅|heavy_check_mark ✔️|ballot_box_with_check ☑️|x ❌|negative_squared_cross_mark ❎|heavy_plus_sign ➕
heavy_minus_sign ➖|question ❓|grey_question ❔|exclamation ❗|heavy_exclamation_mark ❗|grey_exclamation ❕|bangbang ‼️
warning ⚠️|no_entry ⛔|no_entry_sign 🚫|o ⭕|recycle ♻️|hourglass ⌛|hourglass_flowing_sand ⏳|alarm_clock ⏰|watch ⌚
sparkles ✨|star ⭐|star2 🌟|fire 🔥|tada 🎉|confetti_ball 🎊|balloon 🎈|gift 🎁|trophy 🏆|first_place_medal 🥇
second_place_medal 🥈|third_place_medal 🥉|medal 🏅|crown 👑|gem 💎|rocket 🚀|airplane ✈️|dart 🎯|bulb 💡|key 🔑
mag 🔍|mag_right 🔎|lock 🔒|unlock 🔓|bell 🔔|no_bell 🔕|pushpin 📌|round_pushpin 📍|paperclip 📎|link 🔗
memo 📝|pencil 📝|pencil2 ✏️|book 📖|open_book 📖|books 📚|bookmark 🔖|newspaper 📰|calendar 📆|date 📅|clipboard 📋
chart_with_upwards_trend 📈|chart_with_downwards_trend 📉|bar_chart 📊|email 📧|envelope ✉️|inbox_tray 📥
outbox_tray 📤|loudspeaker 📢|mega 📣|microphone 🎤|headphones 🎧|musical_note 🎵|art 🎨|camera 📷|computer 💻
wrench 🔧|hammer 🔨|hammer_and_wrench 🛠️|gear ⚙️|bug 🐛|test_tube 🧪|shield 🛡️|construction 🚧|rotating_light 🚨
coffee ☕|tea 🍵|beer 🍺|beers 🍻|clinking_glasses 🥂|pizza 🍕|sushi 🍣|rice_ball 🍙|ramen 🍜|cake 🍰|birthday 🎂
cherry_blossom 🌸|rose 🌹|seedling 🌱|four_leaf_clover 🍀|maple_leaf 🍁|sunny ☀️|cloud ☁️|rainbow 🌈|snowflake ❄️
umbrella ☔|zap ⚡|ocean 🌊|earth_asia 🌏|moon 🌔|dog 🐶|cat 🐱|rabbit 🐰|bear 🐻|panda_face 🐼|penguin 🐧
turtle 🐢|snake 🐍|crab 🦀|unicorn_face 🦄|whale 🐳|parrot 🦜|one 1️⃣|two 2️⃣|three 3️⃣|four 4️⃣|five 5️⃣
six 6️⃣|seven 7️⃣|eight 8️⃣|nine 9️⃣|keycap_ten 🔟|zero 0️⃣|arrow_up ⬆️|arrow_down ⬇️|arrow_right ➡️|arrow_left ⬅️
repeat 🔁|new 🆕|ok 🆗|up 🆙|cool 🆒|free 🆓|sos 🆘|red_circle 🔴|large_blue_circle 🔵|large_green_circle 🟢
large_yellow_circle 🟡|white_circle ⚪|black_circle ⚫|checkered_flag 🏁|triangular_flag_on_post 🚩|jp 🇯🇵|us 🇺🇸|gb 🇬🇧
congratulations ㊗️|secret ㊙️|beginner 🔰|ringed_planet 🪐|love_letter 💌|house 🏠|ticket 🎫|admission_tickets 🎟️
"""

_VARIATION = "\ufe0f"
_TONES = tuple(map(chr, range(0x1F3FB, 0x1F400)))
UNICODE: dict[str, str] = {}
for _entry in _TABLE.strip().replace("\n", "|").split("|"):
    _name, _char = _entry.rsplit(" ", 1)
    UNICODE[_name] = _char
_NAMES: dict[str, str] = {}  # of several names for one character the first in the table
for _name, _char in UNICODE.items():
    _NAMES.setdefault(_char.replace(_VARIATION, ""), _name)


def to_unicode(name: str) -> str:
    """Return the character of a reaction's name, without its skin tone; a name that is not known stays as it is."""
    base = name.split("::", 1)[0]
    return UNICODE.get(base, base)


def to_name(emoji: str) -> str:
    """Return Slack's name of a character; what is no known character is taken as the name of a custom emoji."""
    plain = emoji.replace(_VARIATION, "")
    for tone in _TONES:
        plain = plain.replace(tone, "")
    return _NAMES.get(plain, emoji.strip(":"))
