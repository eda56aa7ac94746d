"""Meetups: planned, announced, seats given and kept, people reminded, and what they said after."""

from handlers.meetups import (
    after,
    attendance,
    check_in,
    command,
    confirm,
    figures,
    my_seat,
    new,
    rsvp,
    standing,
    study_report,
    survey,
    wishes,
)
from handlers.routes import Completes, Feature

FEATURES: tuple[Feature, ...] = (
    standing.FEATURE,
    rsvp.FEATURE,
    my_seat.FEATURE,
    new.FEATURE,
    confirm.FEATURE,
    check_in.FEATURE,
    attendance.FEATURE,
    after.FEATURE,
    survey.FEATURE,
    study_report.FEATURE,
    wishes.FEATURE,
    figures.FEATURE,
)
COMPLETIONS: tuple[Completes, ...] = command.COMPLETIONS
