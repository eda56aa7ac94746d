"""``tsudoi forget`` and ``tsudoi export``, as they are typed."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.config import LogSection, load_config
from bot.logs import set_up

Who = Annotated[str, typer.Argument(help="An account (slack:T012:U034, discord:900:123), or a member's number.")]
Community = Annotated[str | None, typer.Option(help="Which community, where there are several.")]
ConfigPath = Annotated[Path, typer.Option("--config", "-c", help="The configuration file.")]
DEFAULT = Path("config.toml")


def forget(
    who: Who,
    *,
    community: Community = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    config: ConfigPath = DEFAULT,
) -> None:
    """Erase a member who asked for it, with everything that is kept about them. The bot may be running."""
    from bot.operators import privacy as privacy_cli  # noqa: PLC0415 - as in bot/cli.py: what is needed when it is used

    set_up(LogSection(level="error"))
    settings = load_config(config)
    if not yes:
        asyncio.run(privacy_cli.describe(settings, who, community, typer.echo))
        typer.confirm("Erase this member for good?", abort=True)
    asyncio.run(privacy_cli.forget(settings, who, community, typer.echo))


def export(
    who: Who,
    *,
    out: Annotated[Path | None, typer.Option("-o", "--out", help="The file to write; else it is printed.")] = None,
    community: Community = None,
    config: ConfigPath = DEFAULT,
) -> None:
    """Write all that is kept about a member as JSON. The bot may be running."""
    from bot.operators import privacy as privacy_cli  # noqa: PLC0415 - as above

    set_up(LogSection(level="error"))
    written = asyncio.run(privacy_cli.export(load_config(config), who, community))
    if out is None:
        typer.echo(written.decode())
    else:
        out.write_bytes(written)
        out.chmod(0o600)
        typer.echo(f"{out}: {len(written):,} bytes")
