"""What routing remembers of a community: who talked when, where, with whom, and who answered what.

Words are kept only of conversations that a recognised question opened, and only as an index of words.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Sequence

import msgspec
import numpy as np

from community.routing.counters import Fading, Ints, Latest, Rhythm
from community.routing.pairs import Pairs
from community.routing.similar import Similar

MINUTE, HOUR, DAY = 60.0, 3_600.0, 86_400.0
SAID = (15 * MINUTE, 2 * HOUR, DAY, 7 * DAY, 30 * DAY, 180 * DAY)
REPLIED = (2 * HOUR, DAY, 7 * DAY, 30 * DAY, 180 * DAY)
ANSWERED = (7 * DAY, 30 * DAY, 180 * DAY)
STEADY = (30 * DAY, 180 * DAY)
MONTH, HALF_YEAR = (30 * DAY,), (180 * DAY,)
IN_CHANNEL = (7 * DAY, 45 * DAY, 365 * DAY)
PAIR = 90 * DAY
ANSWER_WINDOW = 7 * DAY  # a reply later than that is another conversation
PRESENT = 30 * MINUTE  # who spoke within that long is taken to be reading
LIVE = 21 * DAY  # a conversation this quiet is over
MOST_LIVE = (
    20_000  # conversations; an import tells of years after the bot has seen today, and none of them is over then
)
LAST_OPENED = 30  # conversations of a channel whose repliers are looked at one by one
RECENT = 40  # turns of a channel in which turn-taking is looked at


class Conversation(msgspec.Struct):
    """A conversation that may still go on."""

    opener: int
    channel: int
    opened: float
    last: float
    speaker: int
    question: int = -1  # its number among the indexed questions
    repliers: list[int] = msgspec.field(default_factory=list)
    sayings: dict[int, int] = msgspec.field(default_factory=dict)
    present: tuple[int, ...] = ()  # who was about when it was opened

    def forget(self, member: int) -> None:
        """Take a member's part out of it."""
        self.repliers = [who for who in self.repliers if who != member]
        self.present = tuple(who for who in self.present if who != member)
        self.sayings.pop(member, None)
        self.opener = -1 if self.opener == member else self.opener
        self.speaker = -1 if self.speaker == member else self.speaker


class Channel:
    """What is remembered of one channel: its own small table of members."""

    def __init__(self) -> None:
        self._slots: dict[int, int] = {}
        self._members: list[int] = []
        self._array: Ints = np.zeros(0, dtype=np.int64)
        self.replied = Fading(IN_CHANNEL)
        self.said = Fading(IN_CHANNEL)
        self.latest = Latest()
        self.last_replied = Latest()
        self.recent: deque[tuple[float, int]] = deque(maxlen=RECENT)
        self.conversations: deque[Conversation] = deque(maxlen=LAST_OPENED)
        self.opened = Fading(IN_CHANNEL)  # conversations, in the only place of this table
        self.first = Fading(IN_CHANNEL[1:2])

    def slot(self, member: int) -> int:
        """Return the member's place in this channel's table."""
        found = self._slots.get(member)
        if found is None:
            found = self._slots[member] = len(self._members)
            self._members.append(member)
            for table in (self.replied, self.said, self.latest, self.last_replied, self.first):
                table.reserve(found + 1)
        return found

    @property
    def members(self) -> Ints:
        """Return the members who ever spoke here, by place."""
        if len(self._array) != len(self._members):
            self._array = np.array(self._members, dtype=np.int64)
        return self._array

    def slots(self, members: Ints) -> Ints:
        """Return these members' places, -1 for who never spoke here."""
        get = self._slots.get
        return np.array([get(member, -1) for member in members.tolist()], dtype=np.int64)

    def slot_of(self, member: int) -> int:
        """Return a member's place, -1 for who never spoke here."""
        return self._slots.get(member, -1)

    def forget(self, member: int) -> None:
        """Leave an empty place where the member was."""
        slot = self._slots.pop(member, None)
        if slot is not None:
            self._members[slot] = -1
            self._array = np.zeros(0, dtype=np.int64)
            for table in (self.replied, self.said, self.latest, self.last_replied, self.first):
                table.clear(slot)
        self.recent = deque((turn for turn in self.recent if turn[1] != member), maxlen=RECENT)
        for one in self.conversations:  # the same as among the live ones, and some that are over
            one.forget(member)


