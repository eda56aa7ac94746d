"""Meetups: planned, announced, seats given and kept, people reminded, and what they said after."""

from handlers.meetups import command, my_seat, rsvp, standing
from handlers.routes import Completes, Feature

FEATURES: tuple[Feature, ...] = (standing.FEATURE, rsvp.FEATURE, my_seat.FEATURE)
COMPLETIONS: tuple[Completes, ...] = command.COMPLETIONS
