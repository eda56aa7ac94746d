"""Figures for moderators."""

from handlers.figures import command, folding
from handlers.figures.command import KPI

FEATURES = (command.FEATURE, folding.FEATURE)

__all__ = ["FEATURES", "KPI"]
