"""The command line: ``tsudoi run``, ``demo``, ``migrate`` and what an operator needs in the first minutes.

Each command imports what it needs when it is used: ``run`` has two seconds to be ready.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.config import Config, LogSection, load_config
from bot.importing.commands import import_app
from bot.logs import set_up
from bot.operators.privacy_commands import export, forget
from chat.port import ChatError
from community.config import ConfigError
from storage.engine import Database, StoreError

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
ConfigPath = Annotated[Path, typer.Option("--config", "-c", help="The configuration file.")]
Language = Annotated[str | None, typer.Option("--lang", help="ja or en; else the terminal's own language.")]
DEFAULT = Path("config.toml")
manifest_app = typer.Typer(no_args_is_help=True, help="Print what a platform needs to know the app.")
invite_app = typer.Typer(no_args_is_help=True, help="Print how the bot is let in.")
app.add_typer(manifest_app, name="manifest")
app.add_typer(invite_app, name="invite")
routing_app = typer.Typer(no_args_is_help=True, help="Who is asked what, and how well that works.")
app.add_typer(routing_app, name="routing")
app.add_typer(import_app, name="import")
figures_app = typer.Typer(no_args_is_help=True, help="The figures that reports are made of.")
app.add_typer(figures_app, name="figures")


@manifest_app.callback()
@invite_app.callback()
def _group() -> None:
    """Keep the platform a word of its own, though there is one for now."""


@app.command()
def run(config: ConfigPath = DEFAULT) -> None:
    """Run the bot. Without a configuration file, run the demonstration."""
    if config == DEFAULT and not config.exists():
        say(f"There is no {DEFAULT}: running the demonstration. Copy config.example.toml to connect Slack or Discord.")
        demo()
        return
    settings = load_config(config)
    if not settings.slack and not settings.discord:
        raise ConfigError(f"{config}: neither [[slack]] nor [[discord]] is set; see config.example.toml")
    set_up(settings.log)
    _go(_serve(settings))


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="Port of the page on 127.0.0.1.")] = 8700,
    bot_port: Annotated[int, typer.Option(help="Port of the bot's own pages.")] = 8710,
) -> None:
    """Run the bot in a local Slack workspace and Discord server, with a page to click on."""
    set_up(LogSection(level="warning"))
    _go(_demonstrate(port, bot_port))


@app.command()
def replay(
    record: Annotated[
        Path, typer.Argument(help="A recorded conversation: one JSON message per line, or packed (.gz).")
    ],
    *,
    slack: Annotated[bool, typer.Option("--slack", help="Replay on Slack (without either: on both).")] = False,
    discord: Annotated[bool, typer.Option("--discord", help="Replay on Discord.")] = False,
    speed: Annotated[str, typer.Option(help="Times real time, or max.")] = "max",
    kills: Annotated[int, typer.Option(min=0, help="How often the bot is killed (kill -9) and started again.")] = 0,
    faults: Annotated[float, typer.Option(min=0, max=0.5, help="Share of the replies that fail on purpose.")] = 0.0,
    store: Annotated[str | None, typer.Option(help="An empty store's URL; else a throw-away SQLite.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Only so many messages.")] = None,
    threads: Annotated[bool, typer.Option("--threads", help="The record's conversations are threads.")] = False,
    routing: Annotated[
        bool, typer.Option("--routing/--no-routing", help="Watch all channels for questions; some askers accept help.")
    ] = True,
    seed: Annotated[int, typer.Option(help="Chooses the moments of the kills and the faults.")] = 1,
) -> None:
    """Let a recorded conversation happen again in the sandbox, and count what arrived in the store."""
    from rich.console import Console

    from bot.replaying.record import read_record
    from bot.replaying.replay import Plan, read_speed
    from bot.replaying.replay import replay as run_replay
    from bot.replaying.replay import report as report_replay

    chosen = tuple(name for name, on in (("slack", slack), ("discord", discord)) if on) or ("slack", "discord")
    plan = Plan(
        lines=read_record(record, limit),
        platforms=chosen,
        speed=read_speed(speed),
        kills=kills,
        faults=faults,
        threads=threads,
        routing=routing,
        store=store,
        seed=seed,
    )
    console = Console()
    outcome = asyncio.run(run_replay(plan, console))
    report_replay(outcome, console)
    if not outcome.ok:
        raise typer.Exit(1)


@app.command()
def migrate(config: ConfigPath = DEFAULT) -> None:
    """Bring the database to the newest schema (``run`` does so by itself)."""
    from storage.migrate import current, upgrade

    settings = load_config(config)

    async def bring() -> str | None:
        db = Database(settings.store.url)
        try:
            await upgrade(db)
            return await current(db)
        finally:
            await db.close()

    say(f"The database is at {asyncio.run(bring())}.")


@app.command()
def backup(
    to: Annotated[Path | None, typer.Option(help="Another folder than the configured one.")] = None,
    config: ConfigPath = DEFAULT,
) -> None:
    """Make a backup now, open it and count what is in it. The bot may be running."""
    from bot.clock import SystemClock
    from bot.operators.backup import back_up

    set_up(LogSection(level="error"))
    asyncio.run(back_up(load_config(config), to, SystemClock().now(), say))


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="The backup; its manifest (.json) lies beside it.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    config: ConfigPath = DEFAULT,
) -> None:
    """Put a backup in the place of the store, which is kept. The bot must be stopped."""
    from bot.clock import SystemClock
    from bot.operators.backup import bring_back

    set_up(LogSection(level="error"))
    settings = load_config(config)
    asyncio.run(
        bring_back(
            settings,
            file,
            SystemClock().now(),
            say=say,
            sure=lambda: yes or typer.confirm("Replace the store with it?"),
        )
    )


app.command()(forget)
app.command()(export)


@app.command()
def doctor(config: ConfigPath = DEFAULT, lang: Language = None) -> None:
    """Check everything a running bot needs, and say what to mend. Changes nothing."""
    from bot.doctor.looking import examine, report
    from locales import translator

    t = translator(_language(config, lang))
    set_up(LogSection(level="error"))
    parts = asyncio.run(examine(config))
    say(report(parts, t))
    if not all(finding.ok for part in parts for finding in part.findings):
        raise typer.Exit(1)


@manifest_app.command()
def slack(
    config: ConfigPath = DEFAULT,
    http: Annotated[str | None, typer.Option(help="Public https address, for HTTP mode.")] = None,
    name: Annotated[str, typer.Option(help="The app's name in Slack.")] = "Tsudoi",
    reasons: Annotated[bool, typer.Option("--reasons", help="Print why each scope is needed instead.")] = False,  # noqa: FBT002 - a switch of the command line
    lang: Language = None,
) -> None:
    """Print the app manifest for Slack's “From a manifest”, with the least scopes."""
    from bot.install import slack_manifest, slack_reasons
    from handlers import FEATURES
    from locales import translator

    t = translator(_language(config, lang))
    if reasons:
        say(slack_reasons(t, http=http is not None))
    else:
        say(slack_manifest(FEATURES, t, http=http, app_name=name).rstrip())


