"""Cards and forms as Discord gets them, compared with files. ``GOLDEN=write`` writes the files anew: read the diff."""

from __future__ import annotations

import json
import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from chat.card import (
    Accent,
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
from chat.discord.commands import render_commands
from chat.discord.marks import has_key, nonce, server_of
from chat.discord.render import render_card, render_form
from chat.form import Choice, Choices, Date, Form, Line, Paragraph
from chat.ids import Platform, UserRef, Workspace
from chat.limits import LimitError
from chat.text import BadgeMention, Bold, Code, Link, Mention, Moment, MomentStyle, rich
from tests.chat.discord.stage import COMMANDS, MENUS, violations

HERE = Path(__file__).parent / "golden"
HOME = Workspace(Platform.DISCORD, "901")
AYA = UserRef(Platform.DISCORD, "901", "77")
AT = datetime(2026, 12, 4, 10, tzinfo=UTC)

ROLES = {"Python": "4001", "4002": "4002"}
CARDS = {
    "call": Card(
        parts=(
            Text(
                rich(
                    BadgeMention("Python", "Python"),
                    " と ",
                    BadgeMention("4002", "Go"),
                    " と ",
                    BadgeMention("Rust", "*Rust*"),
                )
            ),
        ),
        notify_badges=("Python", "Rust"),
    ),
    "welcome": Card(
        accent=Accent.WARM,
        notify=(AYA, UserRef(Platform.SLACK, "T1", "U1")),
        parts=(
            Title("ようこそ、彩さん"),
            Text(
                rich(Mention(AYA, "彩"), " さん、", Bold("はじめまして"), "。", Code("/tsudoi help"), " で案内します。")
            ),
            Buttons(
                (Button("intro", "自己紹介する", Style.PRIMARY), LinkButton("https://example.com/rules", "ルール"))
            ),
            Footnote(rich("この案内は一度だけ届きます。")),
        ),
    ),
    "meetup": Card(
        accent=Accent.GOOD,
        parts=(
            Title("もくもく会 #3"),
            Fields(
                (
                    Field("日時", rich(Moment(AT, MomentStyle.FULL, "12月4日 19:00"))),
                    Field("場所", rich(Link("https://example.com/map", "渋谷"))),
                )
            ),
            Image("https://example.com/hall.png", "会場の写真"),
            Divider(),
            Buttons(
                (
                    Button("rsvp:3", "参加する", Style.PRIMARY),
                    Button("cancel:3", "やめる", Style.DANGER),
                    Button("full:3", "満席", disabled=True),
                )
            ),
        ),
    ),
    "quote": Card(parts=(Quote("*強調* @everyone\n[銀行](https://evil.example)"), Text(rich("という質問です")))),
    "select": Card(
        accent=Accent.ALERT,
        parts=(
            Select(
                action="topics",
                placeholder="話題を選ぶ",
                options=(Option("py", "Python"), Option("go", "Go"), Option("rs", "Rust")),
                chosen=("go",),
                least=0,
                most=3,
            ),
        ),
    ),
}
FORMS = {
    "form": Form(
        id="intro:77",
        title="自己紹介",
        submit="送る",
        cancel="やめる",
        fields=(
            Line(key="name", label="名前", hint="呼ばれたい名前", placeholder="あや", value="彩", max_length=40),
            Paragraph(key="about", label="ひとこと", required=False),
            Choice(key="stage", label="段階", options=(Option("new", "新人"), Option("old", "古株")), value="new"),
            Choices(
                key="topics",
                label="話題",
                options=(Option("a", "い"), Option("b", "ろ")),
                values=("b",),
                required=False,
            ),
            Date(key="day", label="日", value=date(2026, 12, 4)),
        ),
    ),
    "blank": Form(
        id="x", title="x", submit="x", cancel="x", fields=(Line(key="k", label="k"), Date(key="d", label="d"))
    ),
}


def _compare(name: str, drawn: object) -> None:
    file = HERE / f"{name}.json"
    if os.environ.get("GOLDEN") == "write":
        file.write_text(json.dumps(drawn, ensure_ascii=False, indent=2) + "\n")
    assert drawn == json.loads(file.read_text())


@pytest.mark.parametrize("name", CARDS)
def test_cards_are_drawn_as_agreed(name: str) -> None:
    drawn = render_card(CARDS[name], HOME, key=f"key of {name}", roles=ROLES)
    _compare(name, drawn)
    assert violations("MessageCreateRequest", {**drawn, "nonce": nonce(name), "enforce_nonce": True}) == []


@pytest.mark.parametrize("name", FORMS)
def test_forms_are_drawn_as_agreed(name: str) -> None:
    drawn = render_form(FORMS[name])
    _compare(name, drawn)
    assert violations("ModalInteractionCallbackRequestData", drawn) == []


def test_commands_are_written_as_agreed() -> None:
    drawn = render_commands(COMMANDS, MENUS)
    _compare("commands", drawn)
    for one in drawn:
        assert violations("ApplicationCommandUpdateRequest", one) == []


def test_only_who_is_to_be_notified_is_pinged() -> None:
    assert render_card(CARDS["welcome"], HOME)["allowed_mentions"] == {"parse": [], "users": ["77"]}
    assert render_card(CARDS["quote"], HOME)["allowed_mentions"] == {"parse": [], "users": []}


def test_marks_tell_key_and_server_and_are_valid_ids() -> None:
    for text in ("a", "b", "digest:2026-W47:1"):
        drawn = render_card(CARDS["welcome"], HOME, key=text)
        assert has_key(drawn, text)
        assert not has_key(drawn, text + "x")
        assert server_of(drawn, ("900", "901")) == "901"
        assert server_of(drawn, ("900",)) is None
        ids = [drawn["components"][0]["id"], *(c["id"] for c in drawn["components"][0]["components"] if "id" in c)]
        assert len(set(ids)) == 3
        assert all(0 < id_ < 2**31 for id_ in ids)


def test_a_nonce_is_short_and_its_keys_own() -> None:
    assert len(nonce("k")) == 25
    assert nonce("k") == nonce("k") != nonce("l")


def test_all_that_a_card_may_hold_can_be_shown() -> None:
    mentions = [Mention(AYA, "@everyone") for _ in range(10)]
    link = Link("https://example.com/" + "x" * 400, "*")
    tight = Card(
        parts=(Text(rich("*@everyone" * 230, *mentions, link)), Quote("\n" * 100 + "_" * 100), Title("#" * 150))
    )
    shown = render_card(tight, HOME)
    assert sum(len(part["content"]) for part in shown["components"][0]["components"]) <= 4000
    with pytest.raises(LimitError, match="characters of a card"):
        Card(parts=tuple(Text(rich(Link("https://example.com/" + "x" * 480, str(n)))) for n in range(9)))
