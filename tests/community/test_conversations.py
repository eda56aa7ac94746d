from __future__ import annotations

from community.questions.conversations import EXCHANGE, JOIN, OVER, Guesser, Said

T = 1_700_000_000.0


def _say(
    guesser: Guesser,
    at: float,
    member: int,
    *,
    channel: str = "general",
    is_question: bool = False,
    reply_to: str | None = None,
    mentions: tuple[int, ...] = (),
) -> str:
    return guesser.assign(
        Said(
            at=T + at,
            member=member,
            channel=channel,
            id=f"m{at:g}-{member}",
            is_question=is_question,
            reply_to=reply_to,
            mentions=mentions,
        )
    )


def test_an_exchange_of_two_is_one_conversation() -> None:
    guesser = Guesser()
    opened = _say(guesser, 0, 1, is_question=True)
    assert opened == "m0-1"
    assert [_say(guesser, at, who) for at, who in ((60, 2), (90, 1), (600, 2), (610, 1))] == [opened] * 4


def test_a_second_question_by_somebody_else_opens_its_own_and_each_gets_its_answers_by_name() -> None:
    guesser = Guesser()
    first = _say(guesser, 0, 1, is_question=True)
    second = _say(guesser, 30, 2, is_question=True)
    assert first != second
    assert _say(guesser, 60, 3, mentions=(1,)) == first
    assert _say(guesser, 70, 4, mentions=(2,)) == second
    assert _say(guesser, 80, 3) == first


def test_a_reply_goes_where_the_platform_says_however_late() -> None:
    guesser = Guesser()
    first = _say(guesser, 0, 1, is_question=True)
    _say(guesser, 5, 2, is_question=True)
    assert _say(guesser, OVER - 10, 3, reply_to=first) == first


def test_silence_ends_a_conversation() -> None:
    guesser = Guesser()
    first = _say(guesser, 0, 1, is_question=True)
    _say(guesser, 10, 2)
    assert _say(guesser, 10 + JOIN + EXCHANGE + 1, 3) != first


def test_a_question_that_waits_is_answered_by_the_next_who_speaks() -> None:
    guesser = Guesser()
    first = _say(guesser, 0, 1, is_question=True)
    assert _say(guesser, JOIN + 60, 2) == first


def test_channels_do_not_mix() -> None:
    guesser = Guesser()
    first = _say(guesser, 0, 1)
    assert _say(guesser, 1, 2, channel="other") != first


def test_a_forgotten_member_leaves_no_trace() -> None:
    guesser = Guesser()
    first = _say(guesser, 0, 1, is_question=True)
    guesser.forget(1)
    assert _say(guesser, 100, 2, mentions=(1,), is_question=True) != first
