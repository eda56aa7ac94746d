"""A week with more to tell than a card holds: in both languages, with the longest words, and nothing is refused."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from chat.card import Card
from chat.ids import Platform
from tests.handlers.digest.weekly import MONDAY, celebrated, digests_of, introduced, opts_out, prepare, thanked
from tests.handlers.meetups.planned import planned
from tests.handlers.questions.asked import ask
from tests.handlers.questions.asking import solved
from tests.handlers.stage import Stage, card_of, form_of, text_of

LONG = "ながい言葉と <b>&</b> long words " * 4


@pytest.mark.parametrize("spoken", ["ja+en", "en"])
async def test_the_fullest_week_fits_a_card_and_its_preview(
    build: Callable[..., Awaitable[Stage]], spoken: str
) -> None:
    stage = prepare(await build(), slack=spoken, discord=spoken)
    boss = await stage.joins("boss", is_admin=True)
    people = [await introduced(stage, f"{n}{'名' * 70}", list(Platform)[n % 2]) for n in range(8)]
    for n, who in enumerate(people):
        await ask(stage, who, f"{n} {LONG}"[:95], topic="ops")
        await solved(stage, who, people[n - 1], f"{n} solved {LONG}"[:95], topic="python")
        await thanked(stage, who, people[n - 1], LONG)
        await celebrated(stage, who, LONG)
        if n < 6:
            await planned(stage, title=f"{n} {LONG}"[:95])
    form_words = "&" * 500
    form = form_of(await stage.types(boss, "community", "digest", do="edit"))
    await stage.sends(boss, form, {"words": form_words})
    preview = card_of(await stage.types(boss, "community", "digest", do="preview"))
    assert "Only you see this" in text_of(preview)
    stage.sent.clear()
    await stage.passes(MONDAY)
    found = digests_of(stage)
    assert set(found) == set(Platform)
    for card in found.values():
        assert isinstance(card, Card)
        for head in ("Welcome", "Thank you", "Solved this week", "Who can help?", "Coming up"):
            assert head in text_of(card), head
        assert "more" in text_of(card), "what has no room is counted"


@pytest.mark.parametrize("quiet", [True, False])
async def test_a_conversation_of_many_is_told_unless_who_began_it_is_not_to_be_named(
    stage_on_both: Stage, *, quiet: bool
) -> None:
    stage = prepare(stage_on_both)
    people = [await stage.joins(f"p{n}") for n in range(4)]
    root = await stage.says(people[0], "What did you learn?", channel="python")
    for user in (*people[1:], *people[1:]):
        await stage.says(user, "A lot!", to=root)
    if quiet:
        await opts_out(stage, people[0])
    await introduced(stage, "aki")
    await stage.passes(MONDAY)
    text = text_of(digests_of(stage)[Platform.SLACK])
    assert ("A conversation in #python (3 people, 6 messages)" in text) is not quiet


async def test_what_stands_in_a_closed_channel_is_not_told(stage: Stage) -> None:
    prepare(stage)
    aki, ben = await introduced(stage, "aki"), await stage.joins("ben")
    await ask(stage, ben, "A secret question")
    await solved(stage, ben, aki, "A secret answer")
    stage.directory.missing.add("questions")  # what the bot cannot see, not everybody can
    await stage.passes(MONDAY)
    text = text_of(digests_of(stage)[Platform.SLACK])
    assert "@aki" in text
    assert "secret" not in text
