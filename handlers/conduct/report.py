"""Reporting to the moderators: from a message or by command, with a name or without, to one queue."""

from __future__ import annotations

from chat.answers import Answer, OpenForm, Say
from chat.card import Accent, Button, Buttons, Card, Footnote, Option, Part, Style, Text, Title
from chat.commands import CommandOption, Localised, Menu, OptionKind, SubCommand
from chat.events import CommandUsed, FormSubmitted, Interaction, MenuUsed
from chat.form import Choice, Form, FormField, Line, Paragraph
from chat.limits import FORM_HINT
from chat.text import Bold, Code
from community.conduct.cases import Reason, Report, is_flood
from community.people.members import Member
from community.words import tame
from handlers.conduct.nameless import MENU, NAMELESS, SEND, SUB, is_nameless, mark_in
from handlers.conduct.relay import nobody_left, show_by_code
from handlers.conduct.steps import About, take_report
from handlers.conduct.words import REASONS, name_for, spoken_to
from handlers.context import Context
from handlers.meetups.people_typed import UnknownPeopleError, read_people
from handlers.public import shortened
from handlers.readers import Reader, arguments, note, read_user, reader, written
from handlers.routes import Feature, command, form, menu
from locales import Translator
from storage.conduct.cases import Start, new_code, read_code
from storage.held import moderation as held_moderation

REPORT = SubCommand(
    name=SUB,
    description=Localised(en="Tell the moderators about something", ja="困ったことを運営に報告する"),
    options=(
        CommandOption(
            name="member",
            description=Localised(en="Whom it is about, if anybody", ja="だれについての報告か（任意）"),
            kind=OptionKind.MEMBER,
        ),
        CommandOption(
            name="code",
            description=Localised(
                en="The code of an anonymous report, to see how it stands", ja="匿名の報告の確認コード"
            ),
        ),
    ),
)
REPORT_MESSAGE = Menu(name=MENU, label=Localised(en="Report to moderators", ja="運営に報告する"))
WORDS, NAME_TYPED, QUOTED = 1500, 100, 3000
NAME_SHOWN = 30
NOBODY = "-"  # in a form's name: it is about nobody in particular


async def report_message(ctx: Context, event: MenuUsed) -> Answer:
    """Open the form about a message."""
    t = await _words_for(ctx, event)
    if event.author == event.user:
        return note(t("This is your own message. You can change it or take it away yourself."))
    # a conversation that I am not in would tell who of the few in it reports; its words are enough
    seen = ctx.chat.place(event.message.place.home, event.message.place.channel) is not None
    mark = mark_in(event.author) if event.author is not None else None
    if mark is not None:  # of who was erased nothing is known, and it stays so
        start = Start(None, event.message if seen else None, tame(event.text)[:QUOTED], mark)
        return OpenForm(await _form(ctx, t, start, of_message=await _shown(ctx, t, None, event)))
    if event.author is not None and ctx.chat.is_bot(event.workspace, event.author.id):
        return note(
            t(
                "I wrote this myself. If something about it is not right, please tell the moderators: {command}",
                command=Code("/tsudoi report"),
            ),
            Accent.WARM,
        )
    author = await ctx.db.people.ensure(event.author, "", ctx.now) if event.author else None
    if author is None or author.is_bot:
        return note(
            t(
                "A bot or an app wrote this. Please tell the moderators which one, and what is wrong: {command}",
                command=Code("/tsudoi report"),
            ),
            Accent.WARM,
        )
    start = Start(author.id, event.message if seen else None, tame(event.text)[:QUOTED])
    return OpenForm(await _form(ctx, t, start, of_message=await _shown(ctx, t, author.id, event)))


async def _shown(ctx: Context, t: Translator, author: int | None, event: MenuUsed) -> str:
    """Return which message is reported, as far as a form has room for it; nobody reports a wrong one unseen."""
    who = shortened(await name_for(ctx, author, event.workspace, t), NAME_SHOWN)
    words = " ".join(tame(event.text).split())
    if not words:
        return t.line("About a message of {who}", who=who)
    room = FORM_HINT - len(t.line("About the message of {who}: “{words}”", who=who, words=""))
    return t.line("About the message of {who}: “{words}”", who=who, words=shortened(words, room))


