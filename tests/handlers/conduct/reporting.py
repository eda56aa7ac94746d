"""What the tests of reports do again and again."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from chat.answers import Answer
from chat.card import Button, Buttons, Card
from chat.effects import DirectMessage, Post, RedrawPost
from chat.form import Choice, Form
from chat.ids import MessageRef, UserRef, Workspace
from community.conduct.cases import Case, CaseState, Note, NoteKind, Report
from storage.unit import Unit
from tests.handlers.stage import SLACK, Stage, card_of, form_of, text_of

BAD_WORDS = "You are useless & everybody <laughs> at you"
FILLED: dict[str, Any] = {"reason": "insult", "words": "It hurts, please help", "name": "nameless", "urgent": "no"}
NAMED = FILLED | {"name": "named"}
URGENT = {"urgent": "yes"}


async def people(stage: Stage, workspace: Workspace = SLACK) -> tuple[UserRef, UserRef, UserRef, UserRef]:
    """Let two moderators join, who reports, and who is reported."""
    told: dict[str, Any] = {"is_admin": True, "badges": frozenset({"keepers"})}
    boss, aide = [await stage.joins(name, workspace, **told) for name in ("boss", "aide")]
    return boss, aide, await stage.joins("emi", workspace), await stage.joins("bad", workspace)


async def opens(
    stage: Stage, emi: UserRef, bad: UserRef, text: str = BAD_WORDS, **more: object
) -> tuple[Form, MessageRef]:
    """Let somebody open the form about a message of somebody else."""
    message = more.pop("message", None) or await stage.says(bad, text)
    assert isinstance(message, MessageRef)
    answer = await stage.uses_menu(emi, "report_message", message, author=bad, text=text, **more)
    return form_of(answer), message


async def reports(
    stage: Stage, emi: UserRef, bad: UserRef, values: dict[str, Any] | None = None, **more: object
) -> Answer:
    """Let somebody report a message."""
    form, _ = await opens(stage, emi, bad, **more)  # type: ignore[arg-type]
    return await stage.sends(emi, form, values or NAMED)


async def the_case(stage: Stage, n: int = -1) -> Case:
    """Return a case, the newest where nothing else is said."""
    async with stage.db.writing() as conn:
        found = await unit_of(stage, conn).cases.page(states=tuple(CaseState))
    return sorted(found, key=lambda case: case.id)[n]


async def all_reports(stage: Stage, case: Case) -> list[Report]:
    async with stage.db.writing() as conn:
        return await unit_of(stage, conn).cases.reports(case.id)


async def notes(stage: Stage, case: Case) -> list[tuple[NoteKind, str]]:
    async with stage.db.writing() as conn:
        found: list[Note] = await unit_of(stage, conn).cases.notes(case.id)
    return [(one.kind, one.words) for one in found]


def unit_of(stage: Stage, conn: AsyncConnection) -> Unit:
    return Unit(conn, stage.settings.id, stage.now)


async def ends(stage: Stage, who: UserRef, case: Case, outcome: str = "warned", words: str = "We spoke.") -> Answer:
    """Let a moderator say an outcome, look at it, and do it."""
    looked = await stage.sends(who, f"case_end:{case.id}", {"outcome": outcome, "words": words})
    return await stage.presses(who, card_of(looked), "case_do")


def code_in(answer: Answer) -> str:
    """Return the code that somebody without a name was given."""
    (found,) = [a for a in actions(card_of(answer)) if a.startswith("conduct_code:")]
    return found.partition(":")[2]


def actions(card: Card) -> list[str]:
    return [b.action for p in card.parts if isinstance(p, Buttons) for b in p.buttons if isinstance(b, Button)]


def cards_sent(stage: Stage) -> list[str]:
    """Return the words of everything that was posted, drawn anew or written, and forget it."""
    found = [text_of(one) for one in stage.sent if isinstance(one, Post | RedrawPost | DirectMessage)]
    stage.sent.clear()
    return found


def options_of(form: Form, key: str) -> list[tuple[str, str]]:
    """Return what can be chosen in a field, as (value, label)."""
    (field,) = [field for field in form.fields if field.key == key]
    assert isinstance(field, Choice)
    return [(option.value, option.label) for option in field.options]


def value_of(form: Form, key: str) -> str | None:
    """Return what is chosen in a field already."""
    (field,) = [field for field in form.fields if field.key == key]
    assert isinstance(field, Choice)
    return field.value
