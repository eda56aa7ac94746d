"""What would follow from a changed setting, where that can be said in a sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from chat.ids import Workspace
from chat.text import RichText, join
from community.config import CommunitySettings
from community.digest.week import next_slot
from community.settings.knobs import Kind, Knob, Section, held
from community.when.zones import zone_or
from handlers.context import Context
from handlers.knob_words import LANGUAGE_NAMES, today_of
from handlers.membership.cap import NO_LOBBY
from handlers.membership.notices import without_lobby
from handlers.public import is_closed
from handlers.readers import Reader, is_moderator
from handlers.reports.standing import next_month, next_week


async def what_follows(
    ctx: Context, who: Reader, knob: Knob, after: CommunitySettings, workspace: Workspace
) -> RichText | None:
    """Return the sentence on what a change brings, with the settings as they would be."""
    if knob.section is Section.PRIVACY:
        return _kept(who, int(held(knob, after, workspace)))
    if knob.kind is Kind.PEOPLE or knob.name == "moderator_badges":
        return await _moderators(ctx, who, after)
    if knob.name == "membership_cap":
        return await _cap(ctx, who, after)
    if saying := SAYINGS.get(knob.name):
        return saying(ctx, who, after)
    return _channel(ctx, who, str(held(knob, after, workspace)), workspace, knob) if knob.kind is Kind.CHANNEL else None


def _kept(who: Reader, days: int) -> RichText:
    if not days:
        return who.t("Nothing of this kind is then deleted for its age.")
    return who.t.n(
        "What is older than {n} day is deleted with the next daily clearing, for good: no undo brings that back.",
        "What is older than {n} days is deleted with the next daily clearing, for good: no undo brings that back.",
        days,
    )


def _language(_ctx: Context, who: Reader, after: CommunitySettings) -> RichText:
    language = who.t.line(LANGUAGE_NAMES[after.language])
    return who.t("Posts, and members who have chosen no language, then read {language}.", language=language)


def _quiet(ctx: Context, who: Reader, after: CommunitySettings) -> RichText:
    if after.conduct.quiet_day is None:
        return who.t("I then ask members things again, as usual.")
    day = who.t.day(after.conduct.quiet_day, today=today_of(ctx))
    return who.t("Until the end of {day} I then ask nobody to do anything.", day=day)


def _weekly(ctx: Context, who: Reader, after: CommunitySettings) -> RichText:
    moment = next_week(after, ctx.now)
    if moment is None:
        return who.t("The week's figures are then not posted by themselves.")
    slot = who.t.moment(moment, zone_or(None, after.time_zone), now=ctx.now)
    return who.t("The week's figures then come on {slot}.", slot=slot)


def _monthly(ctx: Context, who: Reader, after: CommunitySettings) -> RichText:
    moment = next_month(after, ctx.now)
    if moment is None:
        return who.t("No monthly report is then posted by itself.")
    slot = who.t.moment(moment, zone_or(None, after.time_zone), now=ctx.now)
    return who.t("The monthly reports then come on {slot}.", slot=slot)


def _digest(ctx: Context, who: Reader, after: CommunitySettings) -> RichText:
    slot = next_slot(after, ctx.now)
    if slot is None:
        return who.t("No digest is then posted by itself.")
    moment = who.t.moment(slot, zone_or(None, after.time_zone), now=ctx.now)
    return who.t("The next digest is then posted on {slot}.", slot=moment)


async def _cap(ctx: Context, who: Reader, after: CommunitySettings) -> RichText:
    t, cap = who.t, after.membership.cap
    here = await ctx.db.people.count_present()
    if not cap:
        return t("Everybody is then let in at once.")
    said = t("There are {here} members now, so {free} seats are then free.", here=here, free=cap - here)
    if here >= cap:
        said = t.n(
            "There is {n} member now, so the community is then full: newcomers wait for a seat. Nobody has to leave.",
            "There are {n} members now, so the community is then full: newcomers wait for a seat. Nobody has to leave.",
            here,
        )
    return join("\n", [said, t(NO_LOBBY)]) if without_lobby(ctx) else said


async def _moderators(ctx: Context, who: Reader, after: CommunitySettings) -> RichText:
    people = await ctx.db.people.present()
    count = sum(any(is_moderator(account, after) for account in member.accounts) for member in people)
    return who.t.n("{n} member can then moderate.", "{n} members can then moderate.", count)


def _channel(ctx: Context, who: Reader, name: str, workspace: Workspace, knob: Knob) -> RichText | None:
    if not name:
        if knob.name == "reports_channel":
            return who.t("They then come in the moderators' channel.")
        return who.t("Nothing of this kind is then posted here.")
    place = ctx.channel(workspace, name)
    if place is None:
        return None
    if is_closed(ctx, place, unseen=False):
        return who.t("Only some members can read that channel.")
    if knob.name == "lobby":
        return who.t("Everybody here can read that channel, and so sees who waits. Better take a closed one.")
    return who.t("Everybody here can read that channel.")


SAYINGS: Mapping[str, Callable[[Context, Reader, CommunitySettings], RichText]] = {
    **dict.fromkeys(("digest", "digest_enabled", "digest_weekday", "digest_time", "time_zone"), _digest),
    **dict.fromkeys(("reports_weekly", "reports_weekday", "reports_time"), _weekly),
    "reports_monthly": _monthly,
    "language": _language,
    "conduct_quiet_until": _quiet,
}
