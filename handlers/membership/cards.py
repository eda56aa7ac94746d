"""What those who wait see: that the community is full, their place, an offered seat, and what became of it."""

from __future__ import annotations

from datetime import timedelta

from chat.card import Accent, Button, Buttons, Card, Footnote, Option, Part, Quote, Style, Text, Title
from chat.form import Choices, Form, FormField, Line, Paragraph
from chat.text import RichText, join, rich
from community.languages import LANGUAGES, known_language
from community.membership.form import SHARE
from community.membership.line import rests
from community.membership.values import Answers, Application, Standing
from community.people.profile import PURPOSE
from community.people.topics import only_known, topic_name
from handlers.context import Context
from handlers.membership.looking import Placed
from handlers.readers import Reader, zone_of
from locales import Translator, translator

WEEK = timedelta(days=7)
NAME = 60  # characters of the community's name


def notice_card(ctx: Context, who: Reader, seen: Placed, notice: str) -> Card:
    """Return what somebody is told unasked; what stands on it is how things are when it is drawn."""
    t = who.t
    match notice:
        case "lobby" | "free":
            return lobby_card(ctx, who, free=seen.free)
        case "remind":
            return offer_card(ctx, who, seen, t("A reminder, the only one: a seat is still kept for you."))
        case "lapsed":
            return _with_place(ctx, who, seen, _lapsed(ctx, who, seen))
        case "seated" | "linked":
            return _in_card(who, seen, linked=notice == "linked")
        case "restored":
            return _with_place(ctx, who, seen, t("Your application is open again, at its old place."))
        case _:
            return place_card(ctx, who, seen)


def lobby_card(ctx: Context, who: Reader, *, free: bool = False) -> Card:
    """Return the first words to somebody who came while the community is full, in their language or in all of ours."""
    spoken = _speakers(who)
    said = [
        t(
            "{who}, thank you for coming! A seat in {community} is free now. Once you have applied, I offer it to you "
            "at once.",
            who=who.mention,
            community=ctx.config.name[:NAME],
        )
        if free
        else t(
            "{who}, thank you for coming! {community} is full at the moment, so that everybody in it can be looked "
            "after. Seats become free, and they go to those who applied, first come, first served.",
            who=who.mention,
            community=ctx.config.name[:NAME],
        )
        for t in spoken
    ]
    small = [
        t("Applying takes a minute. Only the moderators read your answers, and nobody else learns that you wait.")
        for t in spoken
    ]
    label = " / ".join(dict.fromkeys(t.line("Apply for a seat") for t in spoken))
    parts: tuple[Part, ...] = (
        Title(" / ".join(dict.fromkeys(t.line("Good that you are here") for t in spoken))),
        Text(join("\n\n", said)),
        Buttons((Button(f"lobby_apply:{who.member.id}", label, Style.PRIMARY),)),
        Footnote(join("\n", small)),
    )
    return Card(parts=parts, accent=Accent.WARM)


def _speakers(who: Reader) -> tuple[Translator, ...]:
    """Return the languages for a first word: the reader's own, or each of ours while theirs is not known."""
    if known_language(who.member.language) or known_language(who.account.locale):
        return (who.t,)
    return (who.t, *(translator(language) for language in LANGUAGES if language != who.t.language))


def place_card(ctx: Context, who: Reader, seen: Placed) -> Card:
    """Return how somebody stands who came while the community was full, with what they can do about it."""
    t = who.t
    match seen.application.standing:
        case Standing.WAITING:
            return lobby_card(ctx, who, free=seen.free)
        case Standing.APPLIED:
            return _with_place(ctx, who, seen, None)
        case Standing.OFFERED:
            return offer_card(ctx, who, seen, t("A seat has become free, and it is kept for you."))
        case Standing.SEATED:
            return seated_card(who, seen.application)
        case Standing.DECLINED:
            return declined_card(who, seen.application.reason or "")
        case Standing.CLOSED:
            said = t(
                "Some seats were offered to you and the time for each ran out, so I have closed your application and "
                "will not write again. If you would still like to come in, apply again whenever you like."
            )
        case Standing.WITHDRAWN:
            said = t("You are not in the line. If you would like to come in after all, apply whenever you like.")
    again = Button(f"lobby_apply:{who.member.id}", t.line("Apply again"), Style.PRIMARY)
    return Card(parts=(Text(said), Buttons((again,))), accent=Accent.WARM)