async def report(ctx: Context, event: CommandUsed) -> Answer:
    """Open the form about a member or anything else; with a code, show how a report stands."""
    t = await _words_for(ctx, event)
    typed = event.options.get("member", "").strip()
    code = event.options.get("code", "").strip()
    if code or read_code(typed) is not None or typed.casefold().startswith("code:"):
        return await show_by_code(ctx, t, code or typed)  # Slack's first word is the member, whatever it is
    return await _about(ctx, t, typed, event) if typed else OpenForm(await _form(ctx, t, None))


async def _about(ctx: Context, t: Translator, typed: str, event: CommandUsed) -> Answer:
    try:
        about = await _named(ctx, typed, event)
    except UnknownPeopleError as unknown:
        return note(
            t(
                "{problem} Without a name works as well: {command}",
                problem=unknown.text(t),
                command=Code("/tsudoi report"),
            ),
            Accent.WARM,
        )
    if about is None or about.is_bot:
        return note(
            t(
                "That is a bot. Please tell the moderators what is wrong with it: {command}",
                command=Code("/tsudoi report"),
            ),
            Accent.WARM,
        )
    if any(account.user == event.user for account in about.accounts):
        return note(
            t(
                "That is you. If something weighs on you, the moderators are happy to hear from you: {command}",
                command=Code("/tsudoi report"),
            )
        )
    return OpenForm(await _form(ctx, t, Start(about.id)))


async def _words_for(ctx: Context, event: Interaction) -> Translator:
    return spoken_to(ctx, event) if is_nameless(event.user) else (await reader(ctx, event)).t


async def _named(ctx: Context, typed: str, event: CommandUsed) -> Member | None:
    """Return who was named; None for this bot itself.

    Raises:
        UnknownPeopleError: nobody is called so, or several are.

    """
    user = read_user(typed, event.workspace)
    if user is not None and ctx.chat.is_bot(event.workspace, user.id):
        return None
    if user is not None and (member := await ctx.db.people.by_user(user)):
        return member
    found = await read_people(ctx, typed, event.workspace)
    if len(found) != 1:
        raise UnknownPeopleError(typed[:40])
    return await ctx.db.people.by_id(found[0])


async def _form(ctx: Context, t: Translator, start: Start | None, *, of_message: str = "") -> Form:
    """Return the form; at most five fields fit. ``of_message`` says which message it is about."""
    name = await ctx.db.cases.start(start, ctx.now) if start else NOBODY
    fields: list[FormField] = [
        Choice(
            key="reason",
            label=t.line("What happened?"),
            hint=of_message,
            options=tuple(Option(reason.value, t.line(said)) for reason, said in REASONS.items()),
        ),
        Paragraph(
            key="words",
            label=t.line("In your own words"),
            hint=t.line("What happened, and what would help you? A sentence is plenty."),
            max_length=WORDS,
            required=not of_message,
        ),
    ]
    if start is None:
        fields.append(
            Line(
                key="about",
                label=t.line("Who or what is it about?"),
                hint=t.line("A member's name as it is shown, or what else it is about."),
                max_length=NAME_TYPED,
                required=False,
            )
        )
    if ctx.config.conduct.anonymous:
        fields.append(
            Choice(
                key="name",
                label=t.line("Your name"),
                hint=t.line("Without a name, nobody can find out from me who you are."),
                options=(
                    Option(NAMELESS, t.line("Report without my name")),
                    Option("named", t.line("The moderators may know my name")),
                ),
            )
        )
    fields.append(
        Choice(
            key="urgent",
            label=t.line("Is it urgent?"),
            hint=t.line("Urgent calls the moderators at once, at any hour."),
            options=(
                Option("no", t.line("It can wait some hours")),
                Option("yes", t.line("Urgent: somebody is in need now")),
            ),
            value="no",
        )
    )
    return Form(
        id=f"{SEND}:{name}",
        title=t.line("Report to moderators"),
        fields=tuple(fields),
        submit=t.line("Report"),
        cancel=t.line("Cancel"),
    )


