"""Finds past questions and what was said to them, as the bot does live: see ``handlers.questions.channel``.

Only their words are kept. What hangs on them by a thread or a quotation is known to belong to them; in a channel where
nobody uses threads it is guessed (``community.questions.conversations``).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.importing.survey import Survey
from chat.events import MessagePosted
from chat.exports import Export
from chat.ids import Place, thread_of
from community.questions.answers import SAME_BREATH
from community.questions.conversations import Guesser, Said
from community.questions.finding import Recognition, Substance, has_substance, recognise, title_of
from community.questions.life import CloseReason, Question, QuestionMessage, QuestionState, Via
from community.words import tame
from handlers.public import shortened
from handlers.questions.ask_form import TITLE
from storage.imports import Known

REMEMBERED = 50_000  # messages whose conversation is known, for what quotes them
MOST = 40_000  # characters kept of one message; both platforms allow no more


class Asked:
    """A question that was found."""

    __slots__ = ("key", "question", "thread")

    def __init__(self, question: Question, thread: str, key: str) -> None:
        self.question, self.thread, self.key = question, thread, key


class Finder:
    """Reads messages in their order, and collects what belongs to questions."""

    def __init__(
        self,
        export: Export,
        survey: Survey,
        people: Mapping[str, Known],
        channels: Collection[str] | None,
        known: Mapping[str, int | None],
    ) -> None:
        """``channels``: where questions are looked for, None for everywhere; ``known``: askers by thread."""
        self.asked: list[Asked] = []
        self.said: list[tuple[str, QuestionMessage]] = []  # with the thread of its question
        self._export, self._survey, self._people, self._channels = export, survey, people, channels
        self._askers: dict[str, int | None] = dict(known)
        self._guesser = Guesser()
        self._conversations: OrderedDict[str, str] = OrderedDict()  # the thread that a message belongs to
        self._last: dict[tuple[str, int], tuple[datetime, str]] = {}

    def take(self, event: MessagePosted) -> None:
        """Look at a message."""
        author = self._people.get(event.author.id)
        if author is None or author.is_bot or event.by_bot or event.direct:
            return
        place = event.message.place
        if self._channels is not None and place.channel not in self._channels:
            return
        if place.thread and place.thread != event.message.id:
            self._reply(str(place), event, author.member)
            return
        self._open(event, author.member)

    def _open(self, event: MessagePosted, member: int) -> None:
        place = event.message.place
        own = str(thread_of(event.message))
        forum = place.thread is not None
        before = self._last.get((place.channel, member))
        if before and not forum and timedelta(0) <= event.at - before[0] <= SAME_BREATH:
            self._remember(event, before[1], member, asks=False)
            self._reply(before[1], event, member)
            return
        question = None if event.reply_to and not forum else self._question(event, member, forum=forum)
        if question is not None:
            self._askers[own] = member
            self._last[place.channel, member] = (event.at, own)
            self.asked.append(Asked(question, own, event.key))
            self._remember(event, own, member, asks=True)
            return
        quoted = self._conversations.get(f"{place}/{event.reply_to}") if event.reply_to else None
        thread = self._remember(event, quoted, member, asks=False)
        if event.reply_to or self._survey.is_flat(place.channel):
            self._reply(thread, event, member)

    def _remember(self, event: MessagePosted, thread: str | None, member: int, *, asks: bool) -> str:
        """Return the thread that a message of the channel itself would belong to, and keep it for what quotes it."""
        place = event.message.place
        if place.thread is None:
            mentions = tuple(known.member for user in event.mentions if (known := self._people.get(user.id)))
            guessed = self._guesser.assign(
                Said(
                    at=event.at.timestamp(),
                    member=member,
                    channel=place.channel,
                    id=event.message.id,
                    is_question=asks,
                    reply_to=event.reply_to,
                    mentions=mentions,
                )
            )
            thread = thread or str(Place(place.platform, place.workspace, place.channel, guessed))
        found = thread or str(place)
        self._conversations[str(event.message)] = found
        if len(self._conversations) > REMEMBERED:
            self._conversations.popitem(last=False)
        return found

    def _reply(self, thread: str, event: MessagePosted, member: int) -> None:
        if thread not in self._askers:
            return
        said = QuestionMessage(
            question=0,
            member=member,
            ref=event.message,
            text=tame(event.text[:MOST]),
            at=event.at,
            by_asker=member == self._askers[thread],
        )
        self.said.append((thread, said))

    def _question(self, event: MessagePosted, member: int, *, forum: bool) -> Question | None:
        text = "\n".join(filter(None, (event.title, event.text[:MOST])))
        if not text.strip():
            return None
        found: Recognition = recognise(text, opens=True, names_somebody=bool(event.mentions))
        if (
            not (found.is_question if forum else found.offer)
            or has_substance(text, event.files) is not Substance.ENOUGH
        ):
            return None
        given = " ".join(tame(event.title).split())
        title = shortened(given, TITLE) if given else " ".join(tame(title_of(event.text, TITLE)).split())
        if not title:
            return None
        return Question(
            asker=member,
            account=event.author,
            via=Via.IMPORT,
            state=QuestionState.CLOSED,  # until its end is known: nothing of the bot's looks after a closed one
            close_reason=CloseReason.OUTDATED,
            closed_at=event.at,
            title=title,
            text=tame(event.text[:MOST]),
            language=found.language,
            asked_at=event.at,
            root=event.message,
            thread=thread_of(event.message),
        )

    def drain(self) -> tuple[list[Asked], list[tuple[str, QuestionMessage]]]:
        """Give what was collected, and begin anew."""
        asked, said = self.asked, self.said
        self.asked, self.said = [], []
        return asked, said


def placed(said: QuestionMessage, question: int) -> QuestionMessage:
    """Return a message with the number of its question."""
    return replace(said, question=question)
