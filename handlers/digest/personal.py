"""A digest of one's own, in private: for those who asked for it, and only when they were away."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from chat.answers import Answer, Redraw
from chat.card import Accent, Button, Buttons, Card, Footnote, LinkButton, Part, Text, Title
from chat.effects import DirectMessage
from chat.events import ActionPressed
from chat.ids import Place
from chat.text import RichText, join
from community.config import CommunitySettings
from community.digest.personal import AWAY, decide_personal
from community.digest.personal import Answer as Verdict
from community.digest.personal import Reader as Known
from community.digest.week import coming_slot, latest_slot, name_of_slot
from community.hours.schedule import Standing
from community.people.members import Member
from community.signals import TimerDue
from handlers.context import Context
from handlers.digest.mine import likely_helpers, meetup_lines, waiting_for, waiting_lines
from handlers.digest.posting import digest_places
from handlers.public import mention_of, shortened
from handlers.readers import Reader, account_to_reach, as_reader, not_yours, quiet_hours_of, reader, zone_of
from handlers.routes import Feature, due, press
from storage.activity import Fact
from storage.people.choices import OFF, ON, PERSONAL_DIGEST

EACH, ONE = "digest_personal", "digest_personal_one"
AFTER = timedelta(hours=1)  # the channel's digest stands by then, and is linked
WORDS = 100  # characters of what somebody was thanked for
THANKED = 3


def next_round(settings: CommunitySettings, after: datetime) -> datetime | None:
    """Return when the next digests of their own are due: after the channel's, whether it has a channel or not."""
    return coming_slot(settings, after - AFTER) + AFTER if settings.digest.enabled else None


async def begin(ctx: Context, event: TimerDue) -> None:
    """Find who was away, and set a timer for each: however many they are, each is a step of its own."""
    del event  # late or twice, it means the same
    slot = latest_slot(ctx.config, ctx.now)
    asked = await ctx.db.choices.who(PERSONAL_DIGEST, ON)
    away = sorted(asked - await ctx.db.weeks.active(asked, ctx.now - AWAY))
    likely = await likely_helpers(ctx) if away else {}
    for member in away:
        await _look_at_later(ctx, member, ctx.now, slot, likely.get(member, ()))


async def _look_at_later(ctx: Context, member: int, at: datetime, slot: datetime, likely: Collection[int]) -> None:
    questions = ",".join(str(question) for question in sorted(likely))
    await ctx.db.timers.set(ONE, member, at, slot=slot.isoformat(), likely=questions)


async def look_again(ctx: Context, event: TimerDue) -> None:
    """Look at one member at the hour that was chosen; much may have changed since."""
    member = await ctx.db.people.by_id(int(event.subject))
    if member is not None:
        likely = {int(question) for question in event.data.get("likely", "").split(",") if question}
        await _look_at(ctx, member, datetime.fromisoformat(event.data["slot"]), likely)


async def _look_at(ctx: Context, member: Member, slot: datetime, likely: Collection[int]) -> None:
    account = account_to_reach(member)
    known = Known(
        agreed=(await ctx.db.choices.of(member.id)).get(PERSONAL_DIGEST) == ON,
        present=member.left_at is None and account is not None and not member.is_bot,
        was_about=bool(await ctx.db.weeks.active([member.id], ctx.now - AWAY)),
        sent_at=await ctx.db.digests.sent_at(member.id),
        quiet=quiet_hours_of(member),
        zone=zone_of(member, account, ctx.config),
    )
    verdict, later = decide_personal(known, slot, ctx.now)
    if verdict is Verdict.LATER and later is not None:
        await _look_at_later(ctx, member.id, later, slot, likely)
    elif verdict is Verdict.SEND and account is not None:
        await _send(ctx, as_reader(member, account, ctx.config), slot, likely)


async def _send(ctx: Context, who: Reader, slot: datetime, likely: Collection[int]) -> None:
    week = name_of_slot(ctx.config, slot)
    body = await _body(ctx, who, likely)
    if not body:
        return
    t = who.t
    buttons: list[Button | LinkButton] = []
    if link := await _link(ctx, who, week):
        buttons.append(LinkButton(link, t.line("The whole week")))
    buttons.append(Button(f"digest_stop:{who.member.id}", t.line("Stop sending it")))
    small = t("You get this because you asked for it: once a week at most, and only when you were away.")
    parts: tuple[Part, ...] = (Title(t.line("While you were away")), *body, Buttons(tuple(buttons)), Footnote(small))
    key = f"own_digest:{week}:{who.member.id}"
    ctx.db.outbox.add(DirectMessage(who.account.user, Card(parts=parts, accent=Accent.CALM)), key=key)
    # without an actor: what is sent to somebody is nothing that they did
    sent = Fact("digest.sent", ctx.now, subject=f"member:{who.member.id}", data={"week": week})
    ctx.db.activity.record(sent, key=f"digest.sent:{week}:{who.member.id}")


async def _body(ctx: Context, who: Reader, likely: Collection[int]) -> list[Part]:
    t = who.t
    parts: list[Part] = []
    if thanked := await _thanked(ctx, who):
        parts += [Text(t("**You were thanked**")), Text(join("\n", thanked))]
    if found := await waiting_for(ctx, who, likely):
        parts += [Text(t("**Waiting for you**")), Text(waiting_lines(ctx, t, found))]
    if lines := await meetup_lines(ctx, who):
        parts += [Text(t("**Meetups to come**")), Text(lines)]
    return parts


async def _thanked(ctx: Context, who: Reader) -> list[RichText]:
    given = [one for one in await ctx.db.weeks.thanks(ctx.now - AWAY, ctx.now) if one.receiver == who.member.id]
    home = who.account.user.home
    here, lines = Place(home.platform, home.id, ""), []
    for one in given[-THANKED:]:
        giver = await mention_of(ctx, one.giver, here, who.t)
        words = shortened(" ".join(one.words.split()), WORDS) if one.words.strip() else "🙏"
        lines.append(who.t("{giver}: {words}", giver=giver or who.t.line("a member"), words=words))
    return lines


async def _link(ctx: Context, who: Reader, week: str) -> str | None:
    """Return the address of the channel's digest of that week, in the reader's own workspace."""
    for place in digest_places(ctx):
        if place.home == who.account.user.home and (ref := await ctx.db.outbox.ref(f"digest:{week}:{place}")):
            return ctx.chat.link(ref)
    return None


async def stop(ctx: Context, event: ActionPressed) -> Answer:
    """Send no more."""
    who = await reader(ctx, event)
    if not who.owns(event):
        return not_yours(who.t)
    await ctx.db.choices.set(who.member.id, PERSONAL_DIGEST, OFF, ctx.now)
    ctx.db.activity.record(
        Fact("member.chose", ctx.now, who.member.id, subject=PERSONAL_DIGEST, data={"value": OFF}),
        key=f"member.chose:{event.key}",
    )
    said = who.t("All right, I send it no more. `/tsudoi digest` shows it whenever you like.")
    return Redraw(Card(parts=(Text(said),), accent=Accent.GOOD))


FEATURE = Feature(
    "digest.personal",
    routes=(due(EACH, begin), due(ONE, look_again), press("digest_stop", stop)),
    standing=(Standing(EACH, next_round),),
)
