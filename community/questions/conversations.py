"""Which conversation a message belongs to, in a channel where nobody uses threads: guessed while it happens.

The signs are those of chat disentanglement (Elsner and Charniak, "Disentangling Chat", Computational Linguistics 2010):
whom a message answers or names, who spoke last to whom, and how long ago. A guess is never taken back: what was routed
and counted stays as it was.
"""

from __future__ import annotations

from collections import OrderedDict, deque

import msgspec

MINUTE = 60.0
OWN_TURN = 3 * MINUTE  # somebody who goes on talking is still in the same conversation
EXCHANGE = 30 * MINUTE  # two who talked with each other go on for that long
JOIN = 6 * MINUTE  # somebody new joins what is going on just now
NAMED = 120 * MINUTE  # an answer that names its member reaches back that far
ASK_AGAIN = (
    8 * MINUTE
)  # a question by somebody in no conversation opens one, unless it follows this closely upon theirs
OVER = 6 * 60 * MINUTE  # nothing is remembered longer
OPEN = 12  # conversations of a channel looked at, newest first
CHANNELS = 2_000  # channels remembered; the longest silent go first


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """A message in a flat channel, without its words."""

    at: float
    member: int
    channel: str
    id: str
    is_question: bool = False
    reply_to: str | None = None  # the id of the message it answers, where the platform tells
    mentions: tuple[int, ...] = ()


class _Open(msgspec.Struct):
    """A conversation that may go on."""

    name: str
    last: float
    speaker: int
    members: dict[int, float]  # when each spoke last in it
    messages: deque[str]


class Guesser:
    """Assigns messages to conversations, channel by channel, as they come."""

    def __init__(self) -> None:
        self._channels: OrderedDict[str, list[_Open]] = OrderedDict()

    def assign(self, said: Said) -> str:
        """Return the conversation of this message: the id of the message that opened it."""
        going = [one for one in self._channels.get(said.channel, []) if said.at - one.last <= OVER][:OPEN]
        found = self._find(said, going)
        if found is None:
            found = _Open(said.id, said.at, said.member, {}, deque(maxlen=200))
        else:
            going.remove(found)
        found.last, found.speaker = said.at, said.member
        found.members[said.member] = said.at
        found.messages.append(said.id)
        self._channels[said.channel] = [found, *going]
        self._channels.move_to_end(said.channel)
        if len(self._channels) > CHANNELS:
            self._channels.popitem(last=False)
        return found.name

    @staticmethod
    def _find(said: Said, going: list[_Open]) -> _Open | None:
        if said.reply_to is not None:
            answered = next((one for one in going if said.reply_to in one.messages), None)
            if answered is not None:
                return answered
        for named in said.mentions:
            close = [one for one in going if said.at - one.members.get(named, -OVER) <= NAMED]
            if close:
                return max(close, key=lambda one: (said.member in one.members, one.members[named]))
        mine = next((one for one in going if said.member in one.members), None)
        if mine is not None:
            quiet = said.at - mine.last
            own = said.at - mine.members[said.member]
            alone = len(mine.members) == 1
            patience = ASK_AGAIN if said.is_question else OWN_TURN if alone else EXCHANGE
            if own <= OWN_TURN or quiet <= patience:
                return mine
        if said.is_question or not going:
            return None
        waiting = next((one for one in going if len(one.members) == 1 and said.at - one.last <= EXCHANGE), None)
        return going[0] if said.at - going[0].last <= JOIN else waiting

    def forget(self, member: int) -> None:
        """Take a member out of every conversation that goes on."""
        for going in self._channels.values():
            for one in going:
                one.members.pop(member, None)
                one.speaker = -1 if one.speaker == member else one.speaker
