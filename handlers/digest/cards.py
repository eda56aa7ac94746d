"""The digest as a card: in the channel's language, or both, and never more than a card holds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from chat.card import Accent, Button, Buttons, Card, Divider, Footnote, Part, Text, Title
from chat.ids import Place
from chat.limits import LimitError
from chat.text import RichText, join
from community.digest.choosing import SHOWN
from community.digest.week import Week, zone_of_digest
from handlers.context import Context
from handlers.digest.gather import Story
from handlers.digest.sections import Section, Teller
from handlers.public import languages_of, shortened
from locales import Translator, translator

NAME = 50  # characters of the community's name in a title
_HALF_A_DAY = timedelta(hours=12)  # a day belongs to the week that has more of it
# Beside a preview stand a line, buttons and small print; a digest that had no room for them could not be shown before
_BESIDE: tuple[Part, ...] = (
    Divider(),
    Buttons(tuple(Button(f"beside:{n}", "–") for n in range(4))),
    Footnote(RichText(("–" * 500,))),
)


async def digest_card(ctx: Context, story: Story, place: Place, opening: str) -> Card | None:
    """Return the digest for a place; none where there is nothing to say."""
    if not story.digest:
        return None
    spoken = [translator(language) for language in languages_of(ctx, place)]
    told = [(t, await Teller(ctx, story, place, t).sections()) for t in spoken]
    head = _head(ctx, spoken)
    tail = (
        Buttons((Button(f"digest_mine:{story.week.name}", _both([t.line("What is there for me?") for t in spoken])),)),
    )
    for most, dropped in [(n, 0) for n in range(SHOWN, 0, -1)] + [(1, n) for n in range(1, len(_ORDER) + 1)]:
        body = _body(ctx, story, [(t, _without(groups, dropped)) for t, groups in told], opening, most)
        try:
            Card(parts=(head, *body, *tail, *_BESIDE))
        except LimitError:
            continue
        return Card(parts=(head, *body, *tail), accent=Accent.CALM)
    return None


_ORDER = (1, 1, 0, 1, 2, 0, 1, 2)  # from which group a section goes first where even one line of each is too much


def _without(groups: Sequence[Sequence[Section]], dropped: int) -> list[list[Section]]:
    """Return the sections with the last of some groups left out."""
    kept = [list(group) for group in groups]
    for group in _ORDER[:dropped]:
        if kept[group]:
            kept[group].pop()
    return kept


def _head(ctx: Context, spoken: Sequence[Translator]) -> Title:
    name = shortened(ctx.config.name, NAME)
    return Title(_both([t.line("This week in {community}", community=name) for t in spoken]))


def _body(
    ctx: Context, story: Story, told: Sequence[tuple[Translator, list[list[Section]]]], opening: str, most: int
) -> list[Part]:
    parts: list[Part] = [Text(RichText((opening,)))] if opening else []
    zone = zone_of_digest(ctx.config)
    for nth, (t, groups) in enumerate(told):
        if nth:
            parts.append(Divider())
        first, last = t.days(*_days(story.week, zone))
        span = t("What happened from {first} to {last}:", first=first, last=last)
        parts.append(Text(span if opening else join("\n", [_hello(t), span])))
        if len(told) == 1:
            parts += [Text(section.text(t, most)) for group in groups for section in group]
        else:  # two languages have no room for a part of each section
            parts += [Text(join("\n\n", [section.text(t, most) for section in group])) for group in groups if group]
    return parts


def _days(week: Week, zone: ZoneInfo) -> tuple[date, date]:
    """Return the first and the last day of a week; of one that still runs, the last is today."""
    until = week.until - _HALF_A_DAY if week.slot - week.until < _HALF_A_DAY else week.until
    return min(week.since + _HALF_A_DAY, until).astimezone(zone).date(), until.astimezone(zone).date()


def _hello(t: Translator) -> RichText:
    return t("Hello everyone!")


def opening_of(spoken: Sequence[Translator]) -> str:
    """Return the words with which a digest opens where the moderators have written none."""
    return "\n".join(dict.fromkeys(_hello(t).plain() for t in spoken))


def _both(texts: Sequence[str]) -> str:
    return " / ".join(dict.fromkeys(texts))
