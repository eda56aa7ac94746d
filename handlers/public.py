"""What every public post needs: the words of its channel, people by name, and text that fits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from html import escape

from chat.ids import Place
from chat.text import Mention
from community.languages import channel_languages
from community.people.members import Member
from community.words import display_name
from handlers.context import Context
from handlers.readers import account_at, name_of, settings_of
from locales import Translator, translator


def channel_translator(ctx: Context, place: Place, spoken: str) -> Translator:
    """Return the words for a post: the channel's language, and in a channel of several the question's own."""
    languages = languages_of(ctx, place)
    return translator(spoken if spoken in languages else languages[0])


def languages_of(ctx: Context, place: Place) -> tuple[str, ...]:
    """Return the languages of a channel, in the order in which they are posted where all of them are."""
    settings = settings_of(ctx.config, place.home)
    asked = None
    if settings:
        held = settings.channels.languages
        info = ctx.chat.place(place.home, place.channel)
        asked = held.get(place.channel) or (held.get(info.name) if info else None)
    return channel_languages(asked, ctx.config.language)


def is_closed(ctx: Context, place: Place, *, unseen: bool) -> bool:
    """Say whether only some can read what stands at a place; ``unseen`` is what holds where the bot cannot look."""
    info = ctx.chat.place(place.home, place.channel)
    return unseen if info is None else info.closed or info.kind == "private"


async def mention_of(ctx: Context, member_id: int | None, place: Place, t: Translator) -> Mention | None:
    """Return a member as a mention, by the account that is at home where it is said; else by the oldest."""
    member = await ctx.db.people.by_id(member_id) if member_id is not None else None
    account = account_at(member, place.home) if member else None
    return Mention(account.user, name_of(account, t)) if account else None


def names_apart(members: Iterable[Member], t: Translator) -> dict[int, str]:
    """Return members' names for a list; of several who have one name, each says where they are."""
    found = {member.id: (member, display_name(member.name, t.line("a member"))) for member in members}
    alike = Counter(name for _, name in found.values())
    return {i: name if alike[name] == 1 else _with_platform(member, name, t) for i, (member, name) in found.items()}


def _with_platform(member: Member, name: str, t: Translator) -> str:
    here = [account for account in member.accounts if account.left_at is None] or list(member.accounts)
    platforms = " / ".join(dict.fromkeys(account.user.platform.value.title() for account in here))
    return t.line("{name} ({platform})", name=name, platform=platforms) if platforms else name


def shortened(text: str, most: int) -> str:
    """Return a text that fits; what is left out is shown by an ellipsis, and stands whole where it was written."""
    kept = text if len(text) <= most else text[: most - 1] + "…"
    while len(escape(kept, quote=False)) + kept.count("\n") * 2 > most:
        kept = kept[: len(kept) * 9 // 10].removesuffix("…") + "…"
    return kept
