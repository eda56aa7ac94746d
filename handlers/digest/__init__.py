"""The weekly digest: posted by itself, steered by moderators, and one's own part of it in private."""

from handlers.digest import desk, mine, personal, posting
from handlers.routes import Feature

FEATURES: tuple[Feature, ...] = (posting.FEATURE, desk.FEATURE, mine.FEATURE, personal.FEATURE)

__all__ = ["FEATURES"]
