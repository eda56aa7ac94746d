"""``/community audit`` and the undo button: who changed what, and taking it back."""

from __future__ import annotations

from collections.abc import Iterable

from handlers.audit.record import AUDIT, REFUSED, Record
from handlers.audit.undoing import UNDO, UNDONE, done_card, undo_button, undoing
from handlers.routes import Completes, Feature, Undo, command, complete, press
from locales import msg
from storage.held import moderation as held_moderation

OWN = {
    UNDONE: msg("{who} undid {undone}."),
    REFUSED: msg("{who} was refused: {subject} ({after})"),
}


def collect(features: Iterable[Feature]) -> tuple[dict[str, str], dict[str, Undo]]:
    """Return the sentences and the undoes of all features.

    Raises:
        ValueError: two features say one kind of deed, or one undoes what nobody says.

    """
    deeds, undoes = dict(OWN), dict[str, Undo]()
    for feature in features:
        if twice := deeds.keys() & feature.deeds.keys():
            raise ValueError(f"{feature.name}: another feature records these deeds: {sorted(twice)}")
        deeds |= feature.deeds
        undoes |= feature.undoes
    if silent := undoes.keys() - deeds.keys():
        raise ValueError(f"deeds that can be undone but have no sentence: {sorted(silent)}")
    return deeds, undoes


def audit_feature(features: Iterable[Feature]) -> Feature:
    """Return the feature for the deeds of all others."""
    deeds, undoes = collect(features)
    record = Record(deeds, undoes)
    return Feature(
        "audit",
        stores=held_moderation.AUDITING,
        routes=(
            command("community", AUDIT.name, record.show),
            press("audit_page", record.turn),
            press("audit_pick", record.pick),
            press(UNDO, undoing(undoes)),
        ),
        deeds=OWN,
    )


def audit_completions(features: Iterable[Feature]) -> tuple[Completes, ...]:
    """Return who proposes kinds of deeds while one is typed."""
    return (complete("community", AUDIT.name, "deed", Record(*collect(features)).complete),)


__all__ = ["AUDIT", "audit_completions", "audit_feature", "collect", "done_card", "undo_button"]
