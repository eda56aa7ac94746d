"""``/community audit`` and the undo button: who changed what, and taking it back."""

from __future__ import annotations

from collections.abc import Iterable

from handlers.audit.undoing import UNDO, done_card, undo_button, undoing
from handlers.routes import Feature, Undo, press


def audit_feature(features: Iterable[Feature]) -> Feature:
    """Return the feature for the deeds of all others.

    Raises:
        ValueError: two features say one kind of deed, or one undoes what nobody says.

    """
    deeds: dict[str, str] = {}
    undoes: dict[str, Undo] = {}
    for feature in features:
        if twice := deeds.keys() & feature.deeds.keys():
            raise ValueError(f"{feature.name}: another feature records these deeds: {sorted(twice)}")
        deeds |= feature.deeds
        undoes |= feature.undoes
    if silent := undoes.keys() - deeds.keys():
        raise ValueError(f"deeds that can be undone but have no sentence: {sorted(silent)}")
    return Feature("audit", routes=(press(UNDO, undoing(undoes)),))


__all__ = ["audit_feature", "done_card", "undo_button"]
