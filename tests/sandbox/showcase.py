"""One Slack message and one Discord message that hold every kind of block and component a bot may send."""

from __future__ import annotations

from typing import Any


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def _options(*values: str) -> list[dict[str, Any]]:
    return [{"text": _plain(value), "value": value} for value in values]


def blocks(user: str, channel: str) -> list[dict[str, Any]]:
    """Return Block Kit: https://docs.slack.dev/reference/block-kit/blocks."""
    confirm = {"title": _plain("Sure?"), "text": _plain("It ends."), "confirm": _plain("Yes"), "deny": _plain("No")}
    text = (
        f"*bold* _italic_ ~gone~ `code` <@{user}> <#{channel}> <https://example.com|there> :tada:\n> quoted\n"
        "<!date^1795400000^{date_num} {time}|later> &lt;b&gt; 日本*語*\n```\nprint(1)\n```"
    )
    bold = {"type": "text", "text": "rich", "style": {"bold": True}}
    section = {"type": "rich_text_section", "elements": [bold, {"type": "emoji", "name": "wave"}]}
    return [
        {"type": "header", "text": _plain("All of it :wave:")},
        {
            "type": "section",
            "text": {"type": "mrkdwn", "text": text},
            "accessory": {"type": "overflow", "action_id": "any_overflow", "options": _options("edit", "drop")},
        },
        {"type": "section", "fields": [{"type": "mrkdwn", "text": "*When*\nFri"}, {"type": "mrkdwn", "text": "Where"}]},
        {"type": "divider"},
        {
            "type": "actions",
            "elements": [
                {"type": "button", "action_id": "any_button", "text": _plain("Go"), "value": "v", "style": "primary"},
                {
                    "type": "button",
                    "action_id": "any_sure",
                    "text": _plain("End"),
                    "style": "danger",
                    "confirm": confirm,
                },
                {"type": "static_select", "action_id": "any_select", "options": _options("low", "high")},
                {"type": "users_select", "action_id": "any_user"},
                {"type": "channels_select", "action_id": "any_channel"},
                {"type": "datepicker", "action_id": "any_date", "initial_date": "2026-12-01"},
                {"type": "timepicker", "action_id": "any_time"},
                {"type": "radio_buttons", "action_id": "any_radio", "options": _options("one", "two")},
                {"type": "checkboxes", "action_id": "any_checks", "options": _options("red", "blue")},
            ],
        },
        {
            "type": "section",
            "text": _plain("Topics"),
            "accessory": {"type": "multi_static_select", "action_id": "any_multi", "options": _options("a", "b", "c")},
        },
        {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a chart", "title": _plain("Chart")},
        {
            "type": "rich_text",
            "elements": [
                section,
                {"type": "rich_text_list", "style": "bullet", "elements": [section]},
                {"type": "rich_text_quote", "elements": [bold]},
                {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "x = 1"}]},
            ],
        },
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "small *print*"}]},
    ]


def components(user: str, channel: str) -> list[dict[str, Any]]:
    """Return Components V2: https://discord.com/developers/docs/components/reference."""
    options = [{"label": x, "value": x, "description": f"level {x}"} for x in ("low", "high")]
    words = (
        f"## Heading\n**bold** *italic* __under__ ~~gone~~ ||secret|| `code` <@{user}> <#{channel}>\n-# small print\n"
        "> quoted\n- one\n- two\n<t:1795400000:F> <t:1795400000:R> [there](https://example.com) <b>\n```py\nx = 1\n```"
    )
    picture = {"media": {"url": "https://example.com/a.png"}, "description": "a picture"}
    button = {"type": 2, "custom_id": "any_more", "style": 2, "label": "More"}
    styles = [{"type": 2, "style": n, "label": f"Style {n}", "custom_id": f"any_{n}"} for n in (1, 3, 4)]
    styles += [{"type": 2, "style": 5, "label": "Open", "url": "https://example.com"}]
    styles += [{"type": 2, "style": 2, "label": "Full", "custom_id": "any_full", "disabled": True}]
    return [
        {
            "type": 17,
            "accent_color": 0xE67E22,
            "components": [
                {"type": 10, "content": words},
                {"type": 14, "divider": True, "spacing": 1},
                {"type": 9, "components": [{"type": 10, "content": "with a button"}], "accessory": button},
                {
                    "type": 9,
                    "components": [{"type": 10, "content": "with a picture"}],
                    "accessory": {"type": 11, **picture},
                },
                {"type": 12, "items": [picture, picture]},
                {"type": 14, "divider": False, "spacing": 2},
                {"type": 1, "components": styles},
                {"type": 1, "components": [{"type": 3, "custom_id": "any_string", "options": options}]},
                {"type": 1, "components": [{"type": 3, "custom_id": "any_multi", "options": options, "max_values": 2}]},
                {"type": 1, "components": [{"type": 5, "custom_id": "any_user"}]},
                {"type": 1, "components": [{"type": 6, "custom_id": "any_role"}]},
                {"type": 1, "components": [{"type": 8, "custom_id": "any_channel"}]},
            ],
        }
    ]
