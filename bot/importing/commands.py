"""The commands of ``tsudoi import``. What they need is imported when they are used: ``run`` has two seconds."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import_app = typer.Typer(no_args_is_help=True, help="Bring in what was said before the bot came.")

Source = Annotated[Path, typer.Argument(help="What to import.")]
ConfigPath = Annotated[Path, typer.Option("--config", "-c", help="The configuration file.")]
Community = Annotated[str | None, typer.Option(help="The community's id, where there are several.")]
Home = Annotated[
    str | None, typer.Option(help="Where it belongs, as slack:T… or discord:ID; needed where nothing else tells.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only look what is in it.")]
Again = Annotated[bool, typer.Option("--again", help="Read it once more, though it was finished.")]
Questions = Annotated[
    bool,
    typer.Option("--questions/--no-questions", help="Find questions, for earlier answers: most of the time."),
]
QuestionChannel = Annotated[
    list[str] | None,
    typer.Option(help="A channel to look for questions in; repeatable. Else those of the configuration, else all."),
]
Language = Annotated[str | None, typer.Option("--lang", help="ja or en; else the terminal's own language.")]
Private = Annotated[bool, typer.Option("--private", help="Private channels, too, where the file has them.")]
DEFAULT = Path("config.toml")


@import_app.command("slack-export")
def slack_export(
    source: Source,
    *,
    config: ConfigPath = DEFAULT,
    community: Community = None,
    workspace: Home = None,
    private: Private = False,
    dry_run: DryRun = False,
    again: Again = False,
    questions: Questions = True,
    question_channel: QuestionChannel = None,
    lang: Language = None,
) -> None:
    """Import the .zip that Slack's "Export data" gives."""
    from bot.importing.start import Request, start  # noqa: PLC0415 - see above

    start(
        Request(
            kind="slack-export",
            source=source,
            config=config,
            community=community,
            workspace=workspace,
            private=private,
            dry_run=dry_run,
            again=again,
            questions=questions,
            question_channels=tuple(question_channel or ()),
            language=lang,
        )
    )


@import_app.command("discord-export")
def discord_export(
    source: Source,
    *,
    config: ConfigPath = DEFAULT,
    community: Community = None,
    workspace: Home = None,
    dry_run: DryRun = False,
    again: Again = False,
    questions: Questions = True,
    question_channel: QuestionChannel = None,
    lang: Language = None,
) -> None:
    """Import a JSON file of DiscordChatExporter, or a folder of them."""
    from bot.importing.start import Request, start  # noqa: PLC0415 - see above

    start(
        Request(
            kind="discord-export",
            source=source,
            config=config,
            community=community,
            workspace=workspace,
            dry_run=dry_run,
            again=again,
            questions=questions,
            question_channels=tuple(question_channel or ()),
            language=lang,
        )
    )


@import_app.command("jsonl")
def jsonl(
    source: Source,
    *,
    config: ConfigPath = DEFAULT,
    community: Community = None,
    workspace: Home = None,
    dry_run: DryRun = False,
    again: Again = False,
    questions: Questions = True,
    question_channel: QuestionChannel = None,
    lang: Language = None,
) -> None:
    """Import one JSON message per line, packed (.gz) or not: channel, ts, user, text, conversation."""
    from bot.importing.start import Request, start  # noqa: PLC0415 - see above

    start(
        Request(
            kind="jsonl",
            source=source,
            config=config,
            community=community,
            workspace=workspace,
            dry_run=dry_run,
            again=again,
            questions=questions,
            question_channels=tuple(question_channel or ()),
            language=lang,
        )
    )
