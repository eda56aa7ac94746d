"""Meetups in people's own calendars: a file in the meetup's thread, and an address that calendars subscribe to."""

from __future__ import annotations

from chat.answers import Answer, Redraw, Say
from chat.card import Accent, Button, Buttons, Card, Footnote, Part, Style, Text, Title
from chat.commands import Localised, SubCommand
from chat.effects import Upload
from chat.events import ActionPressed, CommandUsed, MemberLeft
from chat.ids import Place, Workspace
from chat.text import Code, MomentStyle, RichText
from community.meetups.calendar_entry import calendar_entry
from community.meetups.icalendar import event_file
from community.meetups.plan import MeetupState
from community.signals import EffectSettled
from handlers.audit.deeds import write_down
from handlers.context import Context
from handlers.dead_letters import tell_moderators
from handlers.previews import preview_card
from handlers.public import channel_translator
from handlers.readers import Reader, arguments, is_moderator, note, number, reader, was_last, zone_of
from handlers.routes import Feature, command, on, press, settled
from locales import msg
from storage.meetups.plans import Stand, StoredMeetup

CALENDAR = SubCommand(
    name="calendar",
    description=Localised(en="All meetups in your own calendar", ja="ミートアップを自分のカレンダーに表示する"),
)


# ---- the file in the thread


async def note_thread(ctx: Context, event: EffectSettled) -> None:
    """Put the file into a meetup's thread, once the thread is there."""
    meetup_id = number(event.effect_key.split(":"), 1)
    stored = await ctx.db.meetups.get(meetup_id) if meetup_id is not None else None
    if not event.ok:
        await tell_moderators(ctx, event)
    elif stored is not None and event.ref is not None and event.ref.place.thread:
        await _put_file(ctx, stored, event.ref.place)


async def put_files(ctx: Context, stored: StoredMeetup) -> None:
    """Put the file into the threads again, with the new time or place."""
    for stand in await ctx.db.meetups.stands(stored.id):
        if stand.thread is not None:
            await _put_file(ctx, stored, stand.thread)


async def _put_file(ctx: Context, stored: StoredMeetup, thread: Place) -> None:
    if stored.meetup.state is not MeetupState.PLANNED:
        return
    t = channel_translator(ctx, thread, ctx.config.language)
    stand = next((s for s in await ctx.db.meetups.stands(stored.id) if s.workspace == thread.home), None)
    entry = calendar_entry(ctx.config.id, stored.id, stored.meetup, ctx.now, card_link(ctx, stand))
    said = t.line("For your calendar: open the file, and the meetup stands in it.")
    if stored.meetup.revision:
        said = t.line("Something has changed. For your calendar: this file brings the entry up to date.")
    file = Upload(thread, f"meetup-{stored.id}.ics", event_file(entry, lang=t.language), said, stored.meetup.plan.title)
    ctx.db.outbox.add(file, key=file_key(stored, thread.home))


def file_key(stored: StoredMeetup, workspace: Workspace) -> str:
    """Return the business key of the file in a workspace."""
    return f"meetup_ics:{stored.id}:{workspace}:{stored.meetup.revision}"


def card_link(ctx: Context, stand: Stand | None) -> str:
    """Return the address of a meetup's card."""
    return ctx.chat.link(stand.root) if stand is not None and stand.root is not None else ""


# ---- the address


async def show(ctx: Context, event: CommandUsed) -> Answer:
    """Make the address of a member's feed, or say that there is one."""
    who = await reader(ctx, event)
    if not ctx.config.public_url:
        return note(_not_set_up(who), Accent.WARM)
    made = await ctx.db.feeds.made_at(who.member.id)
    if made is None:
        return Say(await _fresh(ctx, who))
    t = who.t
    when = t.moment(made, zone_of(who.member, who.account, ctx.config), MomentStyle.DATE)
    said = t(
        "You have had an address since {when}. I keep only its fingerprint, so I cannot show it again. With a new one, "
        "the one before shows nothing any more.",
        when=when,
    )
    row = (
        Button("feed_new", t.line("Make a new address"), Style.PRIMARY),
        Button("feed_off", t.line("Switch it off"), Style.DANGER),
    )
    return Say(Card(parts=(Text(said), Buttons(row), *await _for_moderators(ctx, who))))


