"""``/community settings``: what can be set in the chat, what it means, where its value comes from, and setting it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from chat.answers import Answer, Say
from chat.card import Accent, Card, Footnote, Part, Text, Title
from chat.commands import CommandOption, Localised, OptionKind, SubCommand
from chat.events import CommandUsed
from chat.ids import Workspace
from chat.text import Bold, Code, RichText, join, rich
from community.config import Channels, CommunitySettings, ConfigError, OnboardingSettings
from community.languages import LANGUAGES
from community.overrides import with_setting
from community.schedule import ONE
from community.zones import parse_zone
from handlers.community import moderator
from handlers.context import Context
from handlers.figures.folding import FOLD
from handlers.readers import Reader, note, settings_of, zone_of
from handlers.routes import Feature, command
from locales import msg
from storage.activity import Fact
from storage.settings import Override

VALUE = 500  # characters; longer texts belong into the file
RESET = ("default", "reset", "戻す", "初期値")
SWITCH = {"on": "true", "off": "false", "yes": "true", "no": "false", "はい": "true", "いいえ": "false"}


@dataclass(frozen=True, slots=True)
class Knob:
    """Something that moderators can set in the chat."""

    name: str  # as it is typed
    path: str  # in the settings; ``{workspace}`` is the one where it is typed
    meaning: str  # a message of the catalogues
    is_channel: bool = False


def _channel(name: str, meaning: str) -> Knob:
    return Knob(name, "workspaces.{workspace}.channels." + name, meaning, is_channel=True)


def _onboarding(name: str, meaning: str) -> Knob:
    return Knob(name, "onboarding." + name, meaning)


KNOBS = (
    _channel("welcome", msg("where newcomers are greeted")),
    _channel("introductions", msg("where introductions are posted")),
    _channel("moderators", msg("where moderators are told what needs them")),
    _channel("digest", msg("where the weekly digest is posted")),
    Knob("digest_enabled", "digest.enabled", msg("whether the weekly digest is posted: on or off")),
    Knob("digest_weekday", "digest.weekday", msg("the day of the weekly digest, like monday")),
    Knob("digest_time", "digest.time", msg("the hour of the weekly digest, like 09:00")),
    Knob("thanks_enabled", "thanks.enabled", msg("whether members can thank each other through me: on or off")),
    Knob("thanks_daily_quota", "thanks.daily_quota", msg("how often a day one member can thank others")),
    Knob("thanks_reaction", "thanks.reaction", msg("the reaction that counts as thanks")),
    Knob(
        "recognition_enabled",
        "recognition.enabled",
        msg("whether peak moments are looked for and told, if their member agrees: on or off"),
    ),
    Knob("recognition_weekly_most", "recognition.weekly_most", msg("how many peak moments are told in a week at most")),
    Knob(
        "recognition_review",
        "recognition.review",
        msg("whether moderators see a peak moment before it is told: on or off"),
    ),
    Knob("language", "language", msg("the community's language: ja or en")),
    Knob("time_zone", "time_zone", msg("the community's time zone")),
    _onboarding("enabled", msg("whether newcomers are greeted: on or off")),
    _onboarding("purpose_ja", msg("what this community is for, in Japanese")),
    _onboarding("purpose_en", msg("what this community is for, in English")),
    _onboarding("nudge_after_days", msg("days of silence before the one nudge")),
    _onboarding("reply_within_hours", msg("hours without a reply before a welcomer is asked")),
    _onboarding("welcomer_answer_hours", msg("hours until the next welcomer is asked")),
    _onboarding("welcomer_weekly_cap", msg("how often a week a new welcomer is asked at most")),
    _onboarding("greetings_per_hour", msg("direct greetings per hour at most")),
    _onboarding("watch_first_posts", msg("whether first posts are watched over, too: on or off")),
)

SETTINGS = SubCommand(
    name="settings",
    description=Localised(en="See and change what is set", ja="設定の確認と変更"),
    options=(
        CommandOption(
            name="set",
            description=Localised(en="Which setting", ja="変更する設定"),
            kind=OptionKind.CHOICE,
            choices=tuple(knob.name for knob in KNOBS),
        ),
        CommandOption(
            name="value", description=Localised(en="Its new value, or: default", ja="新しい値（default で元に戻す）")
        ),
    ),
)


async def show_settings(ctx: Context, event: CommandUsed) -> Answer:
    """Show the settings, after the change that was asked for."""
    who = await moderator(ctx, event)
    if isinstance(who, Say):
        return who
    name, typed = event.options.get("set", "").strip(), event.options.get("value", "").strip()
    if not name:
        return Say(_card(who, ctx.config, await ctx.db.settings.all(), event.workspace))
    knob = next((k for k in KNOBS if k.name == name.lower()), None)
    if knob is None:
        names = ", ".join(k.name for k in KNOBS)
        said = who.t("There is no setting {name}. There are: {names}", name=Code(name[:60]), names=names)
        return note(said, Accent.WARM)
    if not typed:
        return note(who.t("Which value should {name} have? Add `value:…`.", name=Code(knob.name)), Accent.WARM)
    return await _set(ctx, who, knob, typed, event)


async def _set(ctx: Context, who: Reader, knob: Knob, typed: str, event: CommandUsed) -> Answer:
    path = knob.path.format(workspace=event.workspace)
    fact = Fact("setting.changed", ctx.now, who.member.id, subject=path)
    if knob.name == "time_zone":  # the weeks begin at another hour: their figures are made anew, before anybody asks
        await ctx.db.timers.set(FOLD, ONE, ctx.now)
    if typed.lower() in RESET:
        await ctx.db.settings.unset(path)
        ctx.db.activity.record(fact, key=f"setting.changed:{event.key}")
        return note(who.t("{name} is back to what the file says.", name=Code(knob.name)), Accent.GOOD)
    if knob.is_channel and ctx.channel(event.workspace, _bare(typed)) is None:
        said = who.t("I cannot see a channel called {name}. Invite me there first.", name=Code(typed[:80]))
        return note(said, Accent.WARM)
    try:
        value = _normal(knob, typed)
        changed = with_setting(ctx.config, path, value)
    except ConfigError:
        said = who.t(
            "{value} does not fit {name}: {meaning}.",
            value=Code(typed[:60]),
            name=Code(knob.name),
            meaning=who.t.line(knob.meaning),
        )
        return note(said, Accent.WARM)
    await ctx.db.settings.set(path, value, by=who.member.id, at=ctx.now)
    ctx.db.activity.record(fact, key=f"setting.changed:{event.key}")
    held = _value(knob, changed, event.workspace)
    return note(who.t("Done: {name} is now {value}.", name=Code(knob.name), value=Code(held)), Accent.GOOD)


def _normal(knob: Knob, typed: str) -> str:
    """Return a value as the file would hold it.

    Raises:
        ConfigError: it cannot be read as such a value.

    """
    value: str | None = typed if len(typed) <= VALUE else None
    if knob.is_channel:
        value = _bare(typed)
    elif knob.name == "time_zone":
        value = parse_zone(typed)
    elif knob.name == "language":
        value = typed.lower() if typed.lower() in LANGUAGES else None
    if value is None:
        raise ConfigError(f"{knob.path}: cannot be read: {typed[:60]!r}")
    return SWITCH.get(value.lower(), value)


def _bare(channel: str) -> str:
    """Return a channel's name or id from what the platforms let people type: ``#general``, ``<#C1|general>``."""
    return channel.strip().removeprefix("<#").removesuffix(">").partition("|")[0].lstrip("#")


