"""On which platform the reported account is, and which other cases may be about the same person.

Nothing proves that two accounts of one name are one person, so their cases stay two and point at each other. No case
is pointed at before somebody who is kept away from it: the channel's card is read by the whole team.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from chat.card import Button, Buttons, Part, Text
from community.conduct.cases import Case, Report
from community.people.members import Account
from community.words import same_name
from handlers.accounts import NAME, told_apart
from handlers.conduct.hands import names_of
from handlers.conduct.words import team
from handlers.context import Context
from handlers.public import shortened
from handlers.readers import Reader, name_of
from locales import Translator

ACCOUNTS = 3  # of one member; hardly anybody has more
POINTED_AT = 3


async def account_line(
    ctx: Context, member_id: int | None, t: Translator, reports: Sequence[Report] = (), *, most: int = NAME
) -> str:
    """Return what somebody is called who is reported, and where: the account that a report is about comes first.

    It is no mention: nobody is pinged by being reported.
    """
    member = await ctx.db.people.by_id(member_id) if member_id is not None else None
    if member is None or not member.accounts:
        return t.line("a member who is not here any more")
    reported = {report.message.place.home for report in reports if report.message is not None}

    def rank(account: Account) -> tuple[bool, bool]:
        return account.user.home not in reported, account.left_at is not None

    places: dict[str, list[str]] = {}
    for account in sorted(member.accounts, key=rank)[:ACCOUNTS]:
        held = places.setdefault(shortened(name_of(account, t), most), [])
        if (place := told_apart(ctx, account.user.home, between=", ")) and place not in held:
            held.append(place)
    lines = [
        t.line("{name} ({platform})", name=name, platform=" / ".join(held)) if held else name
        for name, held in places.items()
    ]
    return ", ".join(lines)


async def others_about(ctx: Context, case: Case, who: Reader | None) -> int:
    """Count the other cases about the same member that the reader may know of; without one, the whole team."""
    if case.member is None:
        return 0
    ids = await ctx.db.cases.numbers(about=case.member)
    return len(await _known_to(ctx, ids - {case.id}, who))


async def alike(ctx: Context, member_id: int | None) -> set[int]:
    """Return the cases about others who bear a name of this member: each may be about the same person."""
    if member_id is None:
        return set()
    names = await names_of(ctx, member_id) - {""}
    about = await ctx.db.cases.exclusions.names()
    fitting = {case_id for case_id, called in about.items() if not names.isdisjoint(map(same_name, called))}
    return fitting - await ctx.db.cases.numbers(about=member_id)


async def pointer(ctx: Context, member_id: int | None, t: Translator, who: Reader | None) -> list[Part]:
    """Return the hint at cases of the same name, the newest first; only at those that whoever reads it may see."""
    found = await _known_to(ctx, await alike(ctx, member_id), who)
    if not found:
        return []
    newest = sorted(found, reverse=True)
    numbers = ", ".join(f"#{case_id}" for case_id in newest[:POINTED_AT]) + (", …" if newest[POINTED_AT:] else "")
    buttons = tuple(Button(f"case_show:{n}", t.line("Report #{n}", n=n)) for n in newest[:POINTED_AT])
    said = t("Maybe the same person: {numbers} is about an account of the same name.", numbers=numbers)
    return [Text(said), Buttons(buttons)]


async def _known_to(ctx: Context, ids: Iterable[int], who: Reader | None) -> set[int]:
    wanted = set(ids)
    if not wanted:
        return wanted
    people = [who.member] if who is not None else [member for member, _ in await team(ctx)]
    return await ctx.db.cases.exclusions.open_to(people, wanted, plain=who is None)
