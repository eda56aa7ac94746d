"""Gathers what a decision about invitations needs: the ranking, and how things stand with everybody in it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from chat.ids import Workspace
from community.people.members import Account, Member
from community.people.topics import Level
from community.questions.life import Question
from community.routing.invitations import WEEK, Decision, Standing, decide_invitations, weekly_cap
from community.routing.ranking import Candidate
from handlers.context import Context
from handlers.peers import ask_of
from handlers.public import is_closed
from handlers.readers import account_in, account_to_reach, quiet_hours_of, zone_of
from storage.questions.invitations import ROUTING, UNASKED, Invitation, InvitationState
from storage.questions.peers import Stated

RANKED = 100  # lines of the ranking looked at; below that an invitation is no better than a guess
UNTRIED = 20  # quiet members among whom a first chance is given


@dataclass(frozen=True, slots=True)
class Around:
    """Everybody who could be asked, and what the decision goes by."""

    ranking: Sequence[Candidate]
    standings: Mapping[int, Standing]
    members: Mapping[int, Member]
    cap: int
    level: Level | None

    def decide(self, ctx: Context, question: Question, invited: int, places: int) -> Decision:
        """Decide who gets the free places. The same state of the search gives the same decision."""
        return decide_invitations(
            self.ranking,
            self.standings,
            ctx.config.questions,
            places=places,
            cap=self.cap,
            level=self.level,
            now=ctx.now,
            chance=chance_of(ctx.db.community, question.id, invited),
        )


def chance_of(community: str, question_id: int, invited: int) -> float:
    """Return a number in [0, 1) that is chance to members, and the same after a restart."""
    digest = hashlib.sha256(f"{community}:{question_id}:{invited}".encode()).digest()
    return int.from_bytes(digest[:6]) / 2**48


def home_of(question: Question) -> Workspace | None:
    """Return the workspace in which a question is asked."""
    return question.place.home if question.place else None


def account_for(member: Member, question: Question) -> Account | None:
    """Return the account under which a member is invited: where the question is, else any that is here."""
    home = home_of(question)
    return (account_in(member, home) if home else None) or account_to_reach(member)


async def look_around(ctx: Context, question: Question, invitations: Sequence[Invitation]) -> Around:
    """Load the ranking and how things stand."""
    db, topic = ctx.db, question.topic
    asker = (question.asker,) if question.asker is not None else ()
    ranking = await ctx.peers.rank(db, ask_of(question, ctx.now.timestamp()), exclude=asker, limit=RANKED)
    untried = await db.peers.untried(topic, ctx.now, limit=UNTRIED)
    ids = {*(line.member for line in ranking), *untried}
    stands = question.root.place if question.root else None
    if stands is not None and is_closed(ctx, stands, unseen=False):  # nobody is told what they could not read there
        ids = await db.peers.seen_at(stands, ids)
    members = {member.id: member for member in await db.people.by_ids(ids)}
    out = await db.invitations.opted_out(ROUTING, among=ids)
    paused = await db.invitations.paused(ctx.now)
    asked = await db.invitations.asked_since(ctx.now - WEEK)
    busy = await db.invitations.busy()
    seen = await db.peers.last_seen(ids)
    stated = await db.peers.stated(topic) if topic else {}
    nothing = Stated(gives=False, learns=False, level=None)
    tried = {invitation.member for invitation in invitations}
    standings: dict[int, Standing] = {}
    for member in members.values():
        account = account_for(member, question)
        said = stated.get(member.id, nothing)
        standings[member.id] = Standing(
            member=member.id,
            zone=zone_of(member, account, ctx.config),
            present=member.left_at is None and account is not None,
            is_bot=member.is_bot,
            is_asker=member.id == question.asker,
            opted_out=member.id in out,
            asked_already=member.id in tried,
            paused_until=paused.get(member.id),
            busy=member.id in busy,
            asked=tuple(asked.get(member.id, ())),
            last_seen=_later(member.joined_at, seen.get(member.id)),
            quiet_hours=quiet_hours_of(member),
            level=said.level,
            gives=said.gives,
            learns=said.learns,
            first_chance=member.id in untried,
        )
    cap = weekly_cap(ctx.config.questions, await db.peers.pace(ctx.now))
    return Around(ranking, standings, members, cap, _level(question.level))


def is_patient(invitation: Invitation) -> bool:
    """Say whether an invitation used up some of the search's patience: who passed at once is simply replaced."""
    replaced = (InvitationState.PASSED, InvitationState.PAUSED, InvitationState.UNREACHED)
    return invitation.round > UNASKED and invitation.state not in replaced


def _later(one: datetime, other: datetime | None) -> datetime:
    return max(one, other) if other else one


def _level(name: str | None) -> Level | None:
    return Level(name) if name in set(Level) else None
