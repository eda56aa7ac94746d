"""How values stand in text columns: JSON by msgspec, with decoders made once."""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from chat.effects import Effect
from chat.events import Event
from chat.ids import MessageRef
from community.signals import EffectSettled, TimerDue

Arrival: TypeAlias = Event | TimerDue | EffectSettled

_encoder = msgspec.json.Encoder()
_arrivals: msgspec.json.Decoder[Arrival] = msgspec.json.Decoder(Arrival)
_effects: msgspec.json.Decoder[Effect] = msgspec.json.Decoder(Effect)
_refs: msgspec.json.Decoder[MessageRef] = msgspec.json.Decoder(MessageRef)


def dump(value: object) -> str:
    """Write a value as JSON."""
    return _encoder.encode(value).decode()


def load_arrival(text: str) -> Arrival:
    """Read what stands in the inbox."""
    return _arrivals.decode(text)


def load_effect(text: str) -> Effect:
    """Read what stands in the outbox."""
    return _effects.decode(text)


def load_ref(text: str) -> MessageRef:
    """Read a message's place and id."""
    return _refs.decode(text)