@invite_app.command()
def discord(
    config: ConfigPath = DEFAULT,
    application: Annotated[str | None, typer.Option(help="The application's id; else asked with the token.")] = None,
    lang: Language = None,
) -> None:
    """Print the link that lets the bot into a Discord server, and the switches to set first."""
    from bot.install import discord_invitation, find_application
    from locales import translator

    set_up(LogSection(level="error"))
    if application is None and not config.exists():
        raise ConfigError(f"there is no {config} with a token to ask by; name the bot with --application ID")
    id_ = application or asyncio.run(find_application(load_config(config)))
    if not id_.isdecimal():
        raise ConfigError(f"--application: an id is all digits, not {id_!r}")
    say(discord_invitation(id_, translator(_language(config, lang))))


@figures_app.callback()
def _figures() -> None:
    """Keep ``rebuild`` a word of its own, though it is the only one."""


@figures_app.command("rebuild")
def rebuild_figures(config: ConfigPath = DEFAULT) -> None:
    """Make what figures are read from anew, from the activity log. The bot may be running."""
    from bot.clock import SystemClock
    from bot.operators.figures import rebuild

    set_up(LogSection(level="error"))
    asyncio.run(rebuild(load_config(config), SystemClock().now(), say))


@app.command("report")
def write_report(
    *,
    stakeholder: Annotated[
        str, typer.Option("--for", help="customer-success, sales, marketing, development or management.")
    ] = "management",
    month: Annotated[str, typer.Option(help="Like 2026-11; without it, the last month.")] = "",
    html: Annotated[Path | None, typer.Option(help="Write a page with charts here.")] = None,
    csv: Annotated[Path | None, typer.Option(help="Write a table for a spreadsheet here.")] = None,
    png: Annotated[Path | None, typer.Option(help="Write a picture of the main charts here.")] = None,
    community: Annotated[str | None, typer.Option(help="Which community, where the file has several.")] = None,
    config: ConfigPath = DEFAULT,
    lang: Language = None,
) -> None:
    """Write a stakeholder's report on a month; without a file to write to, print it. The bot may be running."""
    from bot.clock import SystemClock
    from bot.reporting.cli import Wish
    from bot.reporting.cli import write_report as write
    from handlers.reports.recipe import FileKind

    set_up(LogSection(level="error"))
    chosen = ((FileKind.HTML, html), (FileKind.CSV, csv), (FileKind.PNG, png))
    files = tuple((kind, path) for kind, path in chosen if path is not None)
    wish = Wish(stakeholder, month, lang, community, files)
    asyncio.run(write(load_config(config), wish, SystemClock().now(), say))


