"""What ``tsudoi doctor`` looks at by itself: the machine, the file, the tokens, the database, the channels' names."""

from __future__ import annotations

import asyncio
import contextlib
import difflib
import os
import platform
import shutil
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from bot.config import Config, DiscordSection, SecretError, SlackSection, StoreSection, others_may_read, secret
from chat.port import Finding, Survey
from community.config import TopicSettings
from storage.alembic_runner import revisions
from storage.engine import Database, StoreError
from storage.migrate import current, newest

REACH_WITHIN = 10.0  # seconds for the database to answer
ROOM_MB = 200  # a busy year's facts, and as much again for the write-ahead log
OLDEST = (3, 11)
SHOWN = 20  # names of channels in one sentence
CHANNEL_LANGUAGES = ("ja", "en", "ja+en")
Section = SlackSection | DiscordSection


def found(code: str, *, ok: bool = True, **values: str) -> Finding:
    """Return a finding."""
    return Finding(ok=ok, code=code, values=values)


def check_machine() -> Iterator[Finding]:
    """Look at Python."""
    yield found("python", ok=sys.version_info >= OLDEST, version=platform.python_version())


def check_settings(config: Config, path: Path, now: datetime | None = None) -> Iterator[Finding]:
    """Look at what can be seen in the file alone."""
    if (make_url(config.store.url).password or "") and others_may_read(path.stat().st_mode):
        yield found("config_open", ok=False, path=str(path))
    for section in config.community:
        time = f"{(now or datetime.now(UTC)).astimezone(ZoneInfo(section.time_zone)):%H:%M}"
        yield found("community", name=section.name, language=section.language, zone=section.time_zone, time=time)
    if config.clock.follow:
        real = [s for s in config.slack if s.api_url == SlackSection().api_url]
        real_too = [s for s in config.discord if not s.api_url]
        yield found("clock_follow", ok=not (real or real_too), url=config.clock.follow)
    if not config.slack and not config.discord:
        yield found("no_platform", ok=False)


def check_tokens(section: Section) -> Iterator[Finding]:
    """Look whether the tokens of a section are where it says."""
    kind: str
    names: tuple[str, ...]
    match section:
        case SlackSection(mode="socket"):
            kind, names = "slack", ("bot_token", "app_token")
        case SlackSection():
            kind, names = "slack", ("bot_token", "signing_secret")
        case DiscordSection():
            kind, names = "discord", ("token",)
    for name in names:
        key = f"{kind}.{name}"
        try:
            secret(getattr(section, name), key=key)
        except SecretError as error:
            yield found(error.problem, ok=False, **error.values)
        else:
            yield found("token", key=key)


# ---- the database


async def check_store(section: StoreSection) -> list[Finding]:
    """Look whether the database can be used. What it writes for that, it takes back."""
    url = make_url(section.url)
    shown = url.render_as_string(hide_password=True)
    file = Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None
    if file is not None and not file.exists():
        folder = _standing(file.parent)
        ok = os.access(folder, os.W_OK | os.X_OK)
        return [found("store_new", ok=ok, url=shown, folder=str(folder)), *_disk(folder)]
    try:
        db = Database(section.url)
    except StoreError as error:
        return [found("store", ok=False, url=shown, reason=str(error))]
    try:
        async with asyncio.timeout(REACH_WITHIN):
            await _try_writing(db)
            revision = await current(db)
    except TimeoutError:
        return [found("store", ok=False, url=shown, reason=f"no answer within {REACH_WITHIN:g} s")]
    except (SQLAlchemyError, OSError) as error:
        cause = getattr(error, "orig", None) or error
        return [found("store", ok=False, url=shown, reason=" ".join(str(cause).split()))]
    finally:
        await db.close()
    disk = _disk(file.parent) if file is not None else ()
    return [found("store", url=shown), _schema(revision), *disk]


class _TakeBackError(Exception):
    """Ends a transaction that must leave nothing behind."""


async def _try_writing(db: Database) -> None:
    with contextlib.suppress(_TakeBackError):
        async with db.writing() as conn:
            await conn.exec_driver_sql("CREATE TABLE tsudoi_doctor (id INTEGER)")
            raise _TakeBackError


