"""Ideas for the product: marked by anybody, supported by others, and answered to those who asked."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import timedelta

from chat.answers import Answer, Invalid, Nothing, OpenForm, Redraw, Say
from chat.card import Accent, Button, Buttons, Card, Footnote, Option, Part, Quote, Select, Text, Title
from chat.commands import Localised, Menu, SubCommand
from chat.effects import DirectMessage, OpenThread, Post, PostedAs, RedrawPost
from chat.events import ActionPressed, CommandUsed, FormSubmitted, MenuUsed, MessageDeleted, MessageEdited
from chat.form import Form, Paragraph
from chat.ids import Place
from chat.limits import THREAD_TITLE
from chat.text import Bold, Link, RichText, join, rich
from community.people.members import Member
from community.questions.finding import title_of
from community.questions.text import language_of
from community.words import tame
from handlers.audit.deeds import write_down
from handlers.context import Context
from handlers.public import channel_translator, is_closed, mention_of, shortened
from handlers.questions.places import just_deleted, may_write
from handlers.readers import Reader, account_to_reach, arguments, as_reader, note, number, reader, refused
from handlers.routes import CannotUndoError, Feature, command, form, menu, on, press
from locales import Translator, msg
from storage.activity import Fact
from storage.audit import StoredDeed
from storage.questions.ideas import Idea, IdeaState

AN_HOUR = 5  # ideas that one member may mark in an hour: each opens a thread that all see
EXCERPT = 1500
WORDS = 500  # characters that moderators may say to a decision
OPTION = 75
LISTED = 15
IDEAS = SubCommand(name="ideas", description=Localised(en="Ideas, and what becomes of them", ja="アイデアの一覧と対応"))
MARK_IDEA = Menu(name="idea", label=Localised(en="Mark as an idea", ja="アイデアとして残す"))
STATES = {
    IdeaState.NOTED: msg("💡 Noted"),
    IdeaState.PLANNED: msg("🗓 Planned"),
    IdeaState.SHIPPED: msg("🚀 Here it is"),
    IdeaState.DECLINED: msg("Not for now"),
}
TOLD = {
    IdeaState.NOTED: msg("An idea that you care about is being looked at again:"),
    IdeaState.PLANNED: msg("An idea that you care about is planned:"),
    IdeaState.SHIPPED: msg("An idea that you care about is here:"),
    IdeaState.DECLINED: msg("An idea that you care about will not be built for now:"),
}


async def mark_idea(ctx: Context, event: MenuUsed) -> Answer:
    """Keep a message as an idea."""
    who = await reader(ctx, event)
    t = who.t
    if not title_of(event.text, OPTION):
        return note(t("There are no words in this message that I could keep."), Accent.WARM)
    known = await ctx.db.ideas.by_root(event.message)
    if known:
        return note(t("This idea is kept already. Press “Support” below it, if you like it."), Accent.WARM)
    owner = await _writer(ctx, event)
    if owner is None:
        return note(t("This message is a bot's. Ideas come from people."), Accent.WARM)
    if refused := await _why_not(ctx, who, event):
        return note(refused, Accent.WARM)
    idea = Idea(
        member=owner.id,
        account=event.author,
        root=event.message,
        text=tame(event.text),
        noted_at=ctx.now,
        changed_at=ctx.now,
    )
    idea_id = await ctx.db.ideas.add(idea)
    stored = await ctx.db.ideas.get(idea_id) if idea_id is not None else None
    if idea_id is None or stored is None:
        return Nothing()
    log(ctx, "noted", idea_id, owner.id, event.message.place, event.key, by=who.member.id)
    place = event.message.place
    tp = channel_translator(ctx, place, language_of(stored.text))
    card = await _card(ctx, stored, place, tp)
    if place.thread:
        ctx.db.outbox.add(Post(place, card), key=f"idea:{idea_id}")
    else:
        title = shortened(f"💡 {title_of(event.text, OPTION)}", THREAD_TITLE)
        ctx.db.outbox.add(OpenThread(event.message, title, card), key=f"idea:{idea_id}")
    return note(t("Kept as an idea. Others can support it, and you will hear what becomes of it."), Accent.GOOD)


async def _why_not(ctx: Context, who: Reader, event: MenuUsed) -> RichText | None:
    """Return why no card may be posted below a message now."""
    t = who.t
    if await just_deleted(ctx, event.message):
        return t("This message has just been deleted.")
    if not may_write(ctx, event.message.place):
        return t("I cannot write here. Invite me to this channel first.")
    noted = await ctx.db.activity.facts(["idea.noted"], since=ctx.now - timedelta(hours=1))
    if sum(fact.data.get("by") == who.member.id for fact in noted) >= AN_HOUR:
        return t("You have marked several ideas already. A little later there is room for more.")
    return None


async def _writer(ctx: Context, event: MenuUsed) -> Member | None:
    """Return who wrote a message, where that is a person."""
    if event.author is None or ctx.chat.is_bot(event.workspace, event.author.id):
        return None
    writer = await ctx.db.people.ensure(event.author, "", ctx.now)
    return None if writer.is_bot else writer


async def support(ctx: Context, event: ActionPressed) -> Answer:
    """Support an idea, or, pressed again, take that back."""
    who = await reader(ctx, event)
    idea = await _idea(ctx, event)
    if idea is None or not _reads(ctx, event, idea):
        return _gone(who)
    if await ctx.db.ideas.support(idea.id, who.member.id, ctx.now):
        place = idea.root.place if idea.root else None
        log(ctx, "supported", idea.id, who.member.id, place, str(who.member.id))
        said = who.t("Noted: you support this idea. Press again to take it back.")
    else:
        await ctx.db.ideas.withdraw_support(idea.id, who.member.id)
        said = who.t("Your support is taken back.")
    await _show(ctx, idea)
    return note(said, Accent.GOOD)


def _reads(ctx: Context, event: ActionPressed, idea: Idea) -> bool:
    """Say whether who pressed can read an idea: what stands where only some can read is supported there alone."""
    if idea.root is None or not is_closed(ctx, idea.root.place, unseen=False):
        return True
    return event.place is not None and event.place.top == idea.root.place.top


async def show_ideas(ctx: Context, event: CommandUsed) -> Answer:
    """Show all ideas that are not settled, the most supported first."""
    who = await reader(ctx, event)
    return Say(await _list_card(ctx, who))


async def choose(ctx: Context, event: ActionPressed) -> Answer:
    """Show one idea of the list, with what can be decided."""
    who = await reader(ctx, event)
    idea_id = number(list(event.values), 0)
    idea = await ctx.db.ideas.get(idea_id) if idea_id is not None else None
    if idea is None:
        return _gone(who)
    return Redraw(await _detail_card(ctx, who, idea))


async def open_decision(ctx: Context, event: ActionPressed) -> Answer:
    """Open the form for a word on a decision."""
    who = await reader(ctx, event)
    idea, state = await _idea(ctx, event), _state(arguments(event)[1:])
    if idea is None or state is None:
        return _gone(who)
    return OpenForm(_form(who, idea, state))


async def decide(ctx: Context, event: FormSubmitted) -> Answer:
    """Store what becomes of an idea, and tell those who asked for it."""
    who = await reader(ctx, event)
    t = who.t
    idea, state = await _idea(ctx, event), _state(arguments(event)[1:])
    if idea is None or state is None:
        return _gone(who)
    typed = event.values.get("words", "")
    words = tame(typed) if isinstance(typed, str) else ""
    if len(words) > WORDS:
        said = t.line("Please keep it to {limit} characters.", limit=WORDS)
        return Invalid({"words": said}, _form(who, idea, state).filled(event.values))
    if (state, words) == (idea.state, idea.note):
        return note(t("That is how it stands already."))
    await ctx.db.ideas.decide(idea.id, state, words, ctx.now)
    place = idea.root.place if idea.root else None
    log(ctx, "decided", idea.id, who.member.id, place, event.key, state=state.value)
    after = await ctx.db.ideas.get(idea.id)
    if after is None:
        return _gone(who)
    await _show(ctx, after)
    before, now = (json.dumps({"state": i.state.value, "note": i.note}, ensure_ascii=False) for i in (idea, after))
    await write_down(ctx, who, event, DECIDED, f"idea:{idea.id}", before=before, after=now, reason=state.value)
    told = await _tell(ctx, after, event.key) if state is not idea.state else 0
    return note(t.n("Done. {n} person is told.", "Done. {n} people are told.", told), Accent.GOOD)


async def _tell(ctx: Context, idea: Idea, key: str) -> int:
    told = dict.fromkeys(filter(None, (idea.member, *await ctx.db.ideas.supporters(idea.id))))
    members = await ctx.db.people.by_ids(told)
    n = 0
    for member in members:
        account = account_to_reach(member)
        if account is None:
            continue
        t = as_reader(member, account, ctx.config).t
        parts: list[Part] = [Text(t(TOLD[idea.state])), Quote(shortened(idea.text or "…", EXCERPT))]
        if idea.note:
            parts.append(Text(t("The moderators say: {words}", words=idea.note)))
        if idea.root:
            parts.append(Footnote(rich(Link(ctx.chat.link(idea.root), t.line("Go there")))))
        accent = Accent.GOOD if idea.state is IdeaState.SHIPPED else Accent.CALM
        card = Card(parts=tuple(parts), accent=accent)
        ctx.db.outbox.add(DirectMessage(account.user, card), key=f"idea_told:{idea.id}:{member.id}:{key}", report=True)
        n += 1
    return n


# ---- the message changes


async def note_edit(ctx: Context, event: MessageEdited) -> None:
    """Follow what an idea says now."""
    idea = await ctx.db.ideas.by_root(event.message)
    text = tame(event.text)
    if idea is None or idea.member is None or idea.text == text or ctx.chat.is_bot(event.workspace, event.author.id):
        return
    await ctx.db.ideas.edit(idea.id, text)


async def note_deletion(ctx: Context, event: MessageDeleted) -> None:
    """Forget an idea whose message is gone."""
    idea = await ctx.db.ideas.by_root(event.message)
    if idea is None:
        return
    key = f"idea:{idea.id}"
    await ctx.db.ideas.remove(idea.id)
    if await ctx.db.outbox.cancel(key):
        return
    t = channel_translator(ctx, event.message.place, language_of(idea.text))
    card = Card(parts=(Text(t("This idea was taken back.")),))
    # `report`: its thread may have gone with the message, and then nobody misses the card
    ctx.db.outbox.put(RedrawPost(PostedAs(key), card), report=True)


async def forget_member(ctx: Context, member_id: int) -> None:
    """Take a member's words and name out of their ideas, and draw the cards without them, their support included.

    Call it before the member's own row is deleted.
    """
    touched = await ctx.db.ideas.touched_by(member_id)
    await ctx.db.ideas.forget(member_id)
    await draw_again(ctx, touched)


async def draw_again(ctx: Context, idea_ids: Iterable[int]) -> None:
    """Draw ideas anew, after somebody was taken out of them."""
    for idea in idea_ids:
        if found := await ctx.db.ideas.get(idea):
            await _show(ctx, found)


# ---- cards


async def _show(ctx: Context, idea: Idea) -> None:
    if idea.root is None:
        return
    t = channel_translator(ctx, idea.root.place, language_of(idea.text))
    card = await _card(ctx, idea, idea.root.place, t)
    ctx.db.outbox.put(RedrawPost(PostedAs(f"idea:{idea.id}"), card))


async def _card(ctx: Context, idea: Idea, place: Place, t: Translator) -> Card:
    n = len(await ctx.db.ideas.supporters(idea.id))
    whose = await mention_of(ctx, idea.member, place, t)
    head = t("An idea by {who}:", who=whose) if whose else t("An idea:")
    parts: list[Part] = [Text(rich(Bold(t.line(STATES[idea.state])), "  ", head))]
    if idea.note:
        parts.append(Text(t("The moderators say: {words}", words=idea.note)))
    label = t.line("👍 Support ({n})", n=n)
    if idea.state in (IdeaState.NOTED, IdeaState.PLANNED):
        parts.append(Buttons((Button(f"idea_up:{idea.id}", label),)))
    else:
        parts.append(Footnote(t.n("{n} person supported it.", "{n} people supported it.", n)))
    accent = Accent.GOOD if idea.state is IdeaState.SHIPPED else Accent.CALM
    return Card(parts=tuple(parts), accent=accent)


async def _list_card(ctx: Context, who: Reader) -> Card:
    t = who.t
    open_ideas = await ctx.db.ideas.all(IdeaState.NOTED, IdeaState.PLANNED)
    if not open_ideas:
        said = t("There are no open ideas. Anybody can mark a message as one, in the message menu.")
        return Card(parts=(Title(t.line("Ideas")), Text(said)))
    support_of = {idea.id: len(await ctx.db.ideas.supporters(idea.id)) for idea in open_ideas}
    open_ideas.sort(key=lambda idea: (-support_of[idea.id], idea.noted_at))
    lines: list[RichText] = []
    for idea in open_ideas[:LISTED]:
        title = title_of(idea.text, OPTION) or "…"
        named = Link(ctx.chat.link(idea.root), title) if idea.root else title
        lines.append(rich("• ", named, f"  👍 {support_of[idea.id]} · ", t.line(STATES[idea.state])))
    if len(open_ideas) > LISTED:
        lines.append(t.n("and {n} more idea", "and {n} more ideas", len(open_ideas) - LISTED))
    options = tuple(Option(str(i.id), shortened(title_of(i.text, OPTION) or "…", OPTION)) for i in open_ideas[:LISTED])
    select = Select(action="idea_pick", placeholder=t.line("Choose an idea…"), options=options)
    return Card(parts=(Title(t.line("Ideas")), Text(join("\n", lines)), select))


async def _detail_card(ctx: Context, who: Reader, idea: Idea) -> Card:
    t = who.t
    n = len(await ctx.db.ideas.supporters(idea.id))
    buttons = tuple(
        Button(f"idea_set:{idea.id}:{state.value}", t.line(STATES[state])) for state in IdeaState if state != idea.state
    )
    supported = t.n("{n} person supports it.", "{n} people support it.", n)
    parts: list[Part] = [
        Title(t.line("An idea")),
        Quote(shortened(idea.text or "…", EXCERPT)),
        Text(rich(Bold(t.line(STATES[idea.state])), "  ", supported)),
        Buttons(buttons),
        Footnote(t("Whose idea it is, and everybody who supports it, is told what you decide.")),
    ]
    return Card(parts=tuple(parts))


def _form(who: Reader, idea: Idea, state: IdeaState) -> Form:
    t = who.t
    return Form(
        id=f"idea_set:{idea.id}:{state.value}",
        title=t.line("What becomes of it"),
        fields=(
            Paragraph(
                key="words",
                label=t.line("A word to those who asked"),
                hint=t.line("Where to find it, or kindly why not."),
                required=False,
                value=idea.note,
                max_length=WORDS,
            ),
        ),
        submit=t.line("Tell them"),
        cancel=t.line("Cancel"),
    )


def _state(words: list[str]) -> IdeaState | None:
    return next((state for state in IdeaState if state.value in words[:1]), None)


async def _idea(ctx: Context, event: ActionPressed | FormSubmitted) -> Idea | None:
    idea_id = number(arguments(event), 0)
    return await ctx.db.ideas.get(idea_id) if idea_id is not None else None


def _gone(who: Reader) -> Say:
    return refused(who.t("This idea is no longer there."))


def log(  # noqa: PLR0917 - one fact, all of it visible
    ctx: Context, kind: str, idea_id: int, actor: int, place: Place | None, key: str, **data: str | int
) -> None:
    """Log a fact about an idea."""
    fact = Fact(f"idea.{kind}", ctx.now, actor, place, str(idea_id), dict(data))
    ctx.db.activity.record(fact, key=f"idea.{kind}:{idea_id}:{key}")


async def undo(ctx: Context, who: Reader, deed: StoredDeed) -> RichText:
    """Let an idea stand as before, where nobody has decided anew since; who was told is not told again."""
    idea_id = number(deed.what.subject.split(":"), 1)
    idea = await ctx.db.ideas.get(idea_id) if idea_id is not None else None
    before, after = json.loads(deed.what.before or "{}"), json.loads(deed.what.after or "{}")
    if idea is None or {"state": idea.state.value, "note": idea.note} != after:
        raise CannotUndoError(who.t("That was changed again since, so nothing was changed now."))
    await ctx.db.ideas.decide(idea.id, IdeaState(before["state"]), before["note"], ctx.now)
    if again := await ctx.db.ideas.get(idea.id):
        await _show(ctx, again)
    state = who.t.line(STATES[IdeaState(before["state"])])
    return who.t("The idea stands as before: {state}. Those who were told are not told again.", state=state)


DECIDED = "idea.decided"
FEATURE = Feature(
    "questions.ideas",
    routes=(
        menu("idea", mark_idea),
        command("community", IDEAS.name, show_ideas),
        press("idea_up", support),
        press("idea_pick", choose),
        press("idea_set", open_decision, opens_form=True),
        form("idea_set", decide),
        on(MessageEdited, note_edit),
        on(MessageDeleted, note_deletion),
    ),
    menus=(MARK_IDEA,),
    deeds={DECIDED: msg("{who} decided about an idea ({subject}): `{reason}`.")},
    undoes={DECIDED: undo},
)