def _with_place(ctx: Context, who: Reader, seen: Placed, before: RichText | None) -> Card:
    t, member_id = who.t, who.member.id
    if seen.application.standing is Standing.OFFERED:
        return offer_card(ctx, who, seen, t("A seat has become free, and it is kept for you."))
    if seen.place is None:  # things have gone on meanwhile
        return place_card(ctx, who, seen)
    parts: list[Part] = [Title(t.line("Your place in line"))]
    if before:
        parts.append(Text(before))
    said = t("You are number {place} of {length}.", place=seen.place, length=seen.length)
    if seen.place == 1 and before is None and not rests(seen.application, ctx.now):
        said = t("You are the next to be asked.")
    parts.append(Text(said))
    if seen.about is not None:
        about = t("At the pace of the last three months, it takes about {span}.", span=t.span(seen.about))
        parts.append(Text(about))
    buttons = [
        Button(f"lobby_apply:{member_id}", t.line("Change my answers")),
        Button(f"lobby_place:{member_id}", t.line("My place")),
        Button(f"lobby_leave:{member_id}", t.line("Withdraw")),
    ]
    if rests(seen.application, ctx.now) and (until := seen.application.rests_until):
        day = t.moment(until, zone_of(who.member, who.account, ctx.config), now=ctx.now)
        parts.append(Text(t("You keep your place, and I will not ask you before {day}.", day=day)))
        buttons.insert(0, Button(f"lobby_ready:{member_id}", t.line("I am ready now"), Style.PRIMARY))
    parts.append(Buttons(tuple(buttons)))
    parts.append(Footnote(t("When a seat is yours to take, I write to you. You need do nothing until then.")))
    return Card(parts=tuple(parts), accent=Accent.CALM)


def gone_card(ctx: Context, who: Reader, seen: Placed) -> Card:
    """Return the word to somebody who pressed a button of an offer whose time is over."""
    return _with_place(ctx, who, seen, _lapsed(ctx, who, seen))


def _lapsed(ctx: Context, who: Reader, seen: Placed) -> RichText:
    """Say that an offer is over, and how many there are still to come."""
    left = max(1, ctx.config.membership.offers_most - seen.application.lapsed)
    return who.t.n(
        "The seat went to somebody else. Your application goes on: when it is your turn, I offer you one again "
        "({n} more time at most).",
        "The seat went to somebody else. Your application goes on: when it is your turn, I offer you one again "
        "(up to {n} more times).",
        left,
    )


def offer_card(ctx: Context, who: Reader, seen: Placed, said: RichText) -> Card:
    """Return the offer of a seat, with its end in the reader's own time."""
    t, member_id, until = who.t, who.member.id, seen.application.claim_until
    if seen.application.standing is not Standing.OFFERED:
        return place_card(ctx, who, seen)
    ends = t("There is no hurry: the time to take it begins in the morning, when I write to you.")
    if until is not None:
        moment = t.moment(until, zone_of(who.member, who.account, ctx.config), now=ctx.now)
        ends = t("You can take it until {moment}. After that, it goes to the next in line.", moment=moment)
    parts: tuple[Part, ...] = (
        Title(t.line("A seat for you")),
        Text(said),
        Text(ends),
        Buttons(
            (
                Button(f"lobby_take:{member_id}", t.line("Take my seat"), Style.PRIMARY),
                Button(f"lobby_pass:{member_id}", t.line("Not now: let the next go first")),
                Button(f"lobby_leave:{member_id}", t.line("Withdraw")),
            )
        ),
    )
    return Card(parts=parts, accent=Accent.GOOD)


