"""Reads what a moderator typed for a setting, and looks whether the channels and people are there."""

from __future__ import annotations

from chat.ids import Place, UserRef, Workspace
from chat.text import Bold, Code, RichText
from community.config import CommunitySettings, ConfigError
from community.settings.knobs import Kind, Knob, UnfitError, bare, listed, plain, read
from community.settings.overrides import with_setting
from handlers.context import Context
from handlers.knob_words import label
from handlers.public import is_closed, shortened
from handlers.readers import Reader, account_in, read_user
from handlers.settings.words import what_fits

SHOWN = 60  # characters of what was typed


class UnfitTypedError(ValueError):
    """What was typed cannot be the value; ``said`` says why, and what would fit."""

    def __init__(self, said: RichText) -> None:
        super().__init__(said.plain())
        self.said = said


async def read_typed(ctx: Context, who: Reader, knob: Knob, typed: str, workspace: Workspace) -> str:
    """Return the value as it is kept.

    Raises:
        UnfitTypedError: it is no value of this setting.

    """
    if knob.kind is Kind.PEOPLE:
        typed = await _people(ctx, who, typed, workspace)
    try:
        kept = read(knob, typed)
    except UnfitError:
        raise UnfitTypedError(_unfit(who, knob, typed)) from None
    for name in _channels(knob, kept):
        if _place(ctx, knob, name, workspace) is None:
            said = who.t("I cannot see a channel called {name}. Invite me there first.", name=Code(name[:80]))
            raise UnfitTypedError(said)
    place = _place(ctx, knob, kept, workspace) if knob.name == "moderators" and kept else None
    if place is not None and not is_closed(ctx, place, unseen=False):
        # reports with names and quotes are shown there
        said = who.t(
            "Everybody can read {name}. For moderators I need a channel that only they can read.", name=Code(kept[:80])
        )
        raise UnfitTypedError(said)
    return kept


def settings_with(ctx: Context, who: Reader, knob: Knob, kept: str, workspace: Workspace) -> CommunitySettings:
    """Return the settings as they would hold with a value.

    Raises:
        UnfitTypedError: it does not go together with the others.

    """
    try:
        return with_setting(ctx.config, knob.key(workspace), kept)
    except ConfigError as error:
        said = who.t(
            "{value} does not go together with what else is set: {reason}.",
            value=Code(shortened(plain(knob, kept) or "–", SHOWN)),
            reason=Code(shortened(str(error).rpartition(": ")[2], 200)),
        )
        raise UnfitTypedError(said) from None


def _unfit(who: Reader, knob: Knob, typed: str) -> RichText:
    return who.t(
        "{value} does not fit {name}. {fits}",
        value=Code(shortened(typed.strip() or "–", SHOWN)),
        name=Bold(label(knob, who.t)),
        fits=what_fits(knob, who.t),
    )


def _channels(knob: Knob, kept: str) -> list[str]:
    if knob.kind is Kind.CHANNEL:
        return [kept] if kept else []
    if knob.kind is Kind.LANGUAGES:
        return [bare(part.partition("=")[0]) for part in plain(knob, kept).split(", ") if part]
    return listed(kept) if knob.kind is Kind.CHANNELS else []


def _place(ctx: Context, knob: Knob, name: str, workspace: Workspace) -> Place | None:
    """Return a channel: of the workspace, or of any where the setting holds for all of them."""
    if "{workspace}" in knob.path:
        return ctx.channel(workspace, name)
    found = (ctx.channel(settings.workspace, name) for settings in ctx.config.workspaces)
    return next((place for place in found if place), None)


async def _people(ctx: Context, who: Reader, typed: str, workspace: Workspace) -> str:
    """Return members' ids for what was typed: a mention, an id, or a name that just one has."""
    found: list[str] = []
    for name in (part.strip() for part in typed.replace("、", ",").replace("\n", ",").split(",")):
        if not name or name.lower() in {"none", "なし", "-"}:
            continue
        user = read_user(name, workspace)
        if user is not None and await ctx.db.people.by_user(user) is not None:
            found.append(user.id)
        elif (named := await _named(ctx, name, workspace)) is not None:
            found.append(named.id)
        else:
            said = who.t("I do not know {name} here. Choose a member, like `@aki`.", name=name[:SHOWN])
            raise UnfitTypedError(said)
    return ", ".join(found) or "none"


async def _named(ctx: Context, name: str, workspace: Workspace) -> UserRef | None:
    wanted = name.lstrip("@").casefold()
    here = [account_in(member, workspace) for member in await ctx.db.people.present()]
    found = [account.user for account in here if account and account.name.casefold() == wanted]
    return found[0] if len(found) == 1 else None  # two of one name: a mention says which
