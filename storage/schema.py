"""The whole schema: every feature's tables on one metadata."""

from storage import tables_knowledge, tables_meetups, tables_onboarding, tables_questions
from storage.tables import metadata

__all__ = ["metadata", "tables_knowledge", "tables_meetups", "tables_onboarding", "tables_questions"]
