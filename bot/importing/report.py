"""What the person at the terminal sees of an import: bars while it runs, and in the end what came of it."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from bot.importing.runner import Plan, Report
from chat.exports import Trouble
from community.questions.life import QuestionState
from locales import Translator, msg

PASSES = {
    "look": msg("Looking through it"),
    "questions": msg("Finding questions"),
    "facts": msg("Taking in what was said"),
    "endings": msg("Reading how questions ended"),
}
TROUBLES = {
    Trouble.BROKEN_FILE: msg("cannot be read from some point on; what stood before was taken"),
    Trouble.BROKEN_MESSAGE: msg("messages that cannot be read were left out"),
    Trouble.NO_PEOPLE: msg("is missing or empty: ids stand for names until the bot meets people"),
    Trouble.STRANGER: msg("wrote, and is not on the list of members: taken in by what the messages tell"),
    Trouble.UNKNOWN_CHANNEL: msg("is not on the list of channels, and was left out"),
    Trouble.PRIVATE: msg("is private, and was left out"),
    Trouble.REPEATED: msg("is there twice, and was read once"),
    Trouble.ELSEWHERE: msg("is of another server, and was left out"),
    Trouble.NO_ZONE: msg("times without a zone"),
}
SHOWN = 8  # places named for each kind of trouble


class Bars:
    """A bar for each pass."""

    def __init__(self, console: Console, t: Translator) -> None:
        self._t = t
        self._progress = Progress(
            TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"),
            TimeRemainingColumn(), console=console, refresh_per_second=4,
        )  # fmt: skip
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        """Begin to draw."""
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Draw no more."""
        if kind is None:
            self._fill()
        self._progress.stop()

    def begin(self, name: str, total: int) -> None:
        """Begin the bar of a pass."""
        self._fill()
        self._task = self._progress.add_task(self._t.line(PASSES[name]), total=max(total, 1))

    def reach(self, done: int) -> None:
        """Move it on."""
        if self._task is not None:
            self._progress.update(self._task, completed=done)

    def _fill(self) -> None:
        if self._task is not None:
            total = next(task.total for task in self._progress.tasks if task.id == self._task)
            self._progress.update(self._task, completed=total)


def draw(console: Console, t: Translator, plan: Plan, report: Report) -> None:
    """Print what came of an import."""
    survey = report.survey
    if report.finished_before is not None:
        said = t.line(
            "This was imported on {date}: there is nothing new in it. To read it once more, add --again.",
            date=f"{report.finished_before:%Y-%m-%d %H:%M} UTC",
        )
        console.print(Text(said))
        return
    table = Table("", "")
    table.columns[1].justify = "right"
    if survey.first and survey.last:
        table.add_row(t.line("From"), f"{survey.first:%Y-%m-%d}")
        table.add_row(t.line("Until"), f"{survey.last:%Y-%m-%d}")
    for name, value in _figures(t, plan, report):
        table.add_row(name, f"{value:,}")
    console.print(table)
    if plan.dry_run:
        console.print(Text(t.line("Nothing was stored: this was only a look.")))
    elif report.resumed:
        console.print(Text(t.line("An import that had been broken off was brought to its end.")))
    if survey.misdated:
        said = t.line("Left out, because their time cannot be: {n}", n=survey.misdated)
        console.print(Text(said, style="yellow"))
    _draw_troubles(console, t, plan)


def _figures(t: Translator, plan: Plan, report: Report) -> list[tuple[str, int]]:
    survey = report.survey
    rows = [
        (t.line("Channels"), len(plan.export.channels)),
        (t.line("Messages"), survey.messages),
        (t.line("Reactions"), survey.reactions),
        (t.line("Members seen"), len(survey.seen)),
    ]
    if plan.dry_run:
        return rows
    rows += [
        (t.line("New members"), report.people),
        (t.line("Joins"), report.joined),
        (t.line("New facts"), report.facts),
    ]
    if plan.questions:
        rows += [
            (t.line("New questions"), report.questions),
            (t.line("Replies kept"), report.replies),
            (t.line("of these questions: solved"), report.endings.get(QuestionState.SOLVED, 0)),
            (t.line("answered"), report.endings.get(QuestionState.ANSWERED, 0)),
            (t.line("without an answer"), report.endings.get(QuestionState.CLOSED, 0)),
        ]
    return rows


def _draw_troubles(console: Console, t: Translator, plan: Plan) -> None:
    found = plan.export.troubles.found
    for trouble, words in TROUBLES.items():
        places = {where: n for (what, where), n in found.items() if what is trouble}
        if not places:
            continue
        named = ", ".join(f"{where} ({n:,})" if n > 1 else where for where, n in list(places.items())[:SHOWN])
        more = f" … +{len(places) - SHOWN:,}" if len(places) > SHOWN else ""
        line = f"{named}{more}: {t.line(words)}"
        if trouble is Trouble.NO_ZONE:
            zone = (
                t.line("taken as UTC") if plan.export.kind == "discord-export" else t.line("taken as the community's")
            )
            line = f"{line}, {zone}"
        console.print(Text(line, style="yellow"))
