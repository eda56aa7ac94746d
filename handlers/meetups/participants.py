"""Who comes: for organisers and moderators, with a seat to give and a name to take off the list."""

from __future__ import annotations

from collections.abc import Sequence

from chat.answers import Answer, Redraw, Say
from chat.card import Accent, Button, Buttons, Card, Footnote, Option, Part, Select, Style, Text, Title
from chat.commands import CommandOption, Localised, OptionKind, SubCommand
from chat.events import ActionPressed, CommandUsed
from chat.ids import UserRef
from chat.limits import OPTION_LABEL, TITLE
from chat.text import Bold, Code, RichText, join, rich
from community.people.members import Member
from community.seats.commands import Command, Remove, Seat
from community.seats.counts import standing
from community.seats.ledger import decide
from community.seats.outcomes import Refusal
from community.seats.values import Answer as Said
from community.seats.values import Ledger, SeatKind
from community.words import display_name
from handlers.audit.deeds import write_down
from handlers.context import Context
from handlers.meetups.cards import SEATS
from handlers.meetups.files import PEOPLE, in_order, send
from handlers.meetups.finding import WHICH, by_id, gone, meant
from handlers.meetups.held import may_run
from handlers.meetups.my_seat import kind_options
from handlers.meetups.refusals import refusal_text
from handlers.meetups.steps import act
from handlers.previews import preview_card
from handlers.public import names_apart, shortened
from handlers.readers import Reader, arguments, note, number, read_user, reader, refused
from handlers.routes import Feature, command, press
from locales import msg
from storage.meetups.plans import StoredMeetup

SEATED, TAKEN_OFF = "meetup.seat_given", "meetup.taken_off"
PAGE = 25  # names on one card: as many as a menu has options
_WHOM = CommandOption(
    name="member", description=Localised(en="Whom", ja="対象のメンバー"), kind=OptionKind.MEMBER, required=True
)
SEAT = SubCommand(
    name="seat",
    description=Localised(en="For organisers: give somebody a seat", ja="主催者用：メンバーに席を用意する"),
    options=(
        _WHOM,
        CommandOption(
            name="kind",
            description=Localised(en="Which kind of seat", ja="席の種類"),
            kind=OptionKind.CHOICE,
            choices=tuple(kind.value for kind in SeatKind),
            required=True,
        ),
        WHICH,
    ),
)
REMOVE = SubCommand(
    name="remove",
    description=Localised(en="For organisers: take somebody off the list", ja="主催者用：参加者一覧から外す"),
    options=(_WHOM, WHICH),
)


# ---- what is typed


async def show(ctx: Context, event: CommandUsed) -> Answer:
    """Show who comes, who waits and who may come."""
    who, stored = await _theirs(ctx, event)
    return stored if isinstance(stored, Say) else Say(await _card(ctx, who, stored, 0))


async def as_file(ctx: Context, event: CommandUsed) -> Answer:
    """Send the same as a file, in private."""
    who, stored = await _theirs(ctx, event)
    return stored if isinstance(stored, Say) else send(ctx, who, stored, PEOPLE, event.key)


async def seat(ctx: Context, event: CommandUsed) -> Answer:
    """Give somebody a seat, past the line but never past the cap."""
    who, stored = await _theirs(ctx, event, "/meetup seat @aki venue 12")
    if isinstance(stored, Say):
        return stored
    kind = next((kind for kind in SeatKind if kind.value == event.options.get("kind", "").strip().lower()), None)
    member = await _named(ctx, event)
    if member is None or kind is None:
        example = Code("/meetup seat @aki venue 12")
        return note(who.t("Please say who, and which kind of seat: {example}", example=example), Accent.WARM)
    return Say(await _would_seat(ctx, who, stored, member, kind, key=event.key))


async def remove(ctx: Context, event: CommandUsed) -> Answer:
    """Take somebody off the list."""
    who, stored = await _theirs(ctx, event, "/meetup remove @aki 12")
    if isinstance(stored, Say):
        return stored
    member = await _named(ctx, event)
    if member is None:
        return note(who.t("Please say who: {example}", example=Code("/meetup remove @aki 12")), Accent.WARM)
    return Say(await _would_remove(ctx, who, stored, member, event.key))


