"""Each feature says what it keeps, once; what all build on belongs to none."""

from __future__ import annotations

from collections import Counter

from handlers import FEATURES
from storage.held.everything import CORE, HELD


def test_every_table_is_brought_by_one_feature_or_is_built_on_by_all() -> None:
    brought = Counter(held.table.name for feature in FEATURES for held in feature.stores)
    assert brought == Counter(held.table.name for held in HELD if held not in CORE)