def _schema(revision: str | None) -> Finding:
    head = newest() or ""
    if revision is None:
        return found("schema_empty")
    if revision not in revisions():
        return found("schema_unknown", ok=False, revision=revision)
    return found("schema", ok=revision == head, revision=revision, newest=head)


def _standing(folder: Path) -> Path:
    """Return the nearest folder that exists."""
    return next(one for one in (folder.absolute(), *folder.absolute().parents) if one.exists())


def _disk(folder: Path) -> tuple[Finding, ...]:
    free = shutil.disk_usage(folder).free // 1_000_000
    return (found("disk", ok=free >= ROOM_MB, free=f"{free:,}", folder=str(folder.absolute())),)


# ---- channels, roles, user groups


def check_names(section: Section, topics: tuple[TopicSettings, ...], survey: Survey, bot: str) -> Iterator[Finding]:
    """Compare the names in the settings with what the bot sees."""
    kind = "slack" if isinstance(section, SlackSection) else "discord"
    channels = section.channels
    named = [
        (f"{kind}.channels.{key}", getattr(channels, key))
        for key in ("welcome", "introductions", "moderators", "lobby")
    ]
    named += [(f"{kind}.channels.questions", name) for name in channels.questions]
    named += [(f"{kind}.channels.languages", name) for name in channels.languages]
    if kind == "slack":
        named += [(f"community.topics.{topic.id}.slack_channel", topic.slack_channel) for topic in topics]
    for key, name in named:
        if name:
            yield _channel(key, name, survey, bot)
    for name, language in channels.languages.items():
        if language not in CHANNEL_LANGUAGES:
            yield found("channel_language", ok=False, key=f"{kind}.channels.languages.{name}", value=language)
    yield from _badges(section, kind, topics, survey)


def check_lobby(section: Section, cap: int) -> Iterator[Finding]:
    """Say where a cap is set and newcomers would have nowhere to wait, or nothing to tell them apart by."""
    if not cap:
        return
    kind = "slack" if isinstance(section, SlackSection) else "discord"
    if not section.channels.lobby:
        yield found("lobby_missing", ok=False, key=f"{kind}.channels.lobby")
    if kind == "discord" and not section.member_badge:
        yield found("lobby_open", ok=False, key=f"{kind}.member_badge")


def _channel(key: str, name: str, survey: Survey, bot: str) -> Finding:
    wanted = name.removeprefix("#")
    place = next((p for p in survey.places if wanted in (p.place.channel, p.name)), None)
    if place is None:
        names = [p.name for p in survey.places]
        near = difflib.get_close_matches(wanted, names, n=1)
        values = {"key": key, "name": wanted, "seen": _list(names)}
        return (
            found("channel_misspelt", ok=False, near=near[0], **values)
            if near
            else found("channel_missing", ok=False, **values)
        )
    if not place.bot_is_in:
        return found("channel_outside", ok=False, key=key, name=place.name, bot=bot)
    if not place.may_post:
        return found("channel_silent", ok=False, key=key, name=place.name)
    return found("channel", key=key, name=place.name)


def _badges(section: Section, kind: str, topics: tuple[TopicSettings, ...], survey: Survey) -> Iterator[Finding]:
    field = "slack_group" if kind == "slack" else "discord_role"
    given = [(f"community.topics.{topic.id}.{field}", getattr(topic, field)) for topic in topics]
    given += [(f"{kind}.{key}", getattr(section, key)) for key in ("member_badge", "lobby_badge")]
    asked = [
        (f"{kind}.{key}", badge) for key in ("moderator_badges", "organiser_badges") for badge in getattr(section, key)
    ]
    asked.append((f"{kind}.duty_badge", section.duty_badge))
    known = {name.casefold() for name in survey.badges}
    beyond = {name.casefold() for name in survey.out_of_reach}
    for key, badge in (*given, *asked):
        plain = badge.removeprefix("@").casefold()
        if not plain:
            continue
        if plain not in known:
            names = (name for name in survey.badges if not name.isdecimal())
            yield found("badge_missing", ok=False, key=key, name=badge, seen=_list(sorted(names)))
        elif plain in beyond and (key, badge) in given:
            yield found("badge_out_of_reach", ok=False, key=key, name=badge)


def _list(names: Iterable[str]) -> str:
    every = list(names)
    more = f", … ({len(every)})" if len(every) > SHOWN else ""
    return (", ".join(every[:SHOWN]) or "-") + more
