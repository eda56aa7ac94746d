from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.discord.markdown import Writer, escape
from chat.ids import Place, Platform, UserRef, Workspace
from chat.text import Bold, ChannelLink, Code, Link, Mention, Moment, MomentStyle, rich

HOME = Workspace(Platform.DISCORD, "1")


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("*太字* _斜_ ~~消~~ ||隠|| `code`", r"\*太字\* \_斜\_ \~\~消\~\~ \|\|隠\|\| \`code\`"),
        ("> 引用", r"\> 引用"),
        ("# 見出し", r"\# 見出し"),
        ("-# 小さく", r"-\# 小さく"),
        ("- 点\n  - 点", "\\- 点\n  \\- 点"),
        ("* 点", r"\* 点"),
        ("1. 番号", r"1\. 番号"),
        ("[銀行](https://evil.example/a_b)", r"\[銀行\](https://evil.example/a_b)"),
        ("<@123> <@&4> <#5> <:x:6> <t:7:R> </go:8>", r"\<@" + "\u200b" + r"123\>"),
        ("@everyone @here @HERE", "@\u200beveryone @\u200bhere @\u200bHERE"),
        ("a@example.com", "a@example.com"),
        (r"\*not bold\*", r"\\\*not bold\\\*"),
        ("https://example.com/a_b_c?x=1&y=2#z", "https://example.com/a_b_c?x=1&y=2#z"),
        ("||https://example.com/*a*||", r"\|\|https://example.com/*a*||"),
        ("😀🎉", "😀🎉"),
        ("Z͑ͫ̓a̴l͢g̸o̕", "Z͑ͫ̓a̴l͢g̸o̕"),
        ("3 - 2 = 1.", "3 - 2 = 1."),
    ],
)
def test_what_people_type_is_shown_as_they_typed_it(typed: str, written: str) -> None:
    assert escape(typed).startswith(written)


def test_a_name_cannot_turn_round_what_stands_after_it() -> None:
    assert escape("\u202egnp.exe") == "\u202egnp.exe\u202c"
    assert escape("\u2067مرحبا") == "\u2067مرحبا\u2069"
    assert escape("مرحبا") == "مرحبا"


@given(st.text(alphabet="*_~|`<>[]()#\\@-+.1 ae\n!&9", max_size=60))
def test_no_sign_of_style_stands_bare(typed: str) -> None:
    compact = escape(typed, compact=True)
    assert not set("*_~|`<>[]\\#@") & set(compact)
    assert len(compact) == len(typed)
    plain = escape(typed)
    assert "@everyone" not in plain
    bare = plain.replace("\\\\", "")
    for sign in "*~|`<>[]":
        assert bare.count(sign) == bare.count("\\" + sign)


def test_spans_are_written_as_tokens_at_home_and_by_name_elsewhere() -> None:
    here, there = UserRef(Platform.DISCORD, "1", "22"), UserRef(Platform.SLACK, "T1", "U22")
    at = datetime(2026, 12, 4, 10, tzinfo=UTC)
    text = rich(
        Mention(here, "彩"),
        " ",
        Mention(there, "*健*"),
        " ",
        ChannelLink(Place(Platform.DISCORD, "1", "3", "4"), "談話"),
        " ",
        ChannelLink(Place(Platform.DISCORD, "2", "3"), "よそ"),
        " ",
        *(Moment(at, style, "") for style in MomentStyle),
    )
    stamps = f"<t:{int(at.timestamp())}:D><t:{int(at.timestamp())}:t><t:{int(at.timestamp())}:F>"
    assert Writer(HOME).rich(text) == rf"<@22> @\*健\* <#4> #よそ {stamps}<t:{int(at.timestamp())}:R>"


def test_styles_of_ours_hold_plain_text() -> None:
    writer = Writer(HOME)
    assert writer.rich(rich(Bold("a*b"))) == r"**a\*b**"
    assert writer.rich(rich(Bold(" "))) == " "
    assert writer.rich(rich(Bold("https://a/b**c"))) == r"**https://a/b\*\*c**"
    assert writer.rich(rich(Code("/tsudoi `me`"))) == "`/tsudoi ˋmeˋ`"
    assert writer.rich(rich(Link("https://example.com/a_(b)", "詳細 [1]"))) == (
        r"[詳細 \[1\]](https://example.com/a_%28b%29)"
    )
    assert writer.rich(rich(Link("https://example.com", "https://example.com"))) == "https://example.com"
