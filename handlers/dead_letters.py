"""What could not be delivered is told to a moderator, once, with what to do."""

from __future__ import annotations

from datetime import timedelta

from chat.card import Accent, Card, Footnote, Text, Title
from chat.effects import DirectMessage, Post
from chat.ids import UserRef, Workspace
from chat.text import Code
from community.signals import EffectSettled
from handlers.context import Context
from handlers.routes import Feature, on
from locales import msg, translator
from storage.activity import Fact

REASON = 300  # characters of what a platform said; it is for looking up, not for reading
QUIET = timedelta(minutes=10)  # one cause refuses many things of one kind; the first card says it all
KINDS = {  # by what stands before the first colon of an effect's key
    "intro": msg("An introduction could not be posted."),
    "unintro": msg("An introduction could not be taken away."),
    "greet": msg("A newcomer could not be greeted."),
    "nudge": msg("A reminder to a newcomer did not arrive."),
    "ask": msg("A question to a welcomer did not arrive."),
    "home": msg("A member's home tab could not be drawn."),
    "redraw": msg("A message could not be brought up to date."),
    "rota": msg("A question about the rota did not arrive."),
    "topic": msg("A member could not be let into a channel or group."),
    "meetup_reminder": msg("A reminder of a meetup did not arrive."),
    "meetup": msg("A meetup could not be announced."),
    "meetup_file": msg("A file about a meetup did not reach its member."),
    "meetup_file_sent": msg("A file about a meetup did not reach its member."),
    "meetup_ics": msg("A calendar file did not reach a meetup's thread."),
    "digest": msg("The weekly digest could not be posted."),
    "own_digest": msg("A member's own digest did not arrive."),
    "hello": msg("An answer to a direct message did not arrive."),
    "report_file": msg("A report's chart or file could not be sent."),
    "report_file_sent": msg("A report's chart or file could not be sent."),
    "report_png": msg("A report's chart or file could not be sent."),
    "report_html": msg("A report's chart or file could not be sent."),
    "report": msg("A report could not be posted."),
    "kpi_report": msg("The week's figures could not be posted."),
}


async def note_dead(ctx: Context, event: EffectSettled) -> None:
    """Tell of an effect that was given up and whose feature did not ask to hear of it."""
    if not (event.ok or event.expected or event.effect_key.startswith("dead:")):
        await tell_moderators(ctx, event)


async def tell_moderators(ctx: Context, event: EffectSettled) -> None:
    """Bring a dead letter to the moderators, unless they heard of one of its kind a moment ago."""
    kind = event.effect_key.partition(":")[0]
    told = await ctx.db.activity.facts(["dead.told"], since=ctx.now - QUIET)
    if any(fact.subject == kind for fact in told):
        return
    ctx.db.activity.record(Fact("dead.told", ctx.now, subject=kind), key=f"dead.told:{event.effect_key}:{event.key}")
    t = translator(ctx.config.language)
    card = Card(
        parts=(
            Title(t.line("Something did not arrive")),
            Text(t(KINDS.get(kind, _OTHER))),
            Text(t("The chat said: {reason}", reason=Code(event.reason[:REASON] or "?"))),
            Text(t("{doctor} on the bot's machine checks permissions and channels.", doctor=Code("tsudoi doctor"))),
            Footnote(
                t(
                    "For the log: {key}. If more of this kind fail within ten minutes, I will not write again; "
                    "`/community status` counts them.",
                    key=Code(f"{event.effect_key[:100]} {event.incident}".strip()),
                )
            ),
        ),
        accent=Accent.ALERT,
    )
    bring_to_moderators(ctx, card, key=event.effect_key)


def bring_to_moderators(ctx: Context, card: Card, *, key: str, near: Workspace | None = None) -> None:
    """Post a card in the moderators' channel, ``near`` first, or send it to the first moderator in the settings."""
    key = f"dead:{key}"
    workspaces = sorted(ctx.config.workspaces, key=lambda w: w.workspace != near)
    for workspace in workspaces:
        if place := ctx.channel(workspace.workspace, workspace.channels.moderators):
            ctx.db.outbox.add(Post(place, card), key=key)
            return
    for workspace in workspaces:
        for user_id in workspace.moderators:
            user = UserRef(workspace.workspace.platform, workspace.workspace.id, user_id)
            ctx.db.outbox.add(DirectMessage(user, card), key=key)
            return


_OTHER = msg("A message or a change did not get through.")
FEATURE = Feature("dead letters", routes=(on(EffectSettled, note_dead),))
