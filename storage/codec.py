"""How values stand in text columns: JSON by msgspec, with decoders made once."""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from chat.answers import Answer
from chat.effects import Effect
from chat.events import Event
from chat.ids import MessageRef
from community.signals import EffectSettled, TimerDue

Arrival: TypeAlias = Event | TimerDue | EffectSettled

_encoder = msgspec.json.Encoder()
_arrivals: msgspec.json.Decoder[Arrival] = msgspec.json.Decoder(Arrival)
_events: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)
_answers: msgspec.json.Decoder[Answer] = msgspec.json.Decoder(Answer)
_effects: msgspec.json.Decoder[Effect] = msgspec.json.Decoder(Effect)
UNREADABLE = (msgspec.DecodeError, ValueError)  # what reading a row of another version can raise
_refs: msgspec.json.Decoder[MessageRef] = msgspec.json.Decoder(MessageRef)


def dump(value: object) -> str:
    """Write a value as JSON. Half a character, which JSON from elsewhere may hold, is written as U+FFFD."""
    try:
        return _encoder.encode(value).decode()
    except UnicodeEncodeError:
        return _encoder.encode(_mended(msgspec.to_builtins(value))).decode()


def _mended(value: object) -> object:
    match value:
        case str():
            return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        case dict():
            return {_mended(key): _mended(inner) for key, inner in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_mended(inner) for inner in value]
        case _:
            return value


def load_arrival(text: str) -> Arrival:
    """Read what stands in the inbox."""
    return _arrivals.decode(text)


def load_event(event: Event) -> Event:
    """Return an event as it will be read from the inbox: types checked, half characters mended.

    Raises:
        msgspec.DecodeError: something in it is not of its type.

    """
    return _events.decode(dump(event))


def load_answer(text: str) -> Answer:
    """Read what is left in the inbox for the replica at which somebody waits."""
    return _answers.decode(text)


def load_effect(text: str) -> Effect:
    """Read what stands in the outbox."""
    return _effects.decode(text)


def load_ref(text: str) -> MessageRef:
    """Read a message's place and id."""
    return _refs.decode(text)
