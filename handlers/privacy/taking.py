"""A member takes along what is kept about them: a file, sent to them alone, made in the moment in which it is sent.

A file needs a place, so a message opens the conversation, and the file follows it (as in ``handlers.meetups.files``).
The outbox keeps only whose file it is, until it has been sent.
"""

from __future__ import annotations

from hashlib import sha256

from chat.answers import Answer
from chat.card import Accent, Card, Text
from chat.effects import DirectMessage, MakeFile
from chat.events import ActionPressed
from community.signals import EffectSettled
from handlers.context import Context
from handlers.readers import account_to_reach, as_reader, not_yours, note, number, reader
from storage.held.export_recipe import ExportRecipe, write_recipe

KEY = "privacy_file"


async def take_along(ctx: Context, event: ActionPressed) -> Answer:
    """Begin to send the file, and say that it comes."""
    who = await reader(ctx, event)
    if not who.owns(event):
        return not_yours(who.t)
    t = who.t
    once = sha256(event.key.encode()).hexdigest()[:12]
    message = DirectMessage(who.account.user, Card(parts=(Text(t("Everything that I keep about you:")),)))
    ctx.db.outbox.add(message, key=f"{KEY}:{who.member.id}:{once}", report=True)
    return note(t("The file is on its way: look into your direct messages."), Accent.GOOD)


async def follow(ctx: Context, event: EffectSettled) -> None:
    """Let the file follow the message."""
    words = event.effect_key.split(":")
    member_id = number(words, 1)
    member = await ctx.db.people.by_id(member_id) if member_id is not None else None
    account = account_to_reach(member) if member else None
    if not event.ok or event.ref is None or member is None or account is None:
        return
    t = as_reader(member, account, ctx.config).t
    recipe = write_recipe(ExportRecipe(ctx.config.id, member.id))
    name = f"tsudoi-{ctx.now:%Y-%m-%d}.json"
    effect = MakeFile(event.ref.place, name, recipe, t.line("What I keep about you"))
    ctx.db.outbox.add(effect, key=f"{KEY}_sent:{member.id}:{words[-1]}")
