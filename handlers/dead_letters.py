"""What could not be delivered is told to a moderator, once, with what to do."""

from __future__ import annotations

from chat.card import Accent, Card, Text, Title
from chat.effects import DirectMessage, Post
from chat.ids import UserRef
from chat.text import Code
from community.signals import EffectSettled
from handlers.context import Context
from handlers.routes import Feature, on
from locales import translator


async def note_dead(ctx: Context, event: EffectSettled) -> None:
    """Tell of an effect that was given up and whose feature did not ask to hear of it."""
    if not (event.ok or event.expected or event.effect_key.startswith("dead:")):
        tell_moderators(ctx, event)


def tell_moderators(ctx: Context, event: EffectSettled) -> None:
    """Bring a dead letter to the moderators' channel, or to the first moderator named in the settings."""
    t = translator(ctx.config.language)
    what, reason = Code(event.effect_key[:100]), Code(event.reason[:300] or "?")
    card = Card(
        parts=(
            Title(t.line("Something did not arrive")),
            Text(t("I could not deliver {what}. The chat said: {reason}", what=what, reason=reason)),
            Text(t("{doctor} on the bot's machine checks permissions and channels.", doctor=Code("tsudoi doctor"))),
        ),
        accent=Accent.ALERT,
    )
    key = f"dead:{event.effect_key}"
    for workspace in ctx.config.workspaces:
        if place := ctx.channel(workspace.workspace, workspace.channels.moderators):
            ctx.db.outbox.add(Post(place, card), key=key)
            return
    for workspace in ctx.config.workspaces:
        for user_id in workspace.moderators:
            user = UserRef(workspace.workspace.platform, workspace.workspace.id, user_id)
            ctx.db.outbox.add(DirectMessage(user, card), key=key)
            return


FEATURE = Feature("dead letters", routes=(on(EffectSettled, note_dead),))
