"""The whole schema: every feature's tables on one metadata."""

from storage import (
    tables_figures,
    tables_knowledge,
    tables_meetups,
    tables_membership,
    tables_moderation,
    tables_onboarding,
    tables_questions,
    tables_recognition,
)
from storage.tables import metadata

__all__ = [
    "metadata",
    "tables_figures",
    "tables_knowledge",
    "tables_meetups",
    "tables_membership",
    "tables_moderation",
    "tables_onboarding",
    "tables_questions",
    "tables_recognition",
]
