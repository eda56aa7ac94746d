"""What an operator or moderator sets for thanks among members."""

from __future__ import annotations

import msgspec

QUOTA_MOST = 100
REACTION = 50  # characters of a custom emoji's name


class ThanksSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How members thank each other."""

    enabled: bool = True
    daily_quota: int = 5  # of one member; thanks are worth something because they are not without number
    reaction: str = "🙏"  # an emoji, or a custom emoji's name; empty: none
    notice_words: bool = True  # whether who writes words of thanks is asked in private if they are to be noted

    def __post_init__(self) -> None:
        """Refuse what makes no sense.

        Raises:
            ValueError: names the key.

        """
        if not 1 <= self.daily_quota <= QUOTA_MOST:
            raise ValueError(f"thanks.daily_quota is from 1 to {QUOTA_MOST}, not {self.daily_quota}")
        if len(self.reaction) > REACTION or " " in self.reaction.strip():
            raise ValueError("thanks.reaction is one emoji or a custom emoji's name")
