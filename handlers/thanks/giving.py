"""``/thanks @member for …`` and “Say thanks” in the menu of a message."""

from __future__ import annotations

from dataclasses import replace

from chat.answers import Answer, Invalid, OpenForm, Redraw, Say
from chat.card import Accent
from chat.commands import Command, CommandOption, Localised, Menu, OptionKind
from chat.events import ActionPressed, CommandUsed, FormSubmitted, MenuUsed
from chat.ids import Place
from chat.text import RichText
from community.people.members import Member
from community.thanks.giving import Refusal, State, Thanked, Way, message_key, what_for
from handlers.context import Context
from handlers.meetups.people_typed import UnknownPeopleError, read_people
from handlers.public import mention_of
from handlers.readers import Reader, account_at, arguments, name_of, not_yours, note, number, read_user, reader, refused
from handlers.routes import Feature, command, form, menu, press
from handlers.thanks.steps import (
    give,
    is_shy,
    keep,
    public_place,
    refusal_of,
    said_at,
    withdraw,
)
from handlers.thanks.words import explanation, receipt, refusal_text, thanks_form
from locales import msg
from storage.activity import Fact
from storage.held import people as held_people
from storage.people.choices import OFF, ON, THANKS_HINTS, THANKS_OPENLY

THANKS = Command(
    name="thanks",
    description=Localised(en="Thank somebody who helped you", ja="助けてくれた人にお礼を伝える"),
    options=(
        CommandOption(
            name="member", description=Localised(en="Whom you thank", ja="お礼を伝える相手"), kind=OptionKind.MEMBER
        ),
        CommandOption(name="for", description=Localised(en="What they did for you", ja="してもらったこと")),
    ),
)
SAY_THANKS = Menu(name="say_thanks", label=Localised(en="Say thanks", ja="お礼を言う"))
HELP = ("help", "?", "使い方", "ヘルプ")
SWITCHED_OFF = msg("Thanks through me are switched off in this community. Saying it yourself is as good!")
TOO_LATE = msg("That is a while ago. Please start again from the message, or type `/thanks`.")


async def thank(ctx: Context, event: CommandUsed) -> Answer:
    """Thank somebody; bare, explain how."""
    who = await reader(ctx, event)
    if not ctx.config.thanks.enabled:
        return note(who.t(SWITCHED_OFF), Accent.WARM)
    typed = event.options.get("member", "").strip()
    words = what_for(event.options.get("for", "") or event.text)
    if not typed or typed.casefold() in HELP:
        said = who.t("Whom would you like to thank? Please name one member.") if words and not typed else None
        return Say(explanation(ctx, who, await ctx.db.choices.of(who.member.id), said))
    try:
        receiver = await _named(ctx, typed, event)
    except UnknownPeopleError as unknown:
        said = who.t(
            "I find nobody called “{name}”. Please mention one member with @, or write the name as it is shown.",
            name=unknown.name,
        )
        return note(RichText((unknown.text(who.t),)) if unknown.called else said, Accent.WARM)
    new = Thanked(
        key=f"command:{event.key}",
        giver=who.member.id,
        receiver=receiver.id,
        words=words,
        way=Way.COMMAND,
        about=said_at(event.place),
        at=ctx.now,
    )
    why = await refusal_of(ctx, who.member, receiver, new)
    if why is Refusal.EMPTY:
        stored = await keep(ctx, new)
        return OpenForm(thanks_form(who, f"thanks_say:{stored.id}", _name(who, receiver), required=True))
    if why is not None:
        return note(refusal_text(ctx, who, why, _name(who, receiver)), Accent.WARM)
    return await _given(ctx, who, await give(ctx, new, key=event.key))


async def _named(ctx: Context, typed: str, event: CommandUsed) -> Member:
    """Return who was named, a bot included.

    Raises:
        UnknownPeopleError: nobody is called so, or several are.

    """
    user = read_user(typed, event.workspace)
    if user is not None and (member := await ctx.db.people.by_user(user)):
        return member
    if user is not None and ctx.chat.is_bot(event.workspace, user.id):
        return await ctx.db.people.ensure(user, "", ctx.now, is_bot=True)
    (member_id, *others) = await read_people(ctx, typed, event.workspace) or (0,)
    found = await ctx.db.people.by_id(member_id)
    if found is None or others:
        raise UnknownPeopleError(typed[:40])
    return found


def _name(who: Reader, member: Member) -> str:
    account = account_at(member, who.account.user.home)
    return name_of(account, who.t) if account else who.t.line("a member")


async def _given(ctx: Context, who: Reader, thanks: Thanked) -> Say:
    openly = public_place(ctx, thanks) is not None and not await is_shy(ctx, thanks.receiver)
    home = Place(who.account.user.platform, who.account.user.workspace, "")
    receiver = await mention_of(ctx, thanks.receiver, home, who.t)
    return Say(receipt(who, thanks, receiver or who.t.line("a member"), openly=openly))


# ---- by the menu of a message


