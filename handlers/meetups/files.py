"""Files about a meetup, each sent to one member in private: the list of participants, and an entry for a calendar.

A file needs a place. So a message opens the conversation with the member, and once it stands there, the file follows
it: written anew at that moment, because nothing but the key of the message is kept meanwhile.
"""

from __future__ import annotations

import csv
import io
import re
from hashlib import sha256

from chat.answers import Answer
from chat.card import Accent, Card, Text
from chat.effects import DirectMessage, Upload
from chat.events import ActionPressed
from community.meetups.calendar_entry import calendar_entry
from community.meetups.icalendar import event_file
from community.meetups.plan import MeetupState
from community.seats.counts import waiting_line
from community.seats.values import Answer as Said
from community.seats.values import Ledger
from community.signals import EffectSettled
from community.words import display_name
from handlers.context import Context
from handlers.dead_letters import tell_moderators
from handlers.meetups.attendance import MARKS
from handlers.meetups.cards import SEATS
from handlers.meetups.finding import by_id, gone
from handlers.meetups.notices import link_to, reader_of
from handlers.readers import Reader, arguments, note, number, reader, zone_of
from handlers.routes import Feature, press, settled
from locales import msg
from storage.meetups.plans import StoredMeetup

KEY = "meetup_file"
PEOPLE, CALENDAR = "csv", "ics"
BOM = b"\xef\xbb\xbf"  # without it Excel takes UTF-8 for Shift_JIS in Japan
COLUMNS = (
    msg("Name"),
    msg("Accounts"),
    msg("RSVP"),
    msg("Seat"),
    msg("Waiting for"),
    msg("Place in line"),
    msg("In line since"),
    msg("On the day"),
)
ANSWERS = {Said.GOING: msg("Going"), Said.MAYBE: msg("Maybe"), Said.CANNOT: msg("Cannot")}
_FORMULA = re.compile(r"^[=+\-@\t\r＝＋－＠]")  # OWASP, "CSV Injection"; Excel reads the wide forms, too


async def calendar_file(ctx: Context, event: ActionPressed) -> Answer:
    """Send a meetup as a file for the member's calendar."""
    who = await reader(ctx, event)
    stored = await by_id(ctx, "".join(arguments(event)[:1]))
    if stored is None or stored.meetup.state is not MeetupState.PLANNED:
        return gone(who.t)
    return send(ctx, who, stored, CALENDAR, event.key)


def send(ctx: Context, who: Reader, stored: StoredMeetup, kind: str, event_key: str) -> Answer:
    """Begin to send a file, and say that it comes."""
    t = who.t
    said = t("The file about {title}:", title=stored.meetup.plan.title)
    once = sha256(event_key.encode()).hexdigest()[:12]
    key = f"{KEY}:{kind}:{stored.id}:{who.member.id}:{once}"
    message = DirectMessage(who.account.user, Card(parts=(Text(said),), accent=Accent.CALM))
    ctx.db.outbox.add(message, key=key, report=True)
    return note(t("The file is on its way: look into your direct messages."), Accent.GOOD)


async def follow(ctx: Context, event: EffectSettled) -> None:
    """Send the file after the message that it belongs to."""
    words = event.effect_key.split(":")
    meetup_id, member_id = number(words, 2), number(words, 3)
    if not event.ok:
        await tell_moderators(ctx, event)
    if not event.ok or event.ref is None or meetup_id is None or member_id is None:
        return
    stored = await ctx.db.meetups.get(meetup_id)
    who = await reader_of(ctx, stored, member_id) if stored else None
    if stored is None or who is None:
        return
    name, content = f"meetup-{stored.id}.{words[1]}", b""
    if words[1] == CALENDAR:
        content = await _calendar(ctx, who, stored)
    elif ledger := await ctx.db.meetups.ledger(stored.id):
        content = await participants_csv(ctx, who, ledger)
    if content:
        place = event.ref.place
        upload = Upload(place, name, content, stored.meetup.plan.title)
        ctx.db.outbox.add(upload, key=f"{KEY}_sent:{event.effect_key.partition(':')[2]}")


async def _calendar(ctx: Context, who: Reader, stored: StoredMeetup) -> bytes:
    card = await link_to(ctx, who, stored) or ""
    entry = calendar_entry(ctx.config.id, stored.id, stored.meetup, ctx.now, card)
    return event_file(entry, lang=who.t.language)


# ---- the list of participants


async def participants_csv(ctx: Context, who: Reader, ledger: Ledger) -> bytes:
    """Write who comes, who waits and who may come, in that order, for a spreadsheet."""
    t = who.t
    zone = zone_of(who.member, who.account, ctx.config)
    people = {member.id: member for member in await ctx.db.people.by_ids(ledger.entries)}
    places = {m: n for kind in ledger.allotments for n, m in enumerate(waiting_line(ledger, kind), start=1)}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")  # RFC 4180
    writer.writerow([t.line(column) for column in COLUMNS])
    for member_id in in_order(ledger):
        entry, member = ledger.entries[member_id], people.get(member_id)
        row = (
            display_name(member.name, t.line("a member")) if member else t.line("a member"),
            " ".join(str(account.user) for account in member.accounts) if member else "",
            t.line(ANSWERS[entry.answer]) if entry.answer else "",
            t.line(SEATS[entry.seat]) if entry.seat else "",
            t.line(SEATS[entry.wait.kind]) if entry.wait else "",
            places.get(member_id, ""),
            f"{entry.wait.since.astimezone(zone):%Y-%m-%d %H:%M:%S}" if entry.wait else "",
            t.line(MARKS[entry.mark]) if entry.mark else "",
        )
        writer.writerow([defused(str(cell)) for cell in row])
    return BOM + text.getvalue().encode()


def in_order(ledger: Ledger) -> list[int]:
    """Return everybody on the list: seats by kind, then the lines, then who may come, then who cannot."""
    kinds = list(ledger.allotments)
    shown = [entry for entry in ledger.entries.values() if entry.answer or entry.seat or entry.wait or entry.mark]

    def rank(member: int) -> tuple[int, int, int, int]:
        entry = ledger.entries[member]
        if entry.seat:
            return (0, kinds.index(entry.seat) if entry.seat in kinds else len(kinds), 0, member)
        if entry.wait:
            return (1, kinds.index(entry.wait.kind), entry.wait.place, member)
        return (2 + (entry.answer is Said.CANNOT), 0, 0, member)

    return sorted((entry.member for entry in shown), key=rank)


def defused(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


FEATURE = Feature("meetups.files", routes=(press("seat_ics", calendar_file), settled(KEY, follow)))
