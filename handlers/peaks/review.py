"""Where the settings say so, moderators look at a moment before it is told."""

from __future__ import annotations

from chat.answers import Answer, Redraw
from chat.card import Accent, Button, Buttons, Card, Footnote, Style, Text, Title
from chat.effects import Post
from chat.events import ActionPressed
from chat.ids import Place, Workspace
from chat.text import RichText
from community.recognition.moments import Moment, State
from handlers.audit.deeds import write_down
from handlers.context import Context
from handlers.peaks.steps import log, move
from handlers.peaks.wording import moment_parts
from handlers.public import languages_of
from handlers.readers import Reader, arguments, number, reader, refused
from handlers.routes import CannotUndoError, Feature, press
from locales import msg, translator
from storage.audit import StoredDeed


async def ask_moderators(ctx: Context, moment: Moment, near: Workspace | None = None, *, again: int = 0) -> None:
    """Show a moment to the moderators, in the workspace ``near`` where there is a channel of theirs."""
    place = _where(ctx, near)
    if place is None:  # nobody can look at it: it goes by as one that nobody answered
        return
    t = translator(languages_of(ctx, place)[0])
    card = Card(
        parts=(
            Title(t.line("May this be told?")),
            *await moment_parts(ctx, moment, place, languages_of(ctx, place)),
            Buttons(
                (
                    Button(f"peak_post:{moment.id}", t.line("Tell it"), Style.PRIMARY),
                    Button(f"peak_drop:{moment.id}", t.line("Leave it")),
                )
            ),
            Footnote(t(moment.peak.what)),
        ),
        accent=Accent.CALM,
    )
    ctx.db.outbox.add(
        Post(place, card), key=f"peak_review:{moment.id}:{again}" if again else f"peak_review:{moment.id}"
    )


def _where(ctx: Context, near: Workspace | None) -> Place | None:
    for workspace in sorted(ctx.config.workspaces, key=lambda w: w.workspace != near):
        if place := ctx.channel(workspace.workspace, workspace.channels.moderators):
            return place
    return None


async def approve(ctx: Context, event: ActionPressed) -> Answer:
    """Let a moment be told."""
    return await _settle(ctx, event, State.APPROVED)


async def leave(ctx: Context, event: ActionPressed) -> Answer:
    """Let a moment go."""
    return await _settle(ctx, event, State.DROPPED)


async def _settle(ctx: Context, event: ActionPressed, state: State) -> Answer:
    who = await reader(ctx, event)
    asked = number(arguments(event), 0)
    moment = await ctx.db.peaks.get(asked) if asked is not None else None
    if moment is None:
        return refused(who.t("This is no longer there."))
    done = await move(ctx, moment, state, ctx.now) if moment.state is State.IN_REVIEW else None
    if done is None:
        return Redraw(Card(parts=(Text(who.t("This has been settled already.")),)))
    log(ctx, "approved" if state is State.APPROVED else "refused", done, who.member.id)
    deed = APPROVED if state is State.APPROVED else DROPPED
    await write_down(ctx, who, event, deed, f"moment:{done.id}", member=done.member)
    t = ctx.t
    place = event.place
    if place is not None:
        t = translator(languages_of(ctx, place)[0])
        said = await moment_parts(ctx, done, place, languages_of(ctx, place))
    else:
        said = []
    by = (
        t("{who} lets this be told in the next days.", who=who.mention)
        if state is State.APPROVED
        else t("{who} decided to leave this.", who=who.mention)
    )
    return Redraw(Card(parts=(*said, Footnote(by)), accent=Accent.CALM))


async def undo(ctx: Context, who: Reader, deed: StoredDeed) -> RichText:
    """Let a moment wait for a decision again, where it has not been told since."""
    moment_id = number(deed.what.subject.split(":"), 1)
    moment = await ctx.db.peaks.get(moment_id) if moment_id is not None else None
    stands = State.APPROVED if deed.what.deed == APPROVED else State.DROPPED
    if moment is None or moment.state is not stands:
        raise CannotUndoError(who.t("This moment was told since, or changed, so nothing was changed now."))
    waiting = await move(ctx, moment, State.IN_REVIEW, ctx.now)
    if waiting is None:
        raise CannotUndoError(who.t("This moment was told since, or changed, so nothing was changed now."))
    await ask_moderators(ctx, waiting, deed.what.workspace, again=deed.id)
    return who.t("The moment waits for a decision again.")


APPROVED, DROPPED = "peak.approved", "peak.dropped"
FEATURE = Feature(
    "peaks.review",
    routes=(press("peak_post", approve), press("peak_drop", leave)),
    deeds={
        APPROVED: msg("{who} let a moment of {member} be told."),
        DROPPED: msg("{who} decided not to tell a moment of {member}."),
    },
    undoes={APPROVED: undo, DROPPED: undo},
)