def _card(who: Reader, config: CommunitySettings, overrides: Mapping[str, Override], workspace: Workspace) -> Card:
    t = who.t
    lines: list[RichText] = []
    for knob in KNOBS:
        path = knob.path.format(workspace=workspace)
        held = _value(knob, config, workspace)
        if override := overrides.get(path):
            day = t.date(override.changed_at, zone_of(who.member, who.account, config))
            source = t.line("set here on {day}", day=day)
        elif held == _value(knob, _built_in(config, workspace), workspace):
            source = t.line("as built in")
        else:
            source = t.line("from the file")
        lines.append(rich(Bold(knob.name), "  ", Code(held[:80] or "–"), "  ", f"{t.line(knob.meaning)} ({source})"))
    half = len(lines) // 2
    parts: list[Part] = [Title(t.line("Settings")), Text(join("\n", lines[:half])), Text(join("\n", lines[half:]))]
    parts.append(Footnote(t("Change one with `/community settings set:name value:…`; `value:default` takes it back.")))
    return Card(parts=tuple(parts))


def _value(knob: Knob, config: CommunitySettings, workspace: Workspace) -> str:
    spot: object = config
    if knob.is_channel:
        here = settings_of(config, workspace)
        spot = here.channels if here else Channels()
    elif "." in knob.path:
        spot = getattr(config, knob.path.partition(".")[0])
    held = getattr(spot, knob.path.rpartition(".")[2])
    return (
        ("on" if held else "off") if isinstance(held, bool) else f"{held:g}" if isinstance(held, float) else str(held)
    )


def _built_in(config: CommunitySettings, workspace: Workspace) -> CommunitySettings:
    here = settings_of(config, workspace)
    workspaces = (type(here)(workspace=workspace),) if here else ()
    return CommunitySettings(id=config.id, onboarding=OnboardingSettings(), workspaces=workspaces)


FEATURE = Feature("settings", routes=(command("community", SETTINGS.name, show_settings),))
