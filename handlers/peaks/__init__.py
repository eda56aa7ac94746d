"""Peak moments: found in what happened, asked about first, told a few a week."""

from handlers.peaks import asking, nominate, pins, review, standing
from handlers.routes import Feature

FEATURES: tuple[Feature, ...] = (standing.FEATURE, asking.FEATURE, review.FEATURE, nominate.FEATURE, pins.FEATURE)

__all__ = ["FEATURES"]
