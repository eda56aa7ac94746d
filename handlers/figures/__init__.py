"""Figures for moderators."""

from handlers.figures.command import FEATURE, KPI

__all__ = ["FEATURE", "KPI"]
