"""A configuration file that points at a sandbox, its tokens in files of mode 600: a first installation."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.doctor.looking import Part, examine
from chat.port import Finding
from sandbox.server import Sandbox
from sandbox.slack import app_token, bot_token

TEMPLATE = """
[store]
url = "sqlite:///{folder}/data/tsudoi.sqlite"

[[community]]
id = "main"
name = "Harbour"
topics = [{{ id = "python", en = "Python", ja = "Python" }}]

[[slack]]
bot_token = "file:{folder}/slack_bot"
app_token = "file:{folder}/slack_app"
api_url = "{url}/slack/api/"

[[discord]]
server = "{server}"
token = "file:{folder}/discord"
api_url = "{rest}"
gateway_url = "{gateway}"
"""


@dataclass
class Installation:
    sandbox: Sandbox
    folder: Path

    @property
    def path(self) -> Path:
        return self.folder / "config.toml"

    def token(self, name: str, value: str, mode: int = 0o600) -> None:
        file = self.folder / name
        file.write_text(value, encoding="utf-8")
        file.chmod(mode)

    def change(self, old: str, new: str) -> None:
        text = self.path.read_text(encoding="utf-8")
        assert old in text
        self.path.write_text(text.replace(old, new, 1), encoding="utf-8")

    async def parts(self) -> list[Part]:
        return await examine(self.path)

    async def found(self) -> list[Finding]:
        return [finding for part in await self.parts() for finding in part.findings]

    async def wrong(self) -> list[Finding]:
        return [finding for finding in await self.found() if not finding.ok]


@asynccontextmanager
async def installed(folder: Path) -> AsyncIterator[Installation]:
    async with Sandbox(empty=True) as sandbox:
        here = Installation(sandbox, folder)
        text = TEMPLATE.format(
            folder=folder,
            url=sandbox.url,
            server=sandbox.server.id,
            rest=sandbox.discord.rest_url,
            gateway=sandbox.discord.gateway_url,
        )
        here.path.write_text(text, encoding="utf-8")
        here.token("slack_bot", bot_token(sandbox.workspace.id))
        here.token("slack_app", app_token(sandbox.workspace.id))
        here.token("discord", sandbox.discord.token)
        yield here