@routing_app.command()
def explain(
    question: Annotated[int | None, typer.Argument(help="The question's number; without one, those that wait.")] = None,
    config: ConfigPath = DEFAULT,
    lang: Language = None,
) -> None:
    """Print who would be asked about a question now, and who not, each with the reason."""
    from rich.console import Console

    from bot.operators.routing import explain as explain_routing
    from locales import translator

    set_up(LogSection(level="error"))
    explain_routing(load_config(config), question, translator(_language(config, lang)), Console())


@routing_app.command()
def evaluate(
    history: Annotated[Path, typer.Argument(help="A community's messages: one JSON object per line, or packed (.gz).")],
    config: ConfigPath = DEFAULT,
    lang: Language = None,
) -> None:
    """Play a community's own history back, and print how often those would have been asked who did answer."""
    from rich.console import Console

    from bot.operators.routing import evaluate_history
    from locales import translator

    evaluate_history(history, translator(_language(config, lang)), Console())


def _language(config: Path, asked: str | None) -> str:
    from bot.install import terminal_language

    try:
        fallback = load_config(config).community[0].language
    except (ConfigError, IndexError):
        fallback = "en"
    return terminal_language(asked, fallback)


async def _serve(settings: Config) -> None:
    from bot.process import Process

    process = Process(settings)
    try:
        await process.start()
        await asyncio.Event().wait()
    finally:
        await process.stop()


async def _demonstrate(port: int, bot_port: int) -> None:
    from bot.demo import demo_config, fresh_store
    from bot.process import Process
    from sandbox.server import Sandbox

    panel = f"http://127.0.0.1:{bot_port}/panel"
    async with Sandbox(port, panel_url=panel, lively=True) as sandbox:
        process = Process(demo_config(sandbox, fresh_store(), bot_port))
        try:
            await process.start()
            say(f"\n  Tsudoi runs. Open {sandbox.url}/ in a browser.  (Ctrl-C ends it.)\n")
            await asyncio.Event().wait()
        finally:
            await process.stop()


def _go(work: Coroutine[Any, Any, None]) -> None:
    """Run until it ends or somebody ends it: an interrupt and a termination both stop in order."""

    async def until_told() -> None:
        task = asyncio.ensure_future(work)
        loop = asyncio.get_running_loop()
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(name, task.cancel)
        with contextlib.suppress(asyncio.CancelledError):
            await task

    asyncio.run(until_told())


def say(text: str) -> None:
    """Write a line for the person at the terminal."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> None:
    """Run a command; what can be mended is said in one sentence, without a traceback."""
    try:
        app(standalone_mode=True)
    except (ConfigError, StoreError, ChatError) as error:
        sys.stderr.write(f"tsudoi: {error}\n")
        raise SystemExit(2) from None
