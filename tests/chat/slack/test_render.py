"""Cards and forms as Block Kit, compared with files. ``GOLDEN=write`` writes them anew; look at what changed."""

from __future__ import annotations

import json
import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from chat.card import (
    Button,
    Buttons,
    Card,
    Divider,
    Field,
    Fields,
    Footnote,
    Image,
    LinkButton,
    Option,
    Quote,
    Select,
    Style,
    Text,
    Title,
)
from chat.form import Choice, Choices, Date, Form, Line, Paragraph
from chat.ids import Place, Platform, UserRef
from chat.slack.render import render_card, render_form, render_home, render_modal
from chat.text import BadgeMention, Bold, ChannelLink, Code, Link, Mention, Moment, MomentStyle, RichText, rich

GOLDEN = Path(__file__).parent / "golden"
YUI, KEN = UserRef(Platform.SLACK, "T1", "U1"), UserRef(Platform.SLACK, "T1", "U2")
LEVELS = (Option("1", "入門"), Option("2", "中級"), Option("3", "上級"))
AT = datetime(2026, 12, 4, 10, tzinfo=UTC)

WELCOME = Card(
    parts=(
        Title("ようこそ、<Yui> & *friends*"),
        Text(
            rich(
                "ここは ",
                ChannelLink(Place(Platform.SLACK, "T1", "C9"), "general"),
                "。",
                Mention(YUI, "Yui"),
                "さん、",
            )
        ),
        Quote("はじめまして\n<!channel> *よろしく*"),
        Divider(),
        Buttons(
            (Button("rules.agree", "同意する", Style.PRIMARY), LinkButton("https://a.example/rules", "規約を読む"))
        ),
        Footnote(rich(Code("/tsudoi help"), " で使い方")),
    ),
    notify=(YUI,),
)
MEETUP = Card(
    parts=(
        Title("Reading circle"),
        Fields(
            (
                Field("When", rich(Moment(AT, MomentStyle.FULL, "4 Dec 19:00 JST"))),
                Field("Where", rich(Link("https://m.example/r?a=1&b=2", "online"))),
                Field("Host", rich(Mention(KEN, "Ken_K"))),
            )
        ),
        Image("https://i.example/a.png", "A full room"),
        Buttons(
            (
                Button("rsvp.go:7", "Going 12", Style.PRIMARY),
                Button("rsvp.maybe:7", "Maybe", disabled=True),
                Button("rsvp.no:7", "Cannot", Style.DANGER),
            )
        ),
        Select(action="seat:7", placeholder="Seat", options=LEVELS, chosen=("2",)),
        Select(action="topics:7", placeholder="Topics", options=LEVELS, chosen=("1", "3"), least=0, most=3),
    ),
    notify=(YUI,),
    summary="A meetup was announced",
)
CALL = Card(
    parts=(
        Text(rich(BadgeMention("python", "python"), "のみなさん、", BadgeMention("S2", "Rust"), "のみなさん")),
        Fields((Field("For", rich(BadgeMention("@python", "python"))),)),
    ),
    notify_badges=("python",),
)
ALL_DISABLED = Card(parts=(Text(rich("Over.")), Buttons((Button("x", "Go", disabled=True),))))
FORM = Form(
    id="intro:U1",
    title="自己紹介",
    submit="送る",
    cancel="やめる",
    fields=(
        Line(key="name", label="お名前", hint="表示名", value="結衣", placeholder="山田", max_length=50),
        Paragraph(key="about", label="About", required=False),
        Choice(key="level", label="Level", options=LEVELS, value="2"),
        Choices(key="topics", label="Topics", options=LEVELS, values=("1", "3"), required=False),
        Date(key="day", label="Day", value=date(2026, 12, 4)),
    ),
)
EMPTY_FORM = Form(
    id="ask",
    title="Ask",
    submit="Send",
    cancel="Cancel",
    fields=(
        Choice(key="level", label="Level", options=LEVELS),
        Choices(key="topics", label="Topics", options=LEVELS),
        Date(key="day", label="Day"),
        Line(key="q", label="Question"),
    ),
)

SHOWN: dict[str, Any] = {
    "welcome": render_card(WELCOME, "T1"),
    "meetup": render_card(MEETUP, "T1"),
    "call": render_card(CALL, "T1", {"python": "S1", "@python": "S1"}),
    "call_unknown": render_card(CALL, "T1"),
    "all_disabled": render_card(ALL_DISABLED, "T1"),
    "home": render_home(WELCOME, "T1"),
    "modal": render_modal(MEETUP, "T1", "Tsudoi", "kept"),
    "form": render_form(FORM, "kept"),
    "form_empty": render_form(EMPTY_FORM),
}


@pytest.mark.parametrize("name", SHOWN)
def test_it_looks_as_it_did(name: str) -> None:
    path = GOLDEN / f"{name}.json"
    text = json.dumps(SHOWN[name], ensure_ascii=False, indent=1) + "\n"
    if os.environ.get("GOLDEN") == "write":
        path.write_text(text, encoding="utf-8")
    assert json.loads(path.read_text(encoding="utf-8")) == SHOWN[name]


def test_a_long_text_of_control_characters_is_parted_and_kept_whole() -> None:
    stars = "* " * 1500
    blocks = render_card(Card(parts=(Text(RichText((stars,))),)), "T1")["blocks"]
    assert len(blocks) > 1
    assert all(len(block["text"]["text"]) <= 3000 for block in blocks)
    assert "".join(block["text"]["text"] for block in blocks).replace("\u2060", "") == stars


def test_a_field_too_long_for_a_field_becomes_a_section() -> None:
    card = Card(parts=(Fields((Field("Notes", RichText(("* " * 500,))), Field("Other", rich("x")))),))
    blocks = render_card(card, "T1")["blocks"]
    assert [sorted(block) for block in blocks] == [["text", "type"]] * 2


def test_a_title_too_long_for_a_window_gives_way_to_the_bots_name() -> None:
    card = Card(parts=(Title("A heading longer than windows allow"), Text(rich(Bold("x")))))
    assert render_modal(card, "T1", "Tsudoi")["title"]["text"] == "Tsudoi"


def test_the_notification_line_holds_no_token() -> None:
    assert render_card(Card(parts=(Text(rich("<!channel> & co")),)), "T1")["text"] == "&lt;!channel&gt; &amp; co"


def test_actions_stand_once_in_a_message() -> None:
    ids = [
        element["action_id"]
        for block in SHOWN["meetup"]["blocks"]
        for element in [*block.get("elements", ()), *([block["accessory"]] if "accessory" in block else ())]
    ]
    assert ids == ["rsvp.go:7", "rsvp.no:7", "seat:7", "topics:7"]
