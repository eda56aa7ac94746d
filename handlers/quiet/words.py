"""Quiet days in words: until when nobody is prompted."""

from __future__ import annotations

from datetime import date

from chat.text import RichText
from community.config import CommunitySettings
from community.hours.quiet_days import is_resting, quiet_days_left
from handlers.context import Context
from handlers.knob_words import today_of
from locales import Translator


def quiet_said(t: Translator, ctx: Context, settings: CommunitySettings | None = None) -> RichText:
    """Say until when nobody is prompted, or that these are no quiet days."""
    settings = settings or ctx.config
    if not is_resting(settings, ctx.now):
        return t("These are no quiet days: I prompt as usual.")
    left, day = quiet_days_left(settings, ctx.now), day_said(t, settings.conduct.quiet_until, ctx)
    return t.n(
        "Quiet days: I prompt nobody until the end of {day} ({n} day more).",
        "Quiet days: I prompt nobody until the end of {day} ({n} days more).",
        left,
        day=day,
    )


def day_said(t: Translator, day: str, ctx: Context) -> str:
    """Return a day as people write it."""
    return t.day(date.fromisoformat(day), today=today_of(ctx))
