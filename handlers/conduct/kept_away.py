"""How many of the team cannot see a case, as the others read it in private.

Never on the channel's card: who is kept away reads that, too. Owners read the names, and can let a namesake in.
"""

from __future__ import annotations

from chat.card import Button, Buttons, Footnote, Part
from community.conduct.cases import Case, may_see
from handlers.conduct.words import name_for, team
from handlers.context import Context
from handlers.public import shortened
from handlers.readers import Reader, is_owner

NAME = 30
BUTTONS = 3  # one team hardly has more of one name; the next are shown when these are settled


async def apart(ctx: Context, case: Case, who: Reader) -> list[Part]:
    """Return how many of the team cannot see a case; for an owner also who, and the way to let a namesake in."""
    t, home = who.t, who.account.user.home
    everybody = [member for member, _ in await team(ctx)]
    why = await ctx.db.cases.exclusions.why_away(case.id, everybody)
    away = {m.id: why.get(m.id, False) for m in everybody if not may_see(case, m.id, why)}
    if not away:
        return []
    n = await ctx.db.cases.exclusions.persons(list(away))
    said = t.n("{n} person of the team cannot see this report.", "{n} people of the team cannot see this report.", n)
    if not is_owner(who.account, ctx.config):
        return [Footnote(said)]
    names = {member: shortened(await name_for(ctx, member, home, t), NAME) for member in away}
    parts: list[Part] = [Footnote(said)]
    certain = ", ".join(dict.fromkeys(names[member] for member, presumed in away.items() if not presumed))
    presumed = [member for member in away if away[member]]
    if certain:
        parts.append(Footnote(t("It is about: {names}", names=certain)))
    if presumed:
        same = ", ".join(dict.fromkeys(names[member] for member in presumed))
        parts.append(Footnote(t("They bear the name of whom it is about: {names}", names=same)))
        buttons = [
            Button(f"case_lift:{case.id}:{member}", t.line("{name} is somebody else", name=names[member]))
            for member in presumed[:BUTTONS]
        ]
        parts.append(Buttons(tuple(buttons)))
    return parts
