"""What a report's files are made of, kept with the order to send them: they are made when they are sent."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from chat.effects import MakeFile
from chat.ids import Place
from community.reports.report import Report
from handlers.reports.words import line_text, title_of
from locales import Translator

CHART_LINES = 6  # charts of one picture: more are too small on a phone
_ALT = 900  # characters; both platforms take 1,000


class FileKind(StrEnum):
    """What can be made of a report. The names are those of the files' endings."""

    PNG = "png"
    HTML = "html"
    CSV = "csv"


class Recipe(msgspec.Struct, frozen=True):
    """One file of a report."""

    kind: FileKind
    language: str
    community: str
    report: Report


def write_recipe(recipe: Recipe) -> bytes:
    """Return a recipe as bytes."""
    return msgspec.json.encode(recipe)


def read_recipe(written: bytes) -> Recipe:
    """Return the recipe that bytes hold.

    Raises:
        msgspec.ValidationError: they hold none.

    """
    return msgspec.json.decode(written, type=Recipe)


def file_name(report: Report, kind: FileKind, t: Translator) -> str:
    """Return what a file is called: sorted by name, the reports of one reader stand in the order of time."""
    return f"{report.stakeholder.value}-{report.month}-{t.language}.{kind.value}"


def file_effect(report: Report, kind: FileKind, community: str, place: Place, t: Translator) -> MakeFile:
    """Return the order to make a file and send it to a place."""
    recipe = write_recipe(Recipe(kind, t.language, community, report))
    alt = ""
    if kind is FileKind.PNG:
        said = "; ".join(line_text(line, t) for line in report.leads(CHART_LINES))
        alt = t.line("Charts of twelve months. {lines}", lines=said)[:_ALT]
    return MakeFile(place, file_name(report, kind, t), recipe, title_of(report, t), alt)