class Memory:
    """The counters, updated turn by turn; members, channels and conversations are small numbers and names."""

    def __init__(self) -> None:
        self.size = 0
        self.said, self.replied, self.answered = Fading(SAID), Fading(REPLIED), Fading(ANSWERED)
        self.first, self.opened, self.asked = Fading(STEADY), Fading(STEADY), Fading(HALF_YEAR)
        self.chances, self.taken = Fading(MONTH), Fading(MONTH)
        self.length, self.delay = Fading(HALF_YEAR), Fading(HALF_YEAR)
        self.hours_said = Rhythm(24, HOUR, 30 * DAY)
        self.hours_lately = Rhythm(24, HOUR, 6 * DAY)
        self.hours_replied = Rhythm(24, HOUR, 90 * DAY)
        self.days = Rhythm(7, DAY, 60 * DAY)
        self.week = Rhythm(84, 2 * HOUR, 90 * DAY)  # sittings begun, by the hour of the week
        self.last_said, self.last_replied, self.last_answered = Latest(), Latest(), Latest()
        self.since = Latest()  # the beginning of the sitting: no half hour without a word
        self.joined = Latest()  # the first word
        self.heard = Latest()  # the word told last: an import tells of the past after today
        self.channels: dict[str, Channel] = {}
        self.live: OrderedDict[str, Conversation] = OrderedDict()  # where somebody spoke last, last
        self.pairs, self.given = Pairs(PAIR), Pairs(PAIR)  # turns said to each other; conversations replied to
        self.similar = Similar()
        self.sayings = Similar()
        self.all_opened = Fading(REPLIED)
        self.hours_opened = Rhythm(24, HOUR, 90 * DAY)
        self.last_opened, self.last_asked = Latest(), Latest()
        self.mentioned = Fading(ANSWERED[:2])
        self._tables = (
            *(self.said, self.replied, self.answered, self.first, self.opened, self.asked, self.chances, self.taken),
            *(self.length, self.delay, self.hours_said, self.hours_lately, self.hours_replied, self.days, self.week),
            *(
                self.last_said,
                self.last_replied,
                self.last_answered,
                self.since,
                self.joined,
                self.heard,
                self.last_opened,
                self.last_asked,
                self.mentioned,
            ),
        )

    def reserve(self, members: int) -> None:
        """Make room for that many members."""
        if members > self.size:
            self.size = members
            for table in self._tables:
                table.reserve(members)

    def channel(self, name: str) -> Channel:
        """Return what is remembered of a channel."""
        found = self.channels.get(name)
        if found is None:
            found = self.channels[name] = Channel()
        return found

    def observe(  # noqa: PLR0917 - the hottest call there is, and keywords cost
        self, at: float, member: int, channel_name: str, name: str, text: str, length: int, toward: Sequence[int]
    ) -> Conversation:
        """Take in one message; ``toward`` is whom it answers or names."""
        channel = self.channel(channel_name)
        conversation = self.live.get(name)
        if conversation is None:
            conversation = Conversation(member, 0, at, at, member)
            self.live[name] = conversation
            self.opened.add(member, at)
            self.last_opened.set(member, at)
            self.all_opened.add(0, at)
            self.hours_opened.add(0, at)
            channel.opened.add(0, at)
            channel.conversations.append(conversation)
            conversation.present = tuple(
                {who for then, who in channel.recent if at - then <= PRESENT and who != member}
            )
        elif member != conversation.opener:
            self._reply(conversation, channel, at, member)
            self._pair(conversation.speaker if not toward else toward[0], member, at)
        elif conversation.speaker != member:
            self._pair(conversation.speaker, member, at)
        self.live.move_to_end(name)
        for who in toward:
            self.mentioned.add(who, at)
        if text:
            self._read(conversation, name, text, at, member)
        self._speak(channel, at, member, length)
        conversation.speaker, conversation.last = member, at
        while len(self.live) > 1 and (at - next(iter(self.live.values())).last > LIVE or len(self.live) > MOST_LIVE):
            self.live.popitem(last=False)
        return conversation

    def _speak(self, channel: Channel, at: float, member: int, length: int) -> None:
        if abs(at - self.heard.get(member)) > PRESENT:
            self.since.set(member, at)
            self.joined.lower(member, at)
            self.days.add(member, at)
            self.week.add(member, at)
        self.said.add(member, at)
        self.hours_said.add(member, at)
        self.hours_lately.add(member, at)
        self.length.add(member, at, min(length, 2_000) ** 0.5)
        self.last_said.set(member, at)
        self.heard.put(member, at)
        slot = channel.slot(member)
        channel.said.add(slot, at)
        channel.latest.set(slot, at)
        channel.recent.append((at, member))

    def _reply(self, conversation: Conversation, channel: Channel, at: float, member: int) -> None:
        if member in conversation.repliers or at - conversation.opened > ANSWER_WINDOW:
            return
        conversation.repliers.append(member)
        self.replied.add(member, at)
        self.hours_replied.add(member, at)
        self.last_replied.set(member, at)
        self.delay.add(member, at, min(max(at - conversation.opened, 0.0), DAY) ** 0.25)
        slot = channel.slot(member)
        channel.replied.add(slot, at)
        channel.last_replied.set(slot, at)
        if conversation.opener >= 0:
            self.given.add(conversation.opener, member, at)
        if member in conversation.present:
            self.taken.add(member, at)
        if len(conversation.repliers) == 1:
            self.first.add(member, at)
            channel.first.add(slot, at)
            for who in conversation.present:
                self.chances.add(who, max(at, conversation.opened))
        if conversation.question >= 0:
            self.answered.add(member, at)
            self.last_answered.set(member, at)
            self.similar.answered(conversation.question, member)

    def _read(self, conversation: Conversation, name: str, text: str, at: float, member: int) -> None:
        if conversation.question >= 0:
            if member == conversation.opener and not conversation.repliers:
                self.similar.more(conversation.question, text)
            if member != conversation.opener:
                number = conversation.sayings.get(member)
                if number is None:
                    conversation.sayings[member] = number = self.sayings.add(text, at, conversation.opener, name)
                    self.sayings.answered(number, member)
                else:
                    self.sayings.more(number, text)
        elif member == conversation.opener and not conversation.repliers:
            conversation.question = self.similar.add(text, at, member, name)
            self.asked.add(member, at)
            self.last_asked.set(member, at)

    def _pair(self, one: int, other: int, at: float) -> None:
        if one != other and one >= 0:
            self.pairs.add(one, other, at)

    def forget(self, member: int) -> None:
        """Take a member out of everything."""
        for table in self._tables:
            table.clear(member)
        for channel in self.channels.values():
            channel.forget(member)
        self.pairs.forget(member)
        self.given.forget(member)
        self.similar.forget(member)
        self.sayings.forget(member, written=True)
        for conversation in self.live.values():
            conversation.forget(member)