async def use_menu(ctx: Context, event: MenuUsed) -> Answer:
    """Open the form that asks, if one likes, for what the writer of a message is thanked."""
    who = await reader(ctx, event)
    if not ctx.config.thanks.enabled:
        return note(who.t(SWITCHED_OFF), Accent.WARM)
    if event.author is None or ctx.chat.is_bot(event.workspace, event.author.id):
        return note(refusal_text(ctx, who, Refusal.BOT, ""), Accent.WARM)
    receiver = await ctx.db.people.ensure(event.author, "", ctx.now)
    new = Thanked(
        key=message_key(who.member.id, event.message),
        giver=who.member.id,
        receiver=receiver.id,
        way=Way.MENU,
        about=event.message,
        at=ctx.now,
    )
    if why := await refusal_of(ctx, who.member, receiver, new):
        return note(refusal_text(ctx, who, why, _name(who, receiver)), Accent.WARM)
    stored = await keep(ctx, new)
    if stored.state is State.GIVEN:
        return note(refusal_text(ctx, who, Refusal.TWICE, _name(who, receiver)), Accent.WARM)
    return OpenForm(thanks_form(who, f"thanks_say:{stored.id}", _name(who, receiver), required=False))


async def submit(ctx: Context, event: FormSubmitted) -> Answer:
    """Take what was typed into the form."""
    who = await reader(ctx, event)
    found = await _own(ctx, who, event)
    if isinstance(found, Say):
        return found
    if found.state is State.GIVEN:  # the form was sent twice
        return await _given(ctx, who, found)
    way = Way.COMMAND if found.way is Way.COMMAND else Way.MENU  # by the menu, what was noticed may be said, too
    return await finish(ctx, who, replace(found, way=way, words=what_for(str(event.values.get("words", "")))), event)


async def finish(ctx: Context, who: Reader, thanks: Thanked, event: FormSubmitted) -> Answer:
    """Give thanks whose words came by a form, or open it again with what is to be mended."""
    receiver = await ctx.db.people.by_id(thanks.receiver)
    if receiver is None or not ctx.config.thanks.enabled:
        return note(who.t(TOO_LATE if receiver is None else SWITCHED_OFF), Accent.WARM)
    why = await refusal_of(ctx, who.member, receiver, replace(thanks, at=ctx.now))
    if why in (Refusal.EMPTY, Refusal.LONG):
        blank = thanks_form(who, event.form, _name(who, receiver), required=thanks.way is Way.COMMAND)
        said = refusal_text(ctx, who, why, _name(who, receiver)).plain()
        return Invalid({"words": said}, blank.filled(event.values))
    if why is not None:
        return note(refusal_text(ctx, who, why, _name(who, receiver)), Accent.WARM)
    return await _given(ctx, who, await give(ctx, thanks, key=event.key))


async def _own(ctx: Context, who: Reader, event: ActionPressed | FormSubmitted) -> Thanked | Say:
    thanks_id = number(arguments(event), 0)
    thanks = await ctx.db.thanks.get(thanks_id) if thanks_id else None
    if thanks is None:
        return refused(who.t(TOO_LATE))
    return thanks if thanks.giver == who.member.id else not_yours(who.t)


# ---- what follows


async def take_back(ctx: Context, event: ActionPressed) -> Answer:
    """Let somebody take their thanks back."""
    who = await reader(ctx, event)
    found = await _own(ctx, who, event)
    if isinstance(found, Say):
        return found
    if found.state is State.GIVEN:
        await withdraw(ctx, found, key=event.key)
    return Redraw(note(who.t("Taken back. It counts no longer, and what I said of it goes.")).card)


async def choose(ctx: Context, event: ActionPressed) -> Answer:
    """Change whether somebody is thanked openly, or asked about their own words."""
    who = await reader(ctx, event)
    if not who.owns(event):
        return not_yours(who.t)
    choice = THANKS_OPENLY if event.action.startswith("thanks_shy:") else THANKS_HINTS
    value = OFF if arguments(event)[1:2] == [OFF] else ON
    await ctx.db.choices.set(who.member.id, choice, value, ctx.now)
    fact = Fact("member.chose", ctx.now, who.member.id, subject=choice, data={"value": value})
    ctx.db.activity.record(fact, key=f"member.chose:{event.key}")
    said = {
        (THANKS_OPENLY, OFF): who.t("Understood: thanks to you stay between you and who gives them."),
        (THANKS_OPENLY, ON): who.t("Lovely: thanks to you may be read by everybody."),
        (THANKS_HINTS, OFF): who.t("Understood: I don't ask about your words any more. {thanks} is always there.",
                                   thanks="/thanks"),
        (THANKS_HINTS, ON): who.t("Good: when you thank somebody, I ask you once if it is to be noted."),
    }[choice, value]  # fmt: skip
    return Redraw(explanation(ctx, who, await ctx.db.choices.of(who.member.id), said))


FEATURE = Feature(
    "thanks.giving",
    stores=held_people.THANKING,
    routes=(
        command("thanks", "", thank, opens_form=True),
        menu("say_thanks", use_menu, opens_form=True),
        form("thanks_say", submit),
        press("thanks_back", take_back),
        press("thanks_shy", choose),
        press("thanks_hints", choose),
    ),
    menus=(SAY_THANKS,),
)
