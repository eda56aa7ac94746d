"""What the figures of settings count, and what 0 or nothing means where that says more than the figure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from chat.marks import msg


class Counts(StrEnum):
    """What a number is a number of."""

    DAYS = "days"
    HOURS = "hours"
    HOURS_BEFORE = "hours before the start"
    MINUTES = "minutes"
    PEOPLE = "people"
    TIMES = "times"
    GREETINGS = "greetings"
    MOMENTS = "moments"
    DAY_OF_MONTH = "day of the month"
    SHARE = "share"


COUNTS: Mapping[str, Counts] = {
    "onboarding_nudge_after_days": Counts.DAYS,
    "onboarding_reply_within_hours": Counts.HOURS,
    "onboarding_welcomer_answer_hours": Counts.HOURS,
    "onboarding_welcomer_weekly_cap": Counts.TIMES,
    "onboarding_greetings_per_hour": Counts.GREETINGS,
    "onboarding_greet_joined_within_days": Counts.DAYS,
    "questions_invite_after_minutes": Counts.MINUTES,
    "questions_invite_at_once": Counts.PEOPLE,
    "questions_widen_after_hours": Counts.HOURS,
    "questions_rounds": Counts.TIMES,
    "questions_weekly_cap": Counts.TIMES,
    "questions_exploration": Counts.SHARE,
    "questions_escalate_after_hours": Counts.HOURS,
    "questions_idle_after_days": Counts.DAYS,
    "meetups_promote_until_hours": Counts.HOURS_BEFORE,
    "meetups_no_offers_from_hours": Counts.HOURS_BEFORE,
    "meetups_claim_hours": Counts.HOURS,
    "meetups_check_in_opens_hours": Counts.HOURS_BEFORE,
    "meetups_settle_hours": Counts.HOURS,
    "thanks_daily_quota": Counts.TIMES,
    "recognition_weekly_most": Counts.MOMENTS,
    "recognition_ask_within_days": Counts.DAYS,
    "membership_cap": Counts.PEOPLE,
    "membership_claim_hours": Counts.HOURS,
    "membership_offers_most": Counts.TIMES,
    "conduct_quorum": Counts.PEOPLE,
    "conduct_urgent_minutes": Counts.MINUTES,
    "conduct_pulse_day": Counts.DAY_OF_MONTH,
    "privacy_facts_days": Counts.DAYS,
    "privacy_questions_days": Counts.DAYS,
    "privacy_left_members_days": Counts.DAYS,
    "privacy_cases_days": Counts.DAYS,
    "privacy_audit_days": Counts.DAYS,
    "privacy_applications_days": Counts.DAYS,
    "privacy_thanks_words_days": Counts.DAYS,
}
_ALWAYS = msg("no limit of time")
# What 0, or an empty value, means; a setting that is not here is "not set" without a value
NOTHING: Mapping[str, str] = {
    "membership_cap": msg("unlimited"),
    "questions_weekly_cap": msg("as many as needed"),
    "questions_rounds": msg("nobody is invited"),
    "questions_invite_after_minutes": msg("at once"),
    "meetups_promote_until_hours": msg("until the start"),
    "meetups_no_offers_from_hours": msg("at the start"),
    "meetups_check_in_opens_hours": msg("at the start"),
    "meetups_settle_hours": msg("not after the end"),
    "recognition_weekly_most": msg("none are told"),
    "privacy_facts_days": _ALWAYS,
    "privacy_questions_days": _ALWAYS,
    "privacy_left_members_days": _ALWAYS,
    "privacy_cases_days": _ALWAYS,
    "privacy_audit_days": _ALWAYS,
    "privacy_applications_days": _ALWAYS,
    "privacy_thanks_words_days": _ALWAYS,
    "organiser_badges": msg("everybody"),
    "moderator_ids": msg("nobody"),
    "languages": msg("no exceptions"),
    "meetups_holidays": msg("no holidays"),
    "thanks_reaction": msg("no reaction"),
    "reports_channel": msg("the moderators' channel"),
    "reports_language": msg("the channel's language"),
    "reports_monthly": msg("none are posted"),
    "conduct_quiet_until": msg("no quiet days"),
}
UNSET = msg("not set")
