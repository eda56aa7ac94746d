"""The one way to a handler: whoever acts must have the role for it, and what is refused is written down.

The dispatcher sends every event through ``handle``, however it came: at once, late, or replayed. Handlers check only
whose thing it is (see ``community.permissions``); what they refuse they return as ``Refused``, which is written down,
too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chat.answers import Answer, Redraw, Say, Suggest
from chat.events import (
    ActionPressed,
    CommandUsed,
    FormSubmitted,
    HomeOpened,
    Interaction,
    MenuUsed,
    OptionTyped,
)
from community.permissions import RULES
from community.roles import Role, Rule, everybody, may
from handlers.context import Context
from handlers.fallback import explain_unknown
from handlers.membership.lobby import take_aside
from handlers.privacy.admitting import admit
from handlers.quiet.pause import goes_on
from handlers.readers import Reader, Refused, reader, refused
from handlers.roles import roles_of
from handlers.routes import Completion, Route
from locales import Translator, msg
from storage.audit import Deed
from storage.codec import Arrival

DEED = "access.refused"
KINDS: Mapping[type, str] = {
    CommandUsed: "command",
    ActionPressed: "press",
    FormSubmitted: "form",
    MenuUsed: "menu",
    HomeOpened: "home",
}
BY_ROLE, BY_THING, BY_NAME = "role", "thing", "name"  # why: no role for it; not theirs or not there; no such thing
UNKNOWN = "(unknown)"  # what a client made up is not kept
OPEN = everybody().roles
CLOSED = msg("This is not open to anybody yet. `/tsudoi help` shows what there is for you.")
# What somebody is told who lacks a role: for whom it is, and what to do instead
INSTEAD: Mapping[Role, str] = {
    Role.OWNER: msg("Only an owner of the community can do this. `/tsudoi help` shows what there is for you."),
    Role.MODERATOR: msg("This is for moderators. `/tsudoi help` shows what there is for you."),
    Role.ORGANISER: msg(
        "Meetups are planned by organisers here. To become one, ask a moderator; `/meetup list` shows what is coming."
    ),
    Role.WELCOMER: msg("This is for welcomers. If you would like to greet newcomers, tell a moderator."),
    Role.APPLICANT: msg("This is for those who wait for a seat. You have yours already."),
}


def key_of(route: Route) -> str | None:
    """Return under which key a route stands in the table of rules; None for what is no interaction."""
    kind = KINDS.get(route.kind)
    return f"{kind} {route.name}".strip() if kind else None


async def handle(
    ctx: Context, arrival: Arrival, routes: Sequence[Route], rules: Mapping[str, Rule] = RULES
) -> Answer | None:
    """Hand an event to its handlers and return the last answer; an interaction only with the role that it takes."""
    answer: Answer | None = None
    admitted = await admit(ctx, arrival)
    if not isinstance(admitted, Arrival):  # somebody who asked to be forgotten
        return admitted
    arrival = admitted
    aside = await take_aside(ctx, arrival)  # somebody who has no seat
    if aside is not None:
        return aside
    if not await goes_on(ctx, arrival):
        return None
    for route in routes:
        key = key_of(route)
        said: Answer | None = None
        why = BY_ROLE
        if key and isinstance(arrival, Interaction):
            said = await _refusal(ctx, arrival, rules.get(key))
        if said is None:
            why, said = BY_THING, await route.handler(ctx, arrival)
        if isinstance(said, Refused) and isinstance(arrival, Interaction):
            await _write_down(ctx, arrival, key or UNKNOWN, why)
            said = Redraw(said.card) if said.redraw else Say(said.card)
        answer = said if said is not None else answer
    if routes or not isinstance(arrival, Interaction):
        return answer
    if not isinstance(arrival, HomeOpened | CommandUsed):  # a mistyped command is nobody's forgery
        await _write_down(ctx, arrival, f"{KINDS[type(arrival)]} {UNKNOWN}", BY_NAME)
    return explain_unknown(ctx, arrival)


async def suggest(ctx: Context, typed: OptionTyped, handler: Completion, rules: Mapping[str, Rule] = RULES) -> Suggest:
    """Let a handler propose choices for what is being typed, to those who may use the command."""
    rule = rules.get(f"command {typed.command} {typed.sub}".strip())
    if rule is None:
        return Suggest()
    if not rule.roles >= OPEN:
        member = await ctx.db.people.by_user(typed.user)
        account = next((a for a in member.accounts if a.user == typed.user), None) if member else None
        if member is None or account is None or not may(await roles_of(ctx, member, account), rule):
            return Suggest()
    return await handler(ctx, typed)


async def _refusal(ctx: Context, event: Interaction, rule: Rule | None) -> Refused | None:
    """Return the kind word for somebody who may not do this, whosever it is; None for who may."""
    if rule is not None and rule.roles >= OPEN:
        return None
    who = await reader(ctx, event)
    roles = await roles_of(ctx, who.member, who.account)
    if rule is not None and may(roles, rule):
        return None
    return refusal_of(who.t, roles, rule)


def refusal_of(t: Translator, roles: frozenset[Role], rule: Rule | None) -> Refused:
    """Say why not, and what there is instead."""
    if Role.APPLICANT in roles:
        return refused(t("This opens once you have a seat here. `/tsudoi help` shows what you can do until then."))
    needed = rule.roles if rule is not None else frozenset[Role]()  # a route without a rule is closed to all
    return refused(t(next((said for role, said in INSTEAD.items() if role in needed), CLOSED)))


async def _write_down(ctx: Context, event: Interaction, route: str, why: str) -> None:
    """Write a refusal down, once an hour for each member and route: pressing again and again fills no store."""
    who: Reader = await reader(ctx, event)
    deed = Deed(DEED, ctx.now, who.member.id, subject=route, after=why, workspace=event.workspace)
    await ctx.db.audit.record(deed, key=f"{DEED}:{who.member.id}:{route}:{why}:{ctx.now:%Y-%m-%dT%H}")
