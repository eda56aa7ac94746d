"""The whole schema: every feature's tables on one metadata."""

from storage.tables import figures as tables_figures
from storage.tables import knowledge as tables_knowledge
from storage.tables import meetups as tables_meetups
from storage.tables import membership as tables_membership
from storage.tables import moderation as tables_moderation
from storage.tables import onboarding as tables_onboarding
from storage.tables import questions as tables_questions
from storage.tables import recognition as tables_recognition
from storage.tables.core import metadata

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
