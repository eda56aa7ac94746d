"""The sections of a digest in one language: a heading, its lines, and how many more there are."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from chat.ids import MessageRef, Place
from chat.text import Bold, Link, MomentStyle, RichText, join, rich
from community.digest.choosing import Thanks
from community.digest.number import Change, Number
from community.people.topics import topic_name
from community.seats.counts import Counts
from community.when.zones import zone_or
from handlers.context import Context
from handlers.digest.gather import Story
from handlers.digest.moments import moment_text
from handlers.digest.tellable import ToCome
from handlers.public import mention_of, shortened
from locales import Translator

TITLE = 60  # characters of a title in a line
AN_HOUR = timedelta(hours=1)
WORDS = 100  # of what somebody was thanked for


@dataclass(frozen=True, slots=True)
class Section:
    """One section in one language."""

    head: str
    lines: tuple[RichText, ...]
    more: int = 0
    comma: str = ""  # between what stands in one line; empty: each has its own

    def text(self, t: Translator, most: int) -> RichText:
        """Return it with at most so many lines; what falls away is counted."""
        shown, more = list(self.lines[:most]), self.more + len(self.lines[most:])
        if self.comma:
            rest = [t.n("and {n} more", "and {n} more", more)] if more and shown else []
            alone = [t.n("{n} new member", "{n} new members", more)] if more and not shown else []
            return rich(Bold(self.head), "\n", join(self.comma, [*shown, *rest, *alone]))
        if more:
            shown.append(t.n("… and {n} more", "… and {n} more", more))
        return rich(Bold(self.head), "\n", join("\n", shown))


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells a story at one place in one language."""

    ctx: Context
    story: Story
    place: Place
    t: Translator

    async def sections(self) -> list[list[Section]]:
        """Return what there is to tell, in three groups: people, conversations, and what is to come and came true."""
        groups: tuple[tuple[Callable[[], Awaitable[Section | None]], ...], ...] = (
            (self._newcomers, self._peaks, self._thanks),
            (self._solved, self._waiting, self._threads, self._topics),
            (self._meetups, self._ideas),
        )
        told = [[section for tell in group if (section := await tell())] for group in groups]
        if self.story.digest.number:
            told[-1].append(self._number(self.story.digest.number))
        return told

    async def _name(self, member: int | None) -> RichText:
        mention = await mention_of(self.ctx, member, self.place, self.t)
        return rich(mention) if mention else RichText((self.t.line("a member"),))

    def _linked(self, ref: MessageRef | None, title: str) -> RichText:
        label = shortened(" ".join(title.split()), TITLE)
        return rich(Link(self.ctx.chat.link(ref), label) if ref else label)

    # ---- people

    async def _newcomers(self) -> Section | None:
        some = self.story.digest.newcomers
        if not some:
            return None
        names = []
        for newcomer in some.shown:
            name, ref = await self._name(newcomer.member), self.story.introductions.get(newcomer.member)
            if ref:
                name = rich(name, " (", Link(self.ctx.chat.link(ref), self.t.line("introduction")), ")")
            names.append(name)
        return Section(self.t.line("👋 Welcome"), tuple(names), some.more, self._comma)

    async def _peaks(self) -> Section | None:
        some = self.story.digest.peaks
        lines = []
        for peak in some.shown:
            told = await moment_text(self.ctx, self.story.peaks[peak.id], self.place, self.t)
            lines.append(rich("• ", told))
        return Section(self.t.line("✨ Moments to celebrate"), tuple(lines), some.more) if lines else None

    async def _thanks(self) -> Section | None:
        some = self.story.digest.thanks
        lines = [await self._thanked(one) for one in some.shown]
        return Section(self.t.line("🙏 Thank you"), tuple(lines), some.more) if lines else None

    async def _thanked(self, one: Thanks) -> RichText:
        giver, receiver = await self._name(one.giver), await self._name(one.receiver)
        if words := shortened(" ".join(one.words.split()), WORDS) if one.words.strip() else "":
            said = self.t("{giver} thanks {receiver}: {words}", giver=giver, receiver=receiver, words=words)
        else:
            said = self.t("{giver} thanks {receiver}", giver=giver, receiver=receiver)
        return rich("• ", said)

    # ---- conversations

    async def _solved(self) -> Section | None:
        some = self.story.digest.solved
        lines = []
        for solved in some.shown:
            question = self.story.questions[solved.question]
            line = rich("• ", self._linked(question.root, question.title))
            if helper := self.story.helpers.get(question.id):
                line = self.t("{question}, thanks to {who}", question=line, who=await self._name(helper))
            lines.append(line)
        return Section(self.t.line("✅ Solved this week"), tuple(lines), some.more) if lines else None

    async def _waiting(self) -> Section | None:
        some = self.story.digest.waiting
        lines = []
        for waiting in some.shown:
            question = self.story.questions[waiting.question]
            waited = self.ctx.now - question.asked_at
            title = self._linked(question.root, question.title)
            if waited < AN_HOUR:
                said = self.t("{question}, just asked", question=title)
            else:
                said = self.t("{question}, waiting for {span}", question=title, span=self.t.span(waited))
            lines.append(rich("• ", said))
        return Section(self.t.line("💬 Who can help?"), tuple(lines), some.more) if lines else None

    async def _threads(self) -> Section | None:
        some = self.story.digest.threads
        lines = []
        for talk in some.shown:
            told = self.story.threads[talk.name]
            info = self.ctx.chat.place(told.place.home, told.place.channel)
            title = told.title or self.t.line("A conversation in #{channel}", channel=info.name if info else "…")
            ref = MessageRef(told.place, told.place.thread or "")
            people = self.t.n("{n} person", "{n} people", len(talk.turns))
            said = self.t.n("{n} message", "{n} messages", talk.messages)
            lines.append(rich("• ", self._linked(ref, title), " (", people, self._comma, said, ")"))
        return Section(self.t.line("🔥 Many took part"), tuple(lines), some.more) if lines else None

    async def _topics(self) -> Section | None:
        names = {topic.id: topic_name(topic, self.t.language) for topic in self.ctx.config.topics}
        some = self.story.digest.topics
        lines = [
            rich(names[talk.name], " (", self.t.n("{n} person", "{n} people", len(talk.turns)), ")")
            for talk in some.shown
        ]
        return Section(self.t.line("🏷️ Topics of many"), tuple(lines), 0, self._comma) if lines else None

    # ---- what is to come, and what came true

    async def _meetups(self) -> Section | None:
        some = self.story.digest.meetups
        lines = [self._meetup(self.story.meetups[meetup]) for meetup in some.shown]
        return Section(self.t.line("📅 Coming up"), tuple(lines), some.more) if lines else None

    def _meetup(self, to_come: ToCome) -> RichText:
        plan = to_come.stored.meetup.plan
        stands = sorted(to_come.stands, key=lambda stand: stand.workspace != self.place.home)
        when = self.t.moment(plan.starts, zone_or(plan.zone, self.ctx.config.time_zone), MomentStyle.FULL)
        line = rich("• ", self._linked(stands[0].root, plan.title), "  ", when)
        return rich(line, "  ", left_text(to_come.seats, self.t)) if to_come.seats else line

    async def _ideas(self) -> Section | None:
        some = self.story.digest.ideas
        ideas = [self.story.ideas[idea] for idea in some.shown]
        lines = [rich("• ", self._linked(idea.root, idea.text)) for idea in ideas]
        return Section(self.t.line("🚀 Your ideas that came true"), tuple(lines), some.more) if lines else None

    def _number(self, number: Number) -> Section:
        return Section(self.t.line("📏 The number of the week"), (number_text(number, self.t),))

    @property
    def _comma(self) -> str:
        return "、" if self.t.language == "ja" else ", "


def left_text(seats: Counts, t: Translator) -> RichText:
    """Return how many seats are left for whoever comes now."""
    kinds = [kind for kind in seats.kinds.values() if kind.choice]
    left = [kind.left for kind in kinds]
    if not kinds or any(n is None for n in left):
        return t("room for all")
    free = sum(max(0, n) for n in left if n is not None)
    return t.n("{n} seat left", "{n} seats left", free) if free else t("full, with a waiting list")


def number_text(number: Number, t: Translator) -> RichText:
    """Return the number of the week, in good weeks and in bad ones."""
    if number.share is None:
        return t("No question was asked that could be a day old, so there is nothing to count.")
    told = t.n(
        "Answered within 24 hours: {hits} of {n} question ({share})",
        "Answered within 24 hours: {hits} of {n} questions ({share})",
        number.n,
        hits=number.hits,
        share=f"{number.share:.0%}",
    )
    if number.before is None:
        return told
    before = f"{number.before:.0%}"
    match number.change:
        case Change.BETTER:
            change = t("better than the weeks before ({before})", before=before)
        case Change.WORSE:
            change = t("worse than the weeks before ({before})", before=before)
        case _:
            change = t("about as in the weeks before ({before})", before=before)
    return rich(told, " · ", change)
