"""``tsudoi report``: a stakeholder's report for who sits at the terminal, as a page, a table, a picture or in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.config import CommunitySection, Config, community_settings
from bot.reporting.files import make
from chat.card import part_text
from community.config import CommunitySettings, ConfigError
from community.kpi.everything import Period, Stakeholder
from community.reports.report import Report
from community.settings.overrides import effective_settings
from community.when.zones import zone_or
from handlers.reports.cards import report_card
from handlers.reports.gather import gather, read_month
from handlers.reports.recipe import FileKind, Recipe
from handlers.reports.words import community_name, state_of
from locales import Translator, translator
from storage.engine import Database
from storage.unit import Unit

PORTION = 100_000  # facts folded in one transaction: the bot may be running


@dataclass(frozen=True)
class Wish:
    """What was typed."""

    stakeholder: str
    month: str = ""
    language: str | None = None
    community: str | None = None
    files: tuple[tuple[FileKind, Path], ...] = ()


async def write_report(config: Config, wish: Wish, now: datetime, say: Callable[[str], None]) -> Report:
    """Write the files of a report; without any, say it in words.

    Raises:
        ConfigError: names what was typed and what there is.

    """
    stakeholder = _stakeholder(wish.stakeholder)
    section = _community(config, wish.community)
    db = Database(config.store.url)
    try:
        settings = await _settings(db, section, now)
        month = _month(wish.month, settings, now)
        report = await _gather(db, settings, stakeholder, month, now)
    finally:
        await db.close()
    t = translator(wish.language or settings.language)
    for kind, path in wish.files:
        recipe = Recipe(kind, t.language, community_name(settings.name), report)
        try:
            path.write_bytes(make(recipe))
        except OSError as error:
            raise ConfigError(f"{path} cannot be written: {error.strerror}") from None
        say(t.line("{path} is written.", path=str(path)))
    if not wish.files:
        say(_words(report, t))
    elif report.is_empty:
        say(state_of(report, t))
    return report


def _words(report: Report, t: Translator) -> str:
    return "\n\n".join(filter(None, map(part_text, report_card(report, t).parts)))


def _stakeholder(typed: str) -> Stakeholder:
    try:
        return Stakeholder(typed.strip().lower().replace("_", "-"))
    except ValueError:
        names = ", ".join(one.value for one in Stakeholder)
        raise ConfigError(f"--for: there is no report for {typed[:40]!r}; there are {names}") from None


def _community(config: Config, asked: str | None) -> CommunitySection:
    found = [section for section in config.community if asked in (None, section.id)]
    ids = ", ".join(section.id for section in config.community)
    if not found:
        raise ConfigError(f"--community: there is no {asked!r}; the file has {ids}")
    if len(found) > 1:
        raise ConfigError(f"the file has several communities: say which with --community; there are {ids}")
    return found[0]


def _month(typed: str, settings: CommunitySettings, now: datetime) -> Period:
    zone = zone_or(None, settings.time_zone)
    month = read_month(typed, zone, now)
    if month is None:
        here = f"{now.astimezone(zone):%Y-%m}"
        raise ConfigError(f"--month: {typed[:40]!r} is no month like 2026-11 that has begun; this one is {here}")
    return month


async def _settings(db: Database, section: CommunitySection, now: datetime) -> CommunitySettings:
    base = community_settings(section, ())
    async with db.reading() as conn:
        overrides = await Unit(conn, base.id, now).settings.all()
    return effective_settings(base, {key: held.value for key, held in overrides.items()})


async def _gather(
    db: Database, settings: CommunitySettings, stakeholder: Stakeholder, month: Period, now: datetime
) -> Report:
    zone, folded = zone_or(None, settings.time_zone), PORTION
    while folded == PORTION:
        async with db.writing() as conn:
            folded = await Unit(conn, settings.id, now).figures.fold(zone, most=PORTION)
    async with db.writing() as conn:
        return await gather(Unit(conn, settings.id, now).figures, stakeholder, month, zone=zone, now=now)
