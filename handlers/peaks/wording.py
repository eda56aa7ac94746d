"""A peak moment in words: warm and particular, and naming nobody who does not want to be named."""

from __future__ import annotations

from chat.card import Accent, Card, Divider, Part, Quote, Text
from chat.ids import Place
from chat.text import Mention, RichText
from community.questions.life import CloseReason
from community.recognition.moments import Moment, wording_of
from handlers.context import Context
from handlers.peaks.finding import is_open
from handlers.public import is_closed, languages_of, mention_of, shortened
from locales import Translator, translator
from storage.people.choices import DIGEST, OFF, RECOGNITION

TITLE = 80  # characters of a question's or meetup's title in a sentence
Value = str | RichText | Mention


async def moment_text(ctx: Context, moment: Moment, place: Place, t: Translator) -> RichText:
    """Return a moment in one sentence or two, as it is said at a place."""
    known: dict[str, Value] = {}
    if moment.member is not None:
        known["who"] = await mention_of(ctx, moment.member, place, t) or t.line("a member")
    if (n := moment.data.get("n")) is not None:
        known["n"] = f"{n:,}"
    if (minutes := moment.data.get("minutes")) is not None:
        known["time"] = t.n("{n} minute", "{n} minutes", minutes)
    if (years := moment.data.get("years")) is not None:
        known["time"] = t.n("{n} year", "{n} years", years)
    if (by := await _named(ctx, moment.by, place, t)) is not None:
        known["by"] = by
    await _add_question(ctx, moment, known, place, t)
    await _add_meetup(ctx, moment, known)
    return t(wording_of(moment.peak, known), **known)


async def _add_question(ctx: Context, moment: Moment, known: dict[str, Value], place: Place, t: Translator) -> None:
    question = await ctx.db.questions.get(moment.data["question"]) if "question" in moment.data else None
    if question is None or question.root is None or question.close_reason is CloseReason.DELETED:
        return
    if is_closed(ctx, question.root.place, unseen=True) or not question.title.strip():
        return
    asker = question.asker
    if asker is not None and (await ctx.db.choices.of(asker)).get(DIGEST) == OFF:
        return  # who does not want to be named is found by the title, too
    known["title"] = shortened(" ".join(question.title.split()), TITLE)
    named = None if question.anonymous else await _named(ctx, asker, place, t)
    if named is not None:
        known["asker"] = named


async def _add_meetup(ctx: Context, moment: Moment, known: dict[str, Value]) -> None:
    stored = await ctx.db.meetups.get(moment.data["meetup"]) if "meetup" in moment.data else None
    if stored is not None and not stored.meetup.plan.hide_attendees and await is_open(ctx, stored.id):
        known["title"] = shortened(" ".join(stored.meetup.plan.title.split()), TITLE)


async def _named(ctx: Context, member_id: int | None, place: Place, t: Translator) -> Mention | None:
    """Return another member of a moment, where they are here and may be named."""
    member = await ctx.db.people.by_id(member_id) if member_id is not None else None
    if member is None or member.left_at is not None or member.is_bot:
        return None
    chosen = await ctx.db.choices.of(member.id)
    if "off" in (chosen.get(RECOGNITION), chosen.get(DIGEST)):
        return None
    return await mention_of(ctx, member.id, place, t)


async def moment_parts(ctx: Context, moment: Moment, place: Place, languages: tuple[str, ...]) -> list[Part]:
    """Return a moment in some languages, with the words of who nominated."""
    parts: list[Part] = []
    for nth, language in enumerate(languages):
        if nth:
            parts.append(Divider())
        parts.append(Text(await moment_text(ctx, moment, place, translator(language))))
    return [*parts, Quote(moment.words)] if moment.words else parts


async def moment_card(ctx: Context, moment: Moment, place: Place) -> Card:
    """Return the post of a moment."""
    member = await ctx.db.people.by_id(moment.member) if moment.member is not None else None
    here = [a.user for a in member.accounts if a.user.home == place.home and a.left_at is None] if member else []
    parts = await moment_parts(ctx, moment, place, languages_of(ctx, place))
    return Card(parts=tuple(parts), accent=Accent.GOOD, notify=tuple(here[:1]))
