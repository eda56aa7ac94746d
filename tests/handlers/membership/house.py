"""A full community of one Slack workspace and one Discord server, with a lobby, badges and moderators."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, TypeAlias

from msgspec.structs import replace

from chat.answers import Answer
from chat.card import Card
from chat.effects import DirectMessage, Effect, Invite, OpenThread, Post, PostedAs, RedrawPost, SetBadge
from chat.form import Values
from chat.ids import UserRef, Workspace
from community.config import Channels, WorkspaceSettings
from community.hours.schedule import ONE
from community.membership.settings import MembershipSettings
from handlers import FEATURES
from handlers.membership.standing import SETTLE
from tests.handlers.stage import ASKING, DISCORD, SLACK, Stage, card_of, form_of, text_of

Make: TypeAlias = Callable[..., Awaitable[Stage]]  # the fixture `build`
BADGES: dict[str, Any] = {"member_badge": "members", "lobby_badge": "lobby", "moderators": ("Umoe",)}
ANSWERS: Values = {"purpose": "To learn with others", "share": "I can *host* meetups", "give": ("ops",)}


async def capped(make: Make, *, cap: int = 2, language: str = "en", **rules: Any) -> Stage:  # noqa: ANN401 - settings
    """Make a community with a cap and a moderator on each side (they hold seats, too)."""
    channels = Channels(lobby="lobby", **ASKING)
    stage = await make(
        language=language,
        membership=MembershipSettings(cap=cap, **rules),
        workspaces=(
            WorkspaceSettings(workspace=SLACK, channels=channels, **BADGES),
            WorkspaceSettings(workspace=DISCORD, channels=channels, **BADGES),
        ),
    )
    stage.standing = tuple(one for feature in FEATURES for one in feature.standing if feature.name == "membership")
    return stage


async def full(make: Make, workspace: Workspace = SLACK, **more: Any) -> tuple[Stage, UserRef]:  # noqa: ANN401
    """Make a community with two seats, both taken; returns it and its moderator, who speaks its language."""
    stage = await capped(make, **more)
    moe = await stage.joins("moe", workspace, locale=more.get("language", "en"))
    await stage.joins("Aiko", workspace, locale="en")
    stage.sent.clear()
    return stage, moe


async def applies(stage: Stage, name: str, workspace: Workspace = SLACK, locale: str = "en") -> UserRef:
    """Let somebody come and send the application form."""
    user = await comes(stage, name, workspace, locale)
    await send_form(stage, user)
    return user


async def comes(stage: Stage, name: str, workspace: Workspace = SLACK, locale: str | None = "en") -> UserRef:
    """Let somebody come, and the doors of the lobby open."""
    user = await stage.joins(name, workspace, locale=locale)
    await stage.passes(timedelta(seconds=5))
    return user


async def send_form(stage: Stage, user: UserRef, **more: str) -> Answer:
    """Let somebody send the application form."""
    member = await stage.member(user)
    form = form_of(await stage.acts(user, f"lobby_apply:{member}"))
    return await stage.sends(user, form, {**ANSWERS, **more})


def to(effects: list[Effect], user: UserRef) -> list[Card]:
    """Return the cards that somebody alone could see, in order."""
    found: list[Card] = []
    for effect in effects:
        match effect:
            case DirectMessage(user=reader, card=card) if reader == user:
                found.append(card)
            case Post(only_for=reader, card=card) if reader == user:
                found.append(card)
            case OpenThread(private_for=readers, card=card) if readers == (user,):
                found.append(card)
    return found


def public(effects: list[Effect]) -> list[str]:
    """Return the words of all that others than one reader or the moderators could see."""
    return [
        text_of(card_of(effect))
        for effect in effects
        if (isinstance(effect, Post) and effect.only_for is None and effect.place.channel != "C-moderators")
        or (isinstance(effect, OpenThread) and not effect.private_for)
    ]


def badges(effects: list[Effect], user: UserRef) -> list[tuple[str, bool]]:
    """Return the badges that somebody was given (True) or that were taken."""
    return [(effect.badge, effect.on) for effect in effects if isinstance(effect, SetBadge) and effect.user == user]


def invited(effects: list[Effect], user: UserRef) -> list[str]:
    """Return the channels that somebody was invited to."""
    return [effect.place.channel for effect in effects if isinstance(effect, Invite) and effect.user == user]


def desk(effects: list[Effect]) -> list[Card]:
    """Return what was posted or drawn anew for the moderators."""
    return [
        effect.card
        for effect in effects
        if (isinstance(effect, Post) and effect.place.channel == "C-moderators")
        or (isinstance(effect, RedrawPost) and _drawn_as(effect).startswith("applicant:"))
    ]


def _drawn_as(effect: RedrawPost) -> str:
    return effect.target.key if isinstance(effect.target, PostedAs) else ""


def redrawn(effects: list[Effect]) -> dict[str, str]:
    """Return the words of the cards that stand with who waits, as they were last drawn: by their notice and way."""
    found: dict[str, str] = {}
    for effect in effects:
        if isinstance(effect, RedrawPost):
            match _drawn_as(effect).split(":"):
                case ["lobby", _, notice, _, rung]:
                    found[f"{notice} {rung}"] = text_of(effect.card)
                case ["hello", "wait", *_]:
                    found["hello"] = text_of(effect.card)
    return found


async def leaves(stage: Stage, name: str, workspace: Workspace = SLACK) -> None:
    """Let a member leave."""
    await stage.leaves(UserRef(workspace.platform, workspace.id, f"U{name}"))


async def restarts(stage: Stage, *, cap: int) -> None:
    """Let the process start again with another cap in its settings file."""
    stage.settings = replace(stage.settings, membership=replace(stage.settings.membership, cap=cap))
    await stage.look(lambda unit: unit.timers.set(SETTLE, ONE, stage.now))
    await stage.passes(timedelta(minutes=1))
