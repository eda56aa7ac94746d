"""Help: by what people want to do, without what they cannot use, within what a card holds."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from chat import limits
from chat.card import Text, Title, part_text
from community.conduct.settings import ConductSettings
from community.permissions import RULES
from handlers import COMMANDS
from handlers.help import described
from handlers.help_groups import FOR_MEMBERS, FOR_MODERATORS, MY_PULSE, UNNAMED
from locales import translator
from tests.handlers.stage import DISCORD, SLACK, Stage, card_of, text_of


def headings(shown: str, language: str = "en") -> list[str]:
    """Return the headings that stand in a help, in their order."""
    t = translator(language)
    lines = shown.splitlines()
    return [name for name in (*FOR_MEMBERS, *FOR_MODERATORS) if t.line(name) in lines]


def test_each_command_stands_below_one_heading_and_has_a_rule() -> None:
    named = [typed for group in (*FOR_MEMBERS.values(), *FOR_MODERATORS.values()) for typed in group]
    assert sorted(named) == sorted(described(COMMANDS).keys() - UNNAMED.keys()), "name it in handlers/help_groups.py"
    assert all(f"command {typed}" in RULES for typed in named)


async def test_a_member_reads_what_they_want_to_do_and_nothing_of_moderators(stage: Stage) -> None:
    aki = await stage.joins("aki", locale="en")
    shown = text_of(await stage.types(aki, "tsudoi", "help"))
    assert headings(shown) == list(FOR_MEMBERS)
    assert shown.index("Ask and find") < shown.index("/ask") < shown.index("Meet\n") < shown.index("/meetup list")
    assert "/community" not in shown
    assert "For moderators" not in shown
    assert "/tsudoi find" not in shown, "once is enough"


@pytest.mark.parametrize("workspace", [SLACK, DISCORD], ids=["slack", "discord"])
@pytest.mark.parametrize("language", ["en", "ja"])
async def test_a_moderator_reads_everything_in_parts_that_fit_both_platforms(
    stage: Stage, workspace: object, language: str
) -> None:
    stage.settings = replace(stage.settings, conduct=ConductSettings(pulse=True))
    moe = await stage.joins("moe", workspace, is_admin=True, locale=language)  # type: ignore[arg-type]
    card = card_of(await stage.types(moe, "tsudoi", "help"))
    shown = text_of(card)
    assert headings(shown, language) == [*FOR_MEMBERS, *FOR_MODERATORS]
    assert [part.text for part in card.parts if isinstance(part, Title)][-1] == translator(language).line(
        "For moderators"
    )
    assert len(card.parts) <= limits.PARTS
    assert sum(len(part_text(part)) for part in card.parts) <= limits.CARD_TEXT * 0.9, "room for the next command"
    assert all(len(part_text(part)) <= limits.BODY / 2 for part in card.parts if isinstance(part, Text))


async def test_who_may_not_plan_meetups_is_not_shown_how(stage: Stage) -> None:
    stage.settings = replace(
        stage.settings,
        workspaces=tuple(replace(one, organiser_badges=("hosts",)) for one in stage.settings.workspaces),
    )
    aki = await stage.joins("aki", locale="en")
    shown = text_of(await stage.types(aki, "tsudoi", "help"))
    assert "Plan a meetup" in shown, "one that was handed over can be changed"
    for typed in ("/meetup new", "/meetup duplicate", "/meetup csv"):
        assert typed not in shown
    assert "/meetup list" in shown
    assert "/meetup participants" in text_of(await stage.types(aki, "meetup")), "of one that was handed over"


async def test_the_pulse_stands_there_where_it_is_asked(stage: Stage) -> None:
    aki = await stage.joins("aki", locale="en")
    assert f"/{MY_PULSE}" not in text_of(await stage.types(aki, "tsudoi", "help"))
    stage.settings = replace(stage.settings, conduct=ConductSettings(pulse=True))
    assert f"/{MY_PULSE}" in text_of(await stage.types(aki, "tsudoi", "help"))


async def test_the_help_of_the_moderators_command_has_headings_and_is_theirs(stage: Stage) -> None:
    moe = await stage.joins("moe", is_admin=True, locale="en")
    shown = text_of(await stage.types(moe, "community", text="help"))
    assert headings(shown) == list(FOR_MODERATORS)
    assert "/ask" not in shown
    aki = await stage.joins("aki", locale="en")
    assert headings(text_of(await stage.types(aki, "community"))) == list(FOR_MEMBERS)
