"""Reports for stakeholders: asked for by a moderator, and by themselves."""

from handlers.reports import command, standing
from handlers.reports.command import REPORT

FEATURES = (command.FEATURE, standing.FEATURE)

__all__ = ["FEATURES", "REPORT"]
