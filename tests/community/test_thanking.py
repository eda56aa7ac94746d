"""The rules of thanks: what counts, what is the same once more, and what moderators are shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.ids import MessageRef, Place, Platform
from community.people.topics import Level
from community.thanks.giving import (
    HINTS_A_DAY,
    Receiver,
    Refusal,
    State,
    Thanked,
    Way,
    day_began,
    emoji_of,
    judge,
    may_ask,
    message_key,
    what_for,
    whom,
)
from community.thanks.lists import CouldGive, Help, Open, Settled, could_give, unthanked
from community.thanks.settings import ThanksSettings
from community.thanks.words import says_thanks

NOW = datetime(2026, 12, 4, 3, 0, tzinfo=UTC)
MORNING = datetime(2026, 12, 3, 15, 0, tzinfo=UTC)
HERE = Place(Platform.SLACK, "T1", "C1")
AKI, BEN, CHO = 1, 2, 3


def said(way: Way = Way.COMMAND, words: str = "the tea", **more: object) -> Thanked:
    start: dict[str, object] = {"key": "new", "giver": AKI, "receiver": BEN, "words": words, "way": way, "at": NOW}
    return Thanked(**(start | more))  # type: ignore[arg-type]


def was(n: int = 9, **more: object) -> Thanked:
    start: dict[str, object] = {"id": n, "key": f"old{n}", "state": State.GIVEN, "at": NOW - timedelta(hours=1)}
    return said(**(start | more))  # type: ignore[arg-type]


def about(message: str, thread: str | None = None) -> MessageRef:
    return MessageRef(Place("slack", "T1", "C1", thread), message)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("new", "to", "lately", "why"),
    [
        (said(), Receiver(member=BEN), [], None),
        (said(), Receiver(member=AKI), [], Refusal.SELF),
        (said(receiver=AKI), Receiver(member=AKI, is_bot=True), [], Refusal.SELF),
        (said(), Receiver(member=BEN, is_bot=True), [], Refusal.BOT),
        (said(), Receiver(member=BEN, is_here=False), [], Refusal.GONE),
        (said(words=""), Receiver(member=BEN), [], Refusal.EMPTY),
        (said(Way.MENU, ""), Receiver(member=BEN), [], None),
        (said(words="a" * 300), Receiver(member=BEN), [], None),
        (said(words="a" * 301), Receiver(member=BEN), [], Refusal.LONG),
        (said(), Receiver(member=BEN), [was(words="The TEA!")], Refusal.TWICE),
        (said(), Receiver(member=BEN), [was(words="the cake")], None),
        (said(words="!!"), Receiver(member=BEN), [was(words="??")], None),
        (said(), Receiver(member=BEN), [was(receiver=CHO)], None),
        (said(), Receiver(member=BEN), [was(at=NOW - timedelta(days=1))], None),
        (said(), Receiver(member=BEN), [was(state=State.WITHDRAWN)], None),
        (said(), Receiver(member=BEN), [was(state=State.NOTICED)], None),
        (said(), Receiver(member=BEN), [was(giver=CHO)], None),
        (said(id=9), Receiver(member=BEN), [was(9)], None),
        (said(Way.MENU, "", about=about("m1")), Receiver(member=BEN), [was(words="", about=about("m2"))], None),
        (said(Way.MENU, "", about=about("m2", "m1")), Receiver(member=BEN),
         [was(way=Way.MENU, words="", about=about("m3", "m1"))], None),
        (said(Way.WORDS, "", about=about("m2", "m1")), Receiver(member=BEN),
         [was(way=Way.MENU, words="", about=about("m3", "m1"))], Refusal.TWICE),
        (said(Way.REACTION, "", about=about("m1")), Receiver(member=BEN),
         [was(way=Way.WORDS, words="", about=about("m2", "m1"))], Refusal.TWICE),
        (said(Way.REACTION, "", about=about("m1")), Receiver(member=BEN),
         [was(way=Way.COMMAND, about=MessageRef(HERE, ""))], None),
    ],
)  # fmt: skip
def test_what_is_taken_as_thanks(new: Thanked, to: Receiver, lately: list[Thanked], why: Refusal | None) -> None:
    assert judge(new, to, lately, quota=5, day_began=MORNING) is why


@pytest.mark.parametrize(("before", "why"), [(4, None), (5, Refusal.QUOTA), (6, Refusal.QUOTA)])
def test_the_quota_is_of_the_day(before: int, why: Refusal | None) -> None:
    to = Receiver(member=BEN)
    lately = [was(n + 10, receiver=n + 10) for n in range(before)]
    assert judge(said(), to, lately, quota=5, day_began=MORNING) is why
    yesterday = [replace(old, at=MORNING - timedelta(seconds=1)) for old in lately]
    assert judge(said(), to, yesterday, quota=5, day_began=MORNING) is None
    assert judge(said(Way.REACTION, ""), to, lately, quota=5, day_began=MORNING) is None
    quiet = [replace(old, way=Way.REACTION, words="") for old in lately]
    assert judge(said(), to, quiet, quota=5, day_began=MORNING) is None
    assert judge(said(Way.REACTION, ""), to, quiet, quota=5, day_began=MORNING) is why


WAYS = st.sampled_from(Way)
STEPS = st.lists(
    st.tuples(WAYS, st.integers(1, 4), st.sampled_from(["", "tea", "cake", "🙏"]), st.integers(0, 40)), max_size=60
)


@given(STEPS, st.integers(1, 6))
def test_however_much_is_said_a_day_holds_no_more_than_its_quota_and_nobody_thanks_themself(
    steps: list[tuple[Way, int, str, int]], quota: int
) -> None:
    given_: list[Thanked] = []
    at = NOW
    for n, (way, receiver, words, minutes) in enumerate(steps):
        at += timedelta(minutes=minutes)
        new = said(way, words, key=f"k{n}", receiver=receiver, at=at, about=about(f"m{receiver}{words}"))
        began = day_began(at, ZoneInfo("Asia/Tokyo"))
        if judge(new, Receiver(member=receiver), given_, quota=quota, day_began=began) is None:
            given_.append(replace(new, id=n + 1, state=State.GIVEN))
    assert all(thanks.receiver != AKI for thanks in given_)
    for quiet in (True, False):
        kind = [t for t in given_ if (t.way in (Way.REACTION, Way.WORDS)) is quiet]
        days = [day_began(t.at, ZoneInfo("Asia/Tokyo")) for t in kind]
        assert all(days.count(day) <= quota for day in days)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("for explaining it", "explaining it"),
        ("For: the tea", "the tea"),
        ("for", ""),
        ("  ", ""),
        ("forgiving me", "forgiving me"),
        ("レビューしてくれた", "レビューしてくれた"),
        ("the\u202e tea\x00", "the tea"),
        ("two\nlines", "two\nlines"),
    ],
)
def test_words_lose_the_for_of_the_command(typed: str, words: str) -> None:
    assert what_for(typed) == words


@given(st.text())
def test_whatever_is_typed_is_read(typed: str) -> None:
    words = what_for(typed)
    assert words == words.strip()
    assert isinstance(emoji_of(typed), str)


@pytest.mark.parametrize(
    ("typed", "emoji"),
    [("🙏", "🙏"), ("🙏🏿", "🙏"), ("pray", "🙏"), (":pray:", "🙏"), (":kansha:", "kansha"), ("❤️", "❤"), ("", "")],
)
def test_an_emoji_is_one_whatever_its_tone(typed: str, emoji: str) -> None:
    assert emoji_of(typed) == emoji


@pytest.mark.parametrize(
    ("mentioned", "quoted", "thread", "who"),
    [
        ([BEN], None, [], BEN),
        ([BEN, AKI], None, [], BEN),
        ([BEN, CHO], None, [], None),
        ([BEN], CHO, [CHO], BEN),
        ([], CHO, [BEN], CHO),
        ([], AKI, [AKI, BEN], None),
        ([], None, [AKI, BEN], BEN),
        ([], None, [AKI, BEN, CHO], None),
        ([], None, [AKI], None),
        ([AKI], None, [], None),
    ],
)
def test_whom_words_are_for(mentioned: list[int], quoted: int | None, thread: list[int], who: int | None) -> None:
    assert whom(AKI, mentioned, quoted, thread) == who


def test_a_message_has_one_name_in_its_channel_and_in_its_thread() -> None:
    assert message_key(AKI, about("m1")) == message_key(AKI, about("m1", "m1"))
    assert message_key(AKI, about("m1")) != message_key(BEN, about("m1"))


def test_questions_about_words_are_few() -> None:
    asked = [was(n, way=Way.WORDS) for n in range(HINTS_A_DAY)]
    assert may_ask(asked[1:])
    assert not may_ask(asked)
    assert may_ask([replace(one, way=Way.MENU) for one in asked])


@pytest.mark.parametrize(
    ("now", "zone", "began"),
    [
        (datetime(2026, 12, 4, 14, 59, tzinfo=UTC), "Asia/Tokyo", datetime(2026, 12, 3, 15, 0, tzinfo=UTC)),
        (datetime(2026, 12, 4, 15, 0, tzinfo=UTC), "Asia/Tokyo", datetime(2026, 12, 4, 15, 0, tzinfo=UTC)),
        (datetime(2026, 10, 25, 12, 0, tzinfo=UTC), "Europe/Berlin", datetime(2026, 10, 24, 22, 0, tzinfo=UTC)),
    ],
)
def test_a_day_begins_where_the_giver_lives(now: datetime, zone: str, began: datetime) -> None:
    assert day_began(now, ZoneInfo(zone)) == began


@pytest.mark.parametrize(
    ("text", "yes"),
    [
        ("Thanks, that did it!", True),
        ("ありがとうございます、解決しました", True),
        ("It works now", False),
        ("Thanks in advance", False),
        ("ありがとうございます。でもまだ同じエラーです", False),
    ],
)
def test_words_of_thanks_are_told_from_others(text: str, *, yes: bool) -> None:
    assert says_thanks(text) is yes


# ---- what moderators are shown


def helped(*pairs: tuple[int, int]) -> list[Help]:
    return [Help(member, question, NOW + timedelta(minutes=n)) for n, (member, question) in enumerate(pairs)]


@pytest.mark.parametrize(
    ("helps", "thanked", "found"),
    [
        (helped((BEN, 1), (BEN, 2)), (), {BEN: (2, 1)}),
        (helped((BEN, 1), (BEN, 1)), (), {}),
        (helped((BEN, 1), (BEN, 2)), (BEN,), {}),
        (helped((BEN, 1), (CHO, 2), (BEN, 3), (CHO, 1), (BEN, 1)), (), {BEN: (1, 3), CHO: (1, 2)}),
        ([], (), {}),
    ],
)
def test_who_helped_and_was_not_thanked(helps: list[Help], thanked: tuple[int, ...], found: dict[int, object]) -> None:
    assert unthanked(helps, thanked) == found


SOLVED = Settled(AKI, 1, "python", NOW)


@pytest.mark.parametrize(
    ("settled", "waiting", "levels", "engaged", "found"),
    [
        ([SOLVED], [Open(5, "python", BEN, NOW)], {}, (), [CouldGive(AKI, 1, 5, by_level=False)]),
        ([SOLVED], [Open(5, "ops", BEN, NOW)], {}, (), []),
        ([SOLVED], [Open(5, None, BEN, NOW)], {}, (), []),
        ([SOLVED], [Open(5, "python", AKI, NOW)], {}, (), []),
        ([SOLVED], [Open(5, "python", BEN, NOW)], {}, {(AKI, 5)}, []),
        ([SOLVED], [Open(5, "ops", BEN, NOW)], {(AKI, "ops"): Level.EXPERT}, (), [CouldGive(AKI, 1, 5, by_level=True)]),
        ([SOLVED], [Open(5, "ops", BEN, NOW)], {(AKI, "ops"): Level.BEGINNER}, (), []),
        ([SOLVED], [Open(5, "python", BEN, NOW), Open(4, "python", BEN, NOW - timedelta(days=1))], {}, (),
         [CouldGive(AKI, 1, 4, by_level=False)]),
        ([], [Open(5, "python", BEN, NOW)], {(AKI, "python"): Level.EXPERT}, (), []),
    ],
)  # fmt: skip
def test_who_was_helped_and_could_now_give(
    settled: list[Settled],
    waiting: list[Open],
    levels: dict[tuple[int, str], Level],
    engaged: set[tuple[int, int]],
    found: list[CouldGive],
) -> None:
    assert could_give(settled, waiting, levels, engaged) == found


@pytest.mark.parametrize(
    "change", [{"daily_quota": 0}, {"daily_quota": 101}, {"reaction": "🙏 🙏"}, {"reaction": "a" * 51}]
)
def test_settings_that_make_no_sense_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="thanks"):
        ThanksSettings(**change)  # type: ignore[arg-type]
