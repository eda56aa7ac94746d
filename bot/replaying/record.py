"""Reads a recorded conversation: one message per line, as JSON, packed or not."""

from __future__ import annotations

import gzip
import re
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import msgspec

from community.config import ConfigError

_JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")


class Line(msgspec.Struct, frozen=True):
    """One message of the record. ``conversation`` names the thread or topic it belongs to."""

    channel: str
    ts: datetime
    user: str
    text: str
    conversation: str
    title: str = ""  # of the topic that it opens, where the place has topics

    @property
    def is_japanese(self) -> bool:
        """Whether it is written in Japanese."""
        return bool(_JAPANESE.search(self.text))


def read_record(path: Path, limit: int | None = None) -> list[Line]:
    """Return a record's messages, oldest first.

    Raises:
        ConfigError: there is no such file, or a line is no message.

    """
    decoder = msgspec.json.Decoder(Line)
    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as file:
            lines = [_read(decoder, raw, f"{path}:{n}") for n, raw in enumerate(islice(file, limit), 1)]
    except (OSError, EOFError) as error:
        raise ConfigError(f"{path}: {error}") from None
    return sorted(lines, key=lambda line: line.ts)


def _read(decoder: msgspec.json.Decoder[Line], raw: bytes, where: str) -> Line:
    try:
        line = decoder.decode(raw)
    except msgspec.DecodeError as error:
        raise ConfigError(f"{where}: not a message: {error}") from None
    return line if line.ts.tzinfo else msgspec.structs.replace(line, ts=line.ts.replace(tzinfo=UTC))