async def _theirs(ctx: Context, event: CommandUsed, example: str = "") -> tuple[Reader, StoredMeetup | Say]:
    """Return the meetup that is meant, where who asks may see its list."""
    who = await reader(ctx, event)
    found = await meant(ctx, who, event.options.get("meetup", "") or event.text)
    if isinstance(found, Say):
        return who, await _unclear(ctx, event, example) or found
    return who, found if may_run(ctx, who, found) else _not_theirs(who)


async def _unclear(ctx: Context, event: CommandUsed, example: str) -> Say | None:
    """Say it where words were typed that name nobody: what stands behind them is not the meetup that is meant."""
    typed = event.options.get("member", "").strip()
    if not typed or await _named(ctx, event) is not None:
        return None
    t = (await reader(ctx, event)).t
    said = t("I cannot tell who “{name}” is. Please choose them with @, like {example}.",
             name=typed[:40], example=Code(example))  # fmt: skip
    return note(said, Accent.WARM)


async def _named(ctx: Context, event: CommandUsed) -> Member | None:
    user = read_user(event.options.get("member", ""), event.workspace)
    return await ctx.db.people.by_user(user) if isinstance(user, UserRef) else None


def _not_theirs(who: Reader) -> Say:
    return refused(who.t("Only the organisers of this meetup and moderators can see its list."))


# ---- what is pressed


async def _pressed(ctx: Context, event: ActionPressed) -> tuple[Reader, StoredMeetup | Say]:
    who = await reader(ctx, event)
    stored = await by_id(ctx, "".join(arguments(event)[:1]))
    if stored is None:
        return who, gone(who.t)
    return who, stored if may_run(ctx, who, stored) else _not_theirs(who)


async def turn(ctx: Context, event: ActionPressed) -> Answer:
    """Show another page, or the list again."""
    who, stored = await _pressed(ctx, event)
    page = number(arguments(event), 1) or 0
    return stored if isinstance(stored, Say) else Redraw(await _card(ctx, who, stored, page))


async def pressed_file(ctx: Context, event: ActionPressed) -> Answer:
    """Send the list as a file."""
    who, stored = await _pressed(ctx, event)
    return stored if isinstance(stored, Say) else send(ctx, who, stored, PEOPLE, event.key)


async def pick(ctx: Context, event: ActionPressed) -> Answer:
    """Show one of them, with what can be done."""
    who, stored = await _pressed(ctx, event)
    if isinstance(stored, Say):
        return stored
    member = await ctx.db.people.by_id(number([*event.values], 0) or 0)
    return Redraw(await _one(ctx, who, stored, member)) if member else gone(who.t)


async def give(ctx: Context, event: ActionPressed) -> Answer:
    """Give a seat to who was picked."""
    who, stored = await _pressed(ctx, event)
    if isinstance(stored, Say):
        return stored
    member = await ctx.db.people.by_id(number(arguments(event), 1) or 0)
    sure = arguments(event)[2:3]
    kind = next((kind for kind in SeatKind if kind.value in (sure or event.values)), None)
    if member is None or kind is None:
        return gone(who.t)
    if not sure:
        return Redraw(await _would_seat(ctx, who, stored, member, kind, key=event.key))
    order = Seat(by=who.member.id, key=event.key, member=member.id, kind=kind)
    return Redraw(await _ordered(ctx, who, stored, order, member, event))


async def take_off(ctx: Context, event: ActionPressed) -> Answer:
    """Take who was picked off the list."""
    who, stored = await _pressed(ctx, event)
    if isinstance(stored, Say):
        return stored
    member = await ctx.db.people.by_id(number(arguments(event), 1) or 0)
    if member is None:
        return gone(who.t)
    if arguments(event)[2:3] != ["go"]:
        return Redraw(await _would_remove(ctx, who, stored, member, event.key))
    order = Remove(by=who.member.id, key=event.key, member=member.id)
    return Redraw(await _ordered(ctx, who, stored, order, member, event))


