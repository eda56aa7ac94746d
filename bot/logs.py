"""Structured logs, without tokens and without what members wrote."""

from __future__ import annotations

import logging
import re
import sys
from typing import Any

import structlog

from bot.config import LogSection

# Slack's bot, user, app and refresh tokens, and Discord's three-part bot tokens
SECRETS = re.compile(r"(?:xox[a-z]\.)?xox[a-z]-[\w-]+|xapp-[\w-]+|[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}")
_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


def redact(_logger: object, _method: str, line: Any) -> str:  # noqa: ANN401 - structlog types no finished line
    """Take tokens out of a finished line, wherever they came from: values, values within values, tracebacks."""
    return SECRETS.sub("[secret]", str(line))


def _not_about_voice(record: logging.LogRecord) -> bool:
    """Drop what discord.py says at each start about the packages for voice, which the bot has no use for."""
    return not record.getMessage().endswith("voice will NOT be supported")


class _Redacting(logging.Formatter):
    """Does the same for the libraries' own logs."""

    def format(self, record: logging.LogRecord) -> str:
        """Write the line."""
        return SECRETS.sub("[secret]", super().format(record))


def set_up(section: LogSection) -> None:
    """Log to standard error."""
    level = _LEVELS[section.level]
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if section.format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            renderer,
            redact,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Redacting("%(name)s %(message)s"))
    logging.getLogger("discord.client").addFilter(_not_about_voice)
    # the libraries log members' words at debug level, so they never go below warning
    logging.basicConfig(level=max(level, logging.WARNING), handlers=[handler], force=True)
