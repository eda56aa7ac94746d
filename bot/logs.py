"""Structured logs, without tokens, without what members wrote, and without their ids.

An exception's text may quote anything: a message, a name, what a database was given. So of an exception only its kind
is logged, and where it came from. Keys of events and effects may hold a member's id: they are hashed, so that lines
about the same thing still show the same word.
"""

from __future__ import annotations

import hashlib
import logging
import re
import sys
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import Any

import structlog

from bot.config import LogSection

# Slack's bot, user, app and refresh tokens, and Discord's three-part bot tokens
SECRETS = re.compile(r"(?:xox[a-z]\.)?xox[a-z]-[\w-]+|xapp-[\w-]+|[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}")
HASHED = ("key", "lane", "user")  # names of values that may hold a member's id
_HASH = re.compile(r"[\w.-]*~[0-9a-f]{12}")
_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}
DEEPEST = 40  # frames of one exception


def fingerprint(key: str) -> str:
    """Return a word for a key: its kind, where it says one, and a hash."""
    kind, colon, _ = key.partition(":")
    shown = kind if colon and re.fullmatch(r"[a-z][a-z_.]{0,40}", kind) else ""
    return f"{shown}~{hashlib.sha256(key.encode()).hexdigest()[:12]}"


def frames(error: BaseException) -> str:
    """Return an exception's kind and where it came from, and that of those behind it; none of their words."""
    return "\n".join(_lines(error, set()))


def _lines(error: BaseException, seen: set[int]) -> Iterator[str]:
    seen.add(id(error))
    behind = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if behind is not None and id(behind) not in seen:
        yield from _lines(behind, seen)
        yield "which led to"
    stack = traceback.extract_tb(error.__traceback__)
    for frame in stack[-DEEPEST:]:
        yield f"  {frame.filename}:{frame.lineno} in {frame.name}"
    yield f"{type(error).__module__}.{type(error).__qualname__}"
    if isinstance(error, BaseExceptionGroup):
        for one in error.exceptions:
            if id(one) not in seen:
                yield from _lines(one, seen)


def redact(_logger: object, _method: str, line: Any) -> str:  # noqa: ANN401 - structlog types no finished line
    """Take tokens out of a finished line, wherever they came from: values, values within values, tracebacks."""
    return SECRETS.sub("[secret]", str(line))


def hide_keys(_logger: object, _method: str, said: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Put hashes in the place of keys."""
    for name in HASHED:
        value = said.get(name)
        if isinstance(value, str) and value and not _HASH.fullmatch(value):
            said[name] = fingerprint(value)
    return said


def hide_words(_logger: object, _method: str, said: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Put kinds and places in the place of exceptions."""
    told = said.pop("exc_info", None)
    if told is True:
        told = sys.exc_info()
    error = told[1] if isinstance(told, tuple) else told
    if isinstance(error, BaseException):
        said["exception"] = frames(error)
    for name, value in said.items():
        if isinstance(value, BaseException):
            said[name] = type(value).__name__
    return said


# Everything but how a line looks in the end
PROCESSORS: tuple[structlog.typing.Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso"),
    hide_keys,
    hide_words,
)


def _not_about_voice(record: logging.LogRecord) -> bool:
    """Drop what discord.py says at each start about the packages for voice, which the bot has no use for."""
    return not record.getMessage().endswith("voice will NOT be supported")


class Redacting(logging.Formatter):
    """Does the same for the libraries' own logs."""

    def format(self, record: logging.LogRecord) -> str:
        """Write the line."""
        return SECRETS.sub("[secret]", super().format(_wordless(record)))

    def formatException(  # noqa: N802 - the name is the standard library's
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        """Write an exception."""
        return frames(ei[1]) if ei[1] else ""


def _wordless(record: logging.LogRecord) -> logging.LogRecord:
    """Return a record in which no exception is quoted."""
    plain = logging.makeLogRecord(record.__dict__)
    if isinstance(plain.args, tuple):
        plain.args = tuple(type(one).__name__ if isinstance(one, BaseException) else one for one in plain.args)
    message = plain.getMessage()
    if plain.name == "asyncio":  # below its first line it shows tasks and futures with what is in them
        message = message.partition("\n")[0]
    error = plain.exc_info[1] if plain.exc_info else None
    if error is not None and str(error):
        message = message.replace(str(error), type(error).__name__)
    plain.msg, plain.args, plain.exc_text = message, None, None
    return plain


def set_up(section: LogSection) -> None:
    """Log to standard error."""
    level = _LEVELS[section.level]
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if section.format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[*PROCESSORS, renderer, redact],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Redacting("%(name)s %(message)s"))
    logging.getLogger("discord.client").addFilter(_not_about_voice)
    # the libraries log members' words at debug level, so they never go below warning
    logging.basicConfig(level=max(level, logging.WARNING), handlers=[handler], force=True)
    sys.excepthook = _last_words


def _last_words(_kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
    """Say why the process ends."""
    sys.stderr.write(SECRETS.sub("[secret]", frames(error)) + "\n")