# ---- cards


async def _would_seat(
    ctx: Context, who: Reader, stored: StoredMeetup, member: Member, kind: SeatKind, *, key: str
) -> Card:
    """Say what giving a seat would bring, before it is given."""
    order = Seat(by=who.member.id, key=key, member=member.id, kind=kind)
    if refusal := await _refusal(ctx, stored, order):
        return await _one(ctx, who, stored, member, refusal_text(refusal, who.t))
    t = who.t
    would = t(
        "{name} would get a seat of “{meetup}” ({kind}), past the line, and would be told in private.",
        name=Bold(display_name(member.name, t.line("a member"))),
        meetup=shortened(stored.meetup.plan.title, TITLE),
        kind=t.line(SEATS[kind]),
    )
    return preview_card(t, would, do=f"people_seat:{stored.id}:{member.id}:{kind.value}")


async def _refusal(ctx: Context, stored: StoredMeetup, order: Command) -> Refusal | None:
    """Return why an order would be refused, without carrying it out."""
    ledger = await ctx.db.meetups.ledger(stored.id)
    return decide(ledger, order, ctx.now).refusal if ledger else None


async def _would_remove(ctx: Context, who: Reader, stored: StoredMeetup, member: Member, key: str) -> Card:
    """Say what taking somebody off the list would bring, and to how many, before it is done."""
    if refusal := await _refusal(ctx, stored, Remove(by=who.member.id, key=key, member=member.id)):
        return await _one(ctx, who, stored, member, refusal_text(refusal, who.t))
    t, ledger = who.t, await ctx.db.meetups.ledger(stored.id)
    would = t(
        "{name} would be taken off the list of “{meetup}” and told in private.",
        name=Bold(display_name(member.name, t.line("a member"))),
        meetup=shortened(stored.meetup.plan.title, TITLE),
    )
    waiting = sum(entry.wait is not None for entry in ledger.entries.values()) if ledger else 0
    follows = t.n(
        "{n} person waits for a seat. This cannot be undone: who was taken off has to answer again.",
        "{n} people wait for a seat. This cannot be undone: who was taken off has to answer again.",
        waiting,
    )
    do = f"people_off:{stored.id}:{member.id}:go"
    return preview_card(t, would, do=do, label=t.line("Take off the list"), follows=follows, danger=True)


async def _ordered(  # noqa: PLR0917 - one order, all of it visible
    ctx: Context, who: Reader, stored: StoredMeetup, order: Command, member: Member, event: ActionPressed
) -> Card:
    decision = await act(ctx, stored, order)
    if decision is None:
        return gone(who.t).card
    if decision.refusal:
        return await _one(ctx, who, stored, member, refusal_text(decision.refusal, who.t))
    deed = SEATED if isinstance(order, Seat) else TAKEN_OFF
    after = order.kind.value if isinstance(order, Seat) else None
    await write_down(ctx, who, event, deed, f"meetup:{stored.id}", member=member.id, after=after)
    return await _one(ctx, who, stored, member, who.t("Done. They are told in private."))


async def _one(ctx: Context, who: Reader, stored: StoredMeetup, member: Member, said: RichText | None = None) -> Card:
    """Return one of the list, with what can be done."""
    t = who.t
    ledger = await ctx.db.meetups.ledger(stored.id)
    parts: list[Part] = [Title(shortened(stored.meetup.plan.title, TITLE))]
    if said:
        parts.append(Text(said))
    if ledger:
        name = Bold(display_name(member.name, t.line("a member")))
        parts.append(Text(rich(name, "  ", _standing_text(who, ledger, member.id))))
        mine = standing(ledger, member.id).seat
        invited = (kind for kind, allotment in ledger.allotments.items() if allotment.by_invitation)
        kinds = [kind for kind in (*ledger.choices, *invited) if kind is not mine]
        if kinds:
            action, words = f"people_seat:{stored.id}:{member.id}", t.line("Give a seat…")
            parts.append(Select(action=action, placeholder=words, options=kind_options(kinds, t)))
    off = Button(f"people_off:{stored.id}:{member.id}", t.line("Take off the list"), Style.DANGER)
    parts.append(Buttons((off, Button(f"people:{stored.id}:0", t.line("Back to the list")))))
    return Card(parts=tuple(parts))