def seated_card(who: Reader, one: Application, said: RichText | None = None) -> Card:
    """Return the word to somebody whose seat it is now; ``said``: how that came, where nobody decided it."""
    t = who.t
    if one.decided_by is not None:
        said = t("The moderators have given you a seat.")
        if one.applied_at is not None:
            said = t("The moderators have accepted your application.")
    words = t("Welcome! The doors are opening; a short greeting comes next.")
    parts = (Title(t.line("The seat is yours")), *((Text(said),) if said else ()), Text(words))
    return Card(parts=parts, accent=Accent.GOOD)


def _in_card(who: Reader, seen: Placed, *, linked: bool) -> Card:
    """Return the word to somebody who has a seat without having pressed for it."""
    t = who.t
    if not linked:
        said = t("There is room for everybody now, so the seat you have waited for is here. Thank you for waiting.")
        return seated_card(who, seen.application, said)
    said = t("Your accounts are linked, so the seat you have in the community is for this account, too. Come in!")
    return Card(parts=(Title(t.line("You are in")), Text(said)), accent=Accent.GOOD)


def declined_card(who: Reader, words: str) -> Card:
    """Return the kind no. Also shown to the moderator before it is sent."""
    t = who.t
    parts: list[Part] = [
        Title(t.line("About your application")),
        Text(t("Thank you for your interest. The moderators have decided not to offer you a seat at this time.")),
    ]
    if words:
        parts += [Text(t("They write:")), Quote(words)]
    parts.append(Footnote(t("If you think that this is a mistake, tell the moderators with `/tsudoi report`.")))
    return Card(parts=tuple(parts), accent=Accent.WARM)


def leaving_card(who: Reader, seen: Placed) -> Card:
    """Return the question before somebody gives their place up."""
    t, member_id = who.t, who.member.id
    said = t("Your place would be gone: whoever applies again begins at the end of the line.")
    if seen.application.standing is Standing.OFFERED:
        said = t("The seat that is kept for you would go to the next in line, and your place would be gone.")
    buttons = (
        Button(f"lobby_leave_yes:{member_id}", t.line("Withdraw"), Style.DANGER),
        Button(f"lobby_place:{member_id}", t.line("Keep my place")),
    )
    return Card(parts=(Text(said), Buttons(buttons)), accent=Accent.WARM)


def home_card(who: Reader, card: Card) -> Card:
    """Return a card as the home tab of somebody who waits."""
    return Card(parts=(*card.parts, Text(who.t("Only you can see this."))), accent=card.accent)


def with_ways(who: Reader, card: Card) -> Card:
    """Return a card with what works while somebody waits."""
    t = who.t
    lines = (
        t("`/tsudoi me` shows your place in line; its buttons change your answers or withdraw you."),
        t("`/tsudoi report` tells the moderators about something."),
        t("`/tsudoi privacy` shows, exports and deletes what I know about you."),
        t("`/tsudoi link` links your account on the other platform."),
    )
    ways = (Title(t.line("What works while you wait")), Text(join("\n", [rich("• ", line) for line in lines])))
    return Card(parts=(*card.parts, *ways), accent=card.accent)


def apply_form(ctx: Context, who: Reader, answers: Answers | None) -> Form:
    """Return the application form, filled with what was answered before."""
    t, known = who.t, answers or Answers()
    fields: list[FormField] = [
        Line(key="purpose", label=t.line("What brings you here?"), value=known.purpose, max_length=PURPOSE),
        Paragraph(
            key="share",
            label=t.line("What would you like to give?"),
            hint=t.line("Experience, questions, a hand at meetups: small things count."),
            value=known.share,
            required=False,
            max_length=SHARE,
        ),
    ]
    if ctx.config.topics:
        options = tuple(Option(topic.id, topic_name(topic, t.language)) for topic in ctx.config.topics)
        give = only_known(ctx.config.topics, known.give)
        label = t.line("Topics you can help with")
        fields.append(Choices(key="give", label=label, options=options, values=give, required=False))
    return Form(
        id=f"lobby_apply:{who.member.id}",
        title=t.line("Apply for a seat"),
        fields=tuple(fields),
        submit=t.line("Send"),
        cancel=t.line("Cancel"),
    )