def _not_set_up(who: Reader) -> RichText:
    return who.t(
        "There is no calendar to subscribe to yet: the bot does not know its own address on the web. Whoever runs it "
        "sets {key} in {file}. Until then, “For my calendar” on your card of a meetup gives you a file.",
        key=Code("server.public_url"),
        file=Code("config.toml"),
    )


async def renew(ctx: Context, event: ActionPressed) -> Answer:
    """Make a new address; the one before opens nothing any more."""
    who = await reader(ctx, event)
    if not ctx.config.public_url:
        return note(_not_set_up(who), Accent.WARM)
    return Redraw(await _fresh(ctx, who))


async def _fresh(ctx: Context, who: Reader) -> Card:
    t = who.t
    secret = await ctx.db.feeds.renew(who.member.id, ctx.now)
    address = f"{ctx.config.public_url.rstrip('/')}/calendar/{secret}.ics"
    parts: tuple[Part, ...] = (
        Title(t.line("All meetups in your calendar")),
        Text(t("Subscribe to this address in your calendar, and every meetup stands there:")),
        Text(RichText((Code(address),))),
        Text(
            t(
                "Google Calendar: **Other calendars**, **From URL**. Apple: **New Calendar Subscription**. "
                "Outlook: **Subscribe from web**."
            )
        ),
        Footnote(
            t(
                "It is yours alone and shown only now: whoever has it sees the community's meetups. "
                "Calendars look for news when they please, often once a day."
            )
        ),
        *await _for_moderators(ctx, who),
    )
    return Card(parts=parts, accent=Accent.GOOD)


async def switch_off(ctx: Context, event: ActionPressed) -> Answer:
    """Let a member's own address open nothing any more."""
    who = await reader(ctx, event)
    await ctx.db.feeds.revoke(who.member.id)
    said = who.t("Switched off: the address shows nothing any more. {command} makes a new one.", command=_TYPED)
    return Redraw(Card(parts=(Text(said),)))


async def _for_moderators(ctx: Context, who: Reader) -> tuple[Part, ...]:
    if not is_moderator(who.account, ctx.config):
        return ()
    t, n = who.t, await ctx.db.feeds.count()
    said = t.n("For moderators: there is {n} address.", "For moderators: there are {n} addresses.", n)
    return (Footnote(said), Buttons((Button("feed_all_off", t.line("Revoke all addresses"), Style.DANGER),)))


async def revoke_all(ctx: Context, event: ActionPressed) -> Answer:
    """Let no address of the community open anything any more; for moderators."""
    who = await reader(ctx, event)
    t = who.t
    if arguments(event)[:1] != ["go"]:
        would = t.n("{n} address would show nothing any more, for good.",
                    "{n} addresses would show nothing any more, for good.", await ctx.db.feeds.count())  # fmt: skip
        return Say(preview_card(t, would, do="feed_all_off:go", label=t.line("Revoke all addresses"), danger=True))
    n = await ctx.db.feeds.revoke_all()
    if n:
        await write_down(ctx, who, event, REVOKED, "calendars", after=str(n))
    said = t.n(
        "{n} address shows nothing any more. Whoever wants one types {command}.",
        "{n} addresses show nothing any more. Whoever wants one types {command}.",
        n,
        command=_TYPED,
    )
    return Redraw(Card(parts=(Text(said),)))


async def note_departure(ctx: Context, event: MemberLeft) -> None:
    """Let the address of somebody who leaves with their last account open nothing any more."""
    member = await ctx.db.people.by_user(event.user)
    if member is not None and was_last(member, event.user):
        await ctx.db.feeds.revoke(member.id)


REVOKED = "calendars.revoked"
_TYPED = Code("/meetup calendar")
FEATURE = Feature(
    "meetups.calendar",
    routes=(
        settled("meetup_thread", note_thread),
        command("meetup", CALENDAR.name, show),
        press("feed_new", renew),
        press("feed_off", switch_off),
        press("feed_all_off", revoke_all),
        on(MemberLeft, note_departure),
    ),
    deeds={REVOKED: msg("{who} revoked all addresses of calendars: {after}")},
)