async def _card(ctx: Context, who: Reader, stored: StoredMeetup, page: int) -> Card:
    t = who.t
    ledger = await ctx.db.meetups.ledger(stored.id)
    everybody = in_order(ledger) if ledger else []
    pages = max(1, (len(everybody) - 1) // PAGE + 1)
    page = min(page, pages - 1)
    shown = everybody[page * PAGE : (page + 1) * PAGE]
    parts: list[Part] = [Title(shortened(stored.meetup.plan.title, TITLE)), Text(_sum_text(who, ledger))]
    if ledger and shown:
        names = await _names(ctx, who, shown)
        lines = [rich("• ", names[m], "  ", _standing_text(who, ledger, m)) for m in shown]
        parts.append(Text(join("\n", lines)))
        options = tuple(Option(str(m), shortened(names[m], OPTION_LABEL)) for m in shown)
        parts.append(Select(action=f"people_pick:{stored.id}", placeholder=t.line("Somebody…"), options=options))
    buttons = [
        Button(f"people:{stored.id}:{n}", label)
        for n, label in ((page - 1, t.line("Back")), (page + 1, t.line("Next")))
        if 0 <= n < pages
    ]
    buttons.append(Button(f"people_csv:{stored.id}", t.line("As a file (CSV)")))
    parts.append(Buttons(tuple(buttons)))
    if pages > 1:
        parts.append(Footnote(t("Page {page} of {pages}", page=page + 1, pages=pages)))
    return Card(parts=tuple(parts))


async def _names(ctx: Context, who: Reader, members: Sequence[int]) -> dict[int, str]:
    """Return names, short enough that a page of them fits one card."""
    known = names_apart(await ctx.db.people.by_ids(members), who.t)
    return {m: shortened(known.get(m, who.t.line("a member")), 40) for m in members}


def _sum_text(who: Reader, ledger: Ledger | None) -> RichText:
    entries = ledger.entries.values() if ledger else ()
    return who.t(
        "{seats} with a seat · {waiting} waiting · {maybe} maybe · {cannot} cannot",
        seats=sum(entry.seat is not None for entry in entries),
        waiting=sum(entry.wait is not None for entry in entries),
        maybe=sum(entry.answer is Said.MAYBE for entry in entries),
        cannot=sum(entry.answer is Said.CANNOT for entry in entries),
    )


def _standing_text(who: Reader, ledger: Ledger, member: int) -> RichText:
    t, mine = who.t, standing(ledger, member)
    said: list[RichText] = []
    if mine.seat:
        said.append(rich(t.line(SEATS[mine.seat])))
    if mine.waits_for and mine.position:
        kind = t.line(SEATS[mine.waits_for])
        said.append(t("number {position} in line ({kind})", position=mine.position, kind=kind))
    if mine.offer:
        said.append(t("has been asked"))
    if not said:
        words = {Said.MAYBE: t("maybe"), Said.CANNOT: t("cannot come")}
        said.append(words[mine.answer] if mine.answer in words else t("not on the list"))
    return join(", ", said)


FEATURE = Feature(
    "meetups.participants",
    routes=(
        command("meetup", "participants", show),
        command("meetup", "csv", as_file),
        command("meetup", SEAT.name, seat),
        command("meetup", REMOVE.name, remove),
        press("people", turn),
        press("people_csv", pressed_file),
        press("people_pick", pick),
        press("people_seat", give),
        press("people_off", take_off),
    ),
    deeds={
        SEATED: msg("{who} gave {member} a seat ({after}): {subject}"),
        TAKEN_OFF: msg("{who} took {member} off the list: {subject}"),
    },
)
