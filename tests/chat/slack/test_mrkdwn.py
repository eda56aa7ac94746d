"""What members type can neither style, mention nor turn around what stands beside it."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.ids import Place, Platform, UserRef
from chat.slack import mrkdwn
from chat.text import Bold, ChannelLink, Code, Link, Mention, Moment, MomentStyle, RichText, rich

YUI = UserRef(Platform.SLACK, "T1", "U1")
J = mrkdwn.JOINER


def shown(*spans: object, notify: tuple[UserRef, ...] = ()) -> str:
    return mrkdwn.render(rich(*spans), "T1", notify)  # type: ignore[arg-type]


def as_read(text: str) -> str:
    """Undo what cannot be seen."""
    for invisible in (J, mrkdwn.GAP):
        text = text.replace(invisible, "")
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


@pytest.mark.parametrize("ping", ["<!channel>", "<!here|x>", "<@U1>", "<#C1>", "<https://x|click>", "<!subteam^S1>"])
def test_a_typed_token_is_no_token(ping: str) -> None:
    assert "<" not in shown(ping)
    assert as_read(shown(ping)) == ping


@pytest.mark.parametrize("text", ["*bold*", "_it_", "~no~", "`code`", "```x```", "*_~`all`~_*", "a *b* c", "(*b*)"])
def test_a_typed_control_character_stands_between_joiners(text: str) -> None:
    out = shown(text)
    assert not re.search(rf"(?<!{J})[*_~`]|[*_~`](?!{J})", out)
    assert as_read(out) == text


def test_a_name_in_snake_case_can_still_be_copied() -> None:
    assert shown("see load_member_by_id or 2*3") == "see load_member_by_id or 2*3"


def test_a_typed_quote_mark_at_the_head_of_a_line_quotes_nothing() -> None:
    assert shown("a > b\n> c\n  > d") == f"a &gt; b\n{J}&gt; c\n  {J}&gt; d"


@pytest.mark.parametrize("text", ["Z̸̧̛̝͎̐a̷l̶g̴o̵", "🎉🎊", "👨‍👩‍👧", "العربية", "　全角　"])
def test_unusual_text_goes_through_unchanged(text: str) -> None:
    assert shown(text) == text


def test_an_open_direction_is_closed_where_the_text_ends() -> None:
    assert shown("\u202eevil", " after") == "\u202eevil\u202c after"
    assert shown("\u2067x\u2069") == "\u2067x\u2069"
    assert shown("\u202a\u2066x") == "\u202a\u2066x\u2069\u202c"


def test_only_who_is_to_be_notified_is_mentioned() -> None:
    mention = Mention(YUI, "Yui *star*")
    assert shown(mention, notify=(YUI,)) == "<@U1>"
    assert "<@" not in shown(mention)
    assert as_read(shown(mention)) == "*@Yui *star**"


def test_a_member_of_another_workspace_or_platform_is_shown_by_name() -> None:
    for user in (UserRef(Platform.SLACK, "T2", "U1"), UserRef(Platform.DISCORD, "T1", "U1")):
        assert shown(Mention(user, "Ken"), notify=(user,)) == "*@Ken*"


def test_markup_of_ours_stands_apart_from_japanese_text() -> None:
    out = shown("参加者は", Bold("太郎"), "です")
    assert out == f"参加者は{mrkdwn.GAP}*太郎*{mrkdwn.GAP}です"
    assert shown("for ", Bold("Taro"), " now") == "for *Taro* now"
    assert shown(Bold(" two \nlines ")) == " *two* \n*lines* "


def test_code_holds_no_backtick_and_no_line_end() -> None:
    assert shown(Code("a`b\nc<d>")) == "`aˋb c&lt;d&gt;`"


def test_channels_times_and_links() -> None:
    here, there = Place(Platform.SLACK, "T1", "C1"), Place(Platform.DISCORD, "9", "8")
    assert shown(ChannelLink(here, "general")) == "<#C1>"
    assert shown(ChannelLink(there, "g_*")) == f"#g{J}_{J}{J}*{J}"
    at = datetime(2026, 12, 4, 10, tzinfo=UTC)
    assert shown(Moment(at, MomentStyle.FULL, "4 Dec, 19:00 <JST>|")) == (
        "<!date^1796378400^{date_long} {time}|4 Dec, 19:00 &lt;JST&gt;｜>"
    )
    assert shown(Link("https://a.example/?x=1&y=2", "a|b <c>")) == "<https://a.example/?x=1&amp;y=2|a｜b &lt;c&gt;>"


@given(st.text(max_size=300))
def test_whatever_is_typed_reads_as_typed_and_holds_no_token(text: str) -> None:
    out = "".join(mrkdwn.pieces(RichText((text,)), "T1"))
    assert "<" not in out
    kept = re.sub("[\u202a-\u202e\u2066-\u2069\u2060\u200b]", "", as_read(out))
    assert kept == re.sub("[\u202a-\u202e\u2066-\u2069\u2060\u200b]", "", text) or "&" in text


@given(st.text(alphabet="ab*_&<>\n ", max_size=400), st.integers(20, 60))
def test_parting_loses_nothing_and_never_cuts_an_entity(text: str, limit: int) -> None:
    pieces = mrkdwn.pieces(RichText((text,)), "T1")
    parted = mrkdwn.chunks(pieces, limit)
    assert "".join(parted) == "".join(pieces)
    assert all(len(chunk) <= limit for chunk in parted)
    assert not any(re.search(r"&(amp|lt|gt|am|a|l|g|)$", chunk) for chunk in parted)


@given(st.text(alphabet="ab*\n", max_size=400))
def test_every_part_of_a_quote_is_quoted(text: str) -> None:
    for chunk in mrkdwn.chunks(mrkdwn.quoted(text), 40, line_start="> "):
        assert all(line.startswith("> ") for line in chunk.rstrip("\n").split("\n"))
