"""What happens when a member or moderator does something: one file per feature, collected here by hand."""

from handlers import activity, dead_letters, drafts
from handlers.routes import Feature

FEATURES: tuple[Feature, ...] = (activity.FEATURE, drafts.FEATURE, dead_letters.FEATURE)

__all__ = ["FEATURES", "Feature"]
