"""What an operator sets for how long things are kept; the windows are enforced every day."""

from __future__ import annotations

import msgspec

DAYS_MOST = 36_500


class PrivacySettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many days each kind of data is kept; 0: as long as the community exists."""

    facts_days: int = 0  # who did what when, without words; older facts lose the name, the figures stand
    questions_days: int = 0  # questions and answers, counted from when they were closed
    left_members_days: int = 365  # what is known of members who left, counted from then
    cases_days: int = 365  # closed cases and the reports in them
    audit_days: int = 730  # who changed what
    applications_days: int = 90  # of applicants who were declined, or withdrew
    thanks_words_days: int = 365  # the words of a thanks; that it was given stays

    def __post_init__(self) -> None:
        """Refuse windows that would make no sense.

        Raises:
            ValueError: names the key.

        """
        for key in self.__struct_fields__:
            if not 0 <= getattr(self, key) <= DAYS_MOST:
                raise ValueError(f"privacy.{key} is from 0 to {DAYS_MOST} days, not {getattr(self, key)}")