async def send(ctx: Context, event: FormSubmitted) -> Answer:
    """Take a report. Whatever is odd about it, what somebody had the courage to write is not lost."""
    nameless = event.values.get("name") == NAMELESS
    name = "".join(arguments(event)[:1])
    start = await ctx.db.cases.started(name) or Start()
    about = start.member
    words = written(event, WORDS)
    if typed := written(event, NAME_TYPED, "about"):
        about = await _meant(ctx, typed, event) if about is None else about
        words = f"{typed}\n{words}".strip()
    chosen = str(event.values.get("reason") or "")
    report_ = Report(
        reason=Reason(chosen) if chosen in set(Reason) else Reason.OTHER,
        at=ctx.now,
        words=words,
        message=start.message,
        quoted=start.quoted,
        quoted_of=start.member if start.message or start.quoted else None,  # none: erased, see storage.keeping
    )
    what = About(about, start.mark, typed, urgent=event.values.get("urgent") == "yes")
    if nameless:
        answer = await _take_nameless(ctx, spoken_to(ctx, event), report_, what)
    else:
        answer = await _take_named(ctx, await reader(ctx, event), report_, what)
    await ctx.db.cases.end_start(name)
    return answer


async def _meant(ctx: Context, typed: str, event: FormSubmitted) -> int | None:
    """Return the member whose name was typed, where it is clear; else the words stand for themselves."""
    try:
        found = await read_people(ctx, typed, event.workspace)
    except UnknownPeopleError:
        return None
    return found[0] if len(found) == 1 else None


async def _take_nameless(ctx: Context, t: Translator, report_: Report, what: About) -> Say:
    code = new_code()
    stored = await take_report(ctx, report_, what, code=code)
    parts = (
        Title(t.line("The moderators have your report")),
        Text(t("Thank you for speaking up. I did not write down who you are, so nobody can look it up.")),
        *(await nobody_left(ctx, stored.case, t) or _who_reads(t, what)),
        Text(
            t(
                "With this code you can see how it stands, and add something, whenever you like: {code}",
                code=Bold(dashed(code)),
            )
        ),
        Text(t("{command} takes the code later on.", command=Code(f"/tsudoi report code:{dashed(code)}"))),
        Buttons((Button(f"conduct_code:{code}", t.line("How does it stand?"), Style.PRIMARY),)),
        Footnote(
            t(
                "Please note the code: I cannot show it again, and this message may be gone when you come back. The "
                "moderators may ask you something; you find it there."
            )
        ),
    )
    return Say(Card(parts=parts, accent=Accent.GOOD))


async def _take_named(ctx: Context, who: Reader, report_: Report, what: About) -> Say:
    t = who.t
    if what.member == who.member.id:
        return note(
            t(
                "That is you. If something weighs on you, the moderators are happy to hear from you: {command}",
                command=Code("/tsudoi report"),
            )
        )
    lately = await ctx.db.cases.sent_by(who.member.id, ctx.now.replace(minute=0, second=0, microsecond=0))
    named = Report(
        reason=report_.reason,
        at=report_.at,
        words=report_.words,
        member=who.member.id,
        account=str(who.account.user),
        message=report_.message,
        quoted=report_.quoted,
        quoted_of=report_.quoted_of,
    )
    stored = await take_report(ctx, named, what, code=None)
    parts: tuple[Part, ...] = (
        Title(t.line("The moderators have your report")),
        Text(
            t("Thank you for speaking up. Only the moderators see it. I write to you when something happens with it.")
        ),
        *(await nobody_left(ctx, stored.case, t) or _who_reads(t, what)),
        *(
            [
                Text(
                    t(
                        "That was a lot of reports in a short time. All of them are kept, and looked at one after "
                        "another."
                    )
                )
            ]
            if is_flood(lately)
            else []
        ),
        Buttons((Button(f"conduct_mine:{stored.id}", t.line("How does it stand?")),)),
    )
    return Say(Card(parts=parts, accent=Accent.GOOD))


def _who_reads(t: Translator, what: About) -> list[Part]:
    """Say what happens next and, where it is known whom a report is about, that they do not read it."""
    said: list[Part] = [Text(t("Somebody of the team takes it on and decides with care what to do."))]
    if what.member is not None:
        said.append(Text(t("Whom it is about does not see it, even if they are of the team.")))
    return said


def dashed(code: str) -> str:
    """Return a code as it is easily copied by hand."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


FEATURE = Feature(
    "conduct.report",
    stores=held_moderation.CASES_HELD,
    routes=(
        command("tsudoi", SUB, report, opens_form=True, forgets=True),
        menu(MENU, report_message, opens_form=True),
        form(SEND, send),
    ),
    menus=(REPORT_MESSAGE,),
)
