"""Meetups: planned, announced, seats given and kept, people reminded, and what they said after."""

from handlers.meetups import standing
from handlers.routes import Feature

FEATURES: tuple[Feature, ...] = (standing.FEATURE,)
