"""Small exports of both platforms, in the shape that Slack and DiscordChatExporter write."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.importing.lines import LinesExport
from bot.importing.runner import Importer, Plan, Report
from chat.discord.export import DiscordExport
from chat.exports import Export
from chat.ids import Platform, Workspace
from chat.slack.export import SlackExport
from storage.engine import Database

Json = dict[str, Any]

NOW = datetime(2026, 12, 4, 1, 0, tzinfo=UTC)
DAY0 = 1_700_000_000  # 2023-11-14
SLACK, DISCORD = Workspace(Platform.SLACK, "T1"), Workspace(Platform.DISCORD, "900")
QUESTION = "Does anybody know how I can retry a failed webhook? I get an error 500 each time."
ANSWER = "You can set retries to 3 in the settings of the webhook, then it is sent again."


class Silent:
    """A meter that only notes which passes there were."""

    def __init__(self) -> None:
        self.passes: list[str] = []
        self.looks = 0

    def begin(self, name: str, _total: int) -> None:
        self.passes.append(name)

    def reach(self, _done: int) -> None:
        self.looks += 1


async def bring(
    db: Database,
    export: Export,
    meter: Silent | None = None,
    *,
    question_channels: Collection[str] | None = None,
    again: bool = False,
    dry_run: bool = False,
) -> Report:
    """Import into community c1."""
    plan = Plan(community="c1", export=export, question_channels=question_channels, again=again, dry_run=dry_run)
    return await Importer(db, plan, meter or Silent(), NOW).run()


# ---- Slack


def slack_user(id_: str, name: str, **more: object) -> Json:
    return {"id": id_, "team_id": "T1", "name": name, "deleted": False, "is_bot": False,
            "profile": {"display_name": name, "real_name": name.title()}, **more}  # fmt: skip


def ts(minutes: float) -> str:
    return f"{DAY0 + int(minutes * 60)}.000100"


def says(user: str, minutes: float, text: str, **more: object) -> Json:
    return {"type": "message", "user": user, "ts": ts(minutes), "text": text, **more}


def slack_zip(
    path: Path,
    days: Mapping[str, object],
    *,
    users: object = None,
    channels: object = None,
    more: Mapping[str, object] | None = None,
) -> Path:
    """Write an export: ``days`` are the files of days by name; text stands in them as it is."""
    people = [slack_user("U1", "aki"), slack_user("U2", "ben"), slack_user("UB", "robot", is_bot=True)]
    files: dict[str, object] = {
        "users.json": people if users is None else users,
        "channels.json": [{"id": "C1", "name": "help", "is_general": False}] if channels is None else channels,
        **(more or {}),
        **days,
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            if content is not False:
                packed.writestr(name, content if isinstance(content, str | bytes) else json.dumps(content))
    return path


def solved_thread() -> list[Json]:
    """Return a question that was answered and thanked for, in a thread."""
    return [
        says("U1", 0, QUESTION, thread_ts=ts(0), reactions=[{"name": "eyes", "users": ["U2", "UB"], "count": 2}]),
        says("U2", 9, ANSWER, thread_ts=ts(0), parent_user_id="U1"),
        says("U1", 20, "Thank you, that solved it!", thread_ts=ts(0), parent_user_id="U1"),
    ]


def slack(path: Path, *, team: str = "", private: bool = False) -> SlackExport:
    return SlackExport(path, team=team, private=private)


# ---- Discord


def discord_user(id_: str, name: str, *, bot: bool = False) -> Json:
    return {"id": id_, "name": name, "discriminator": "0000", "nickname": name.title(), "color": None, "isBot": bot,
            "roles": [{"id": "77", "name": "helper", "color": None, "position": 1}], "avatarUrl": "x.png"}  # fmt: skip


def writes(user: Json, id_: int, minutes: float, text: str, **more: object) -> Json:
    stamp = datetime.fromtimestamp(DAY0 + minutes * 60, UTC).isoformat(timespec="milliseconds")
    base: Json = {
        "id": str(id_), "type": "Default", "timestamp": stamp, "timestampEdited": None, "callEndedTimestamp": None,
        "isPinned": False, "content": text, "author": user, "attachments": [], "embeds": [], "stickers": [],
        "reactions": [], "mentions": [], "inlineEmojis": [],
    }  # fmt: skip
    return {**base, **more}


def discord_file(
    path: Path,
    messages: Sequence[Json],
    *,
    channel: Mapping[str, object] | None = None,
    server: str = "900",
    indent: int | None = 2,
) -> Path:
    whole = {
        "guild": {"id": server, "name": "Aozora", "iconUrl": "x"},
        "channel": {"id": "10", "type": "GuildTextChat", "categoryId": "5", "category": "Text", "name": "help",
                    "topic": 'about "messages": [ and more', **(channel or {})},
        "dateRange": {"after": None, "before": None},
        "exportedAt": "2024-01-01T00:00:00+00:00",
        "messages": list(messages),
        "messageCount": len(messages),
    }  # fmt: skip
    path.write_text(json.dumps(whole, indent=indent, ensure_ascii=False), encoding="utf-8")
    return path


def discord(path: Path, server: str = "") -> DiscordExport:
    return DiscordExport(path, server=server)


# ---- lines


def lines(path: Path, home: Workspace = SLACK, zone: str = "Asia/Tokyo") -> LinesExport:
    return LinesExport(path, workspace=home, zone=ZoneInfo(zone))


def lines_file(path: Path, said: Sequence[object]) -> Path:
    path.write_text("".join(f"{one if isinstance(one, str) else json.dumps(one)}\n" for one in said), encoding="utf-8")
    return path
