"""The JSON API through which the page, the end-to-end tests and a replay play the people of the world."""

from sandbox.control.api import control_routes
from sandbox.control.stage import Platform, Stage
from sandbox.control.stream import Stream

__all__ = ["Platform", "Stage", "Stream", "control_routes"]
