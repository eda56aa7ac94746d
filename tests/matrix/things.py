"""One thing of every kind that can be somebody's, and how each route names it."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from chat.form import Form, Line
from chat.ids import MessageRef, Place, UserRef
from community.meetups.plan import Meetup, MeetupState, Plan, Where
from community.permissions import Role
from community.questions.life import Question, QuestionState, Via
from community.recognition.moments import Kind, Moment
from community.recognition.moments import State as MomentState
from community.seats.ledger import open_ledger
from community.seats.settings import MeetupSettings
from community.seats.values import Allotment, SeatKind
from community.thanks.giving import Thanked, Way
from storage.questions.ideas import Idea
from storage.questions.invitations import Invitation
from storage.unit import Unit
from tests.handlers.stage import START
from tests.matrix.hall import COMMUNITIES, Hall

# By route: the name of the thing that it is used on. What stands not here is named by its owner's id
NAMED_BY: Mapping[str, str] = {
    "press draft": "form",
    **dict.fromkeys(("press q_anyway", "press q_change", "form ask"), "unasked"),
    **dict.fromkeys(("press q_whisper", "form q_whisper"), "nameless"),
    **dict.fromkeys(("press q_take", "press q_product", "form q_product"), "question"),
    **dict.fromkeys(("press q_find", "press q_no", "press q_earlier", "press q_yes", "press q_notyet"), "question"),
    **dict.fromkeys(("press q_settled", "press q_withdraw", "press q_answer"), "question"),
    **dict.fromkeys(("press q_reopen", "press q_again", "menu ask_community"), "question"),
    **dict.fromkeys(("press inv_yes", "press inv_no", "press inv_pause", "press inv_stop"), "invitation"),
    **dict.fromkeys(("press ask_yes", "press ask_no", "press ask_stop"), "welcome"),
    "press idea_up": "idea",
    **dict.fromkeys(("form thanks_say", "press thanks_back", "press thanks_yes", "press thanks_no"), "thanks"),
    **dict.fromkeys(("press peak_yes", "press peak_no", "press peak_never"), "moment"),
    **dict.fromkeys(("form plan", "form plan_part", "form preq_set", "command meetup questions"), "plan"),
    **dict.fromkeys(("press plan_change", "press plan_at", "press plan_go", "press plan_drop"), "plan"),
    **dict.fromkeys(("press plan_part", "press plan_open", "press preq_set"), "plan"),
    **dict.fromkeys(("press plan_again", "press plan_cancel", "form plan_cancel", "press plan_hand"), "meetup"),
    **dict.fromkeys(("form plan_hand", "press series", "press series_skip", "press series_end"), "meetup"),
    **dict.fromkeys(("press people", "press people_csv", "press people_pick", "press people_seat"), "meetup"),
    **dict.fromkeys(("press people_off", "press word", "form word", "press att", "press att_page"), "meetup"),
    **dict.fromkeys(("press att_set", "press att_all", "press att_close", "press fig_pick"), "meetup"),
    **dict.fromkeys(("command meetup participants", "command meetup csv", "command meetup seat"), "meetup"),
    **dict.fromkeys(("command meetup remove", "command meetup attendance"), "meetup"),
    **dict.fromkeys(("command meetup figures", "command meetup answers"), "meetup"),
    **dict.fromkeys(("press preq", "form preq", "press survey", "form survey", "press report"), "meetup"),
    **dict.fromkeys(("form report", "press wish", "press wish_page", "press wish_set"), "meetup"),
}
CLOSED = "C-moderators"  # a channel that only some can read


@dataclass
class Things:
    """The ids of what belongs to one member."""

    member: int
    ids: dict[str, str] = field(default_factory=dict)

    def of(self, key: str) -> str:
        """Return how a route names the thing."""
        return self.ids.get(NAMED_BY.get(key, ""), str(self.member))


_serial = itertools.count(1)


async def things_of(hall: Hall, owner: UserRef) -> Things:
    """Let one of everything belong to a member; only what is for welcomers belongs to the welcomer of their home."""
    home = owner.home
    async with hall.db.writing() as conn:
        unit = Unit(conn, COMMUNITIES[home], START)
        member = await unit.people.by_user(owner)
        other = await unit.people.by_user(hall.people[home, Role.OWNER])
        welcomer = await unit.people.by_user(hall.people[home, Role.WELCOMER])
        assert member
        assert other
        assert welcomer
        found, n = Things(member.id), next(_serial)
        ids: dict[str, object] = {}
        room = Place(owner.platform, owner.workspace, "C-questions")
        closed = Place(owner.platform, owner.workspace, CLOSED)
        for name, place, state, anonymous in (
            ("unasked", room, QuestionState.DRAFT, False),
            ("question", closed, QuestionState.OPEN, False),
            ("nameless", room, QuestionState.OPEN, True),
        ):
            question = Question(
                asker=member.id,
                account=owner,
                via=Via.FORM,
                state=state,
                title="How do I begin?",
                text="I am stuck at the first step.",
                asked_at=START,
                anonymous=anonymous,
                root=None if state is QuestionState.DRAFT else MessageRef(place, f"root-{name}-{n}"),
                thread=Place(place.platform, place.workspace, place.channel, f"root-{name}-{n}"),
            )
            added = await unit.questions.add(question)
            assert added
            ids[name] = added.id
        asked = await unit.questions.add(
            Question(
                asker=other.id,
                account=None,
                via=Via.MENU,
                title="And how do I end?",
                text="Nobody told me.",
                asked_at=START,
                root=MessageRef(room, f"asked-{n}"),
                thread=Place(room.platform, room.workspace, room.channel, f"asked-{n}"),
            )
        )
        assert asked
        ids["invitation"] = await unit.invitations.add(
            Invitation(question=asked.id, member=member.id, account=owner, round=1, asked_at=START)
        )
        newcomer = await unit.people.by_user(hall.people[home, Role.MEMBER])
        assert newcomer
        case = await unit.welcomers.open_case(newcomer.id, f"case{n}", MessageRef(room, "hello"), START)
        assert case
        ids["welcome"] = await unit.welcomers.add_ask(case, welcomer.id, START)
        ids["idea"] = await unit.ideas.add(
            Idea(
                member=member.id,
                account=owner,
                root=MessageRef(closed, f"idea-{n}"),
                text="A quiet room",
                noted_at=START,
                changed_at=START,
            )
        )
        ids["thanks"] = await unit.thanks.add(
            Thanked(key=f"t:{n}", giver=member.id, receiver=other.id, way=Way.WORDS, at=START)
        )
        ids["moment"] = await unit.peaks.add(
            Moment(
                key=f"m:{n}",
                kind=Kind.FIRST_ANSWER,
                member=member.id,
                state=MomentState.ASKED,
                at=START,
                changed_at=START,
            )
        )
        ids["form"] = await unit.drafts.keep(
            owner,
            Form(id="kept", title="A form", fields=(Line(key="words", label="Words"),), submit="Send", cancel="Leave"),
            START,
        )
        ids["plan"] = await _meetup(unit, member.id, room, MeetupState.DRAFT)
        ids["meetup"] = await _meetup(unit, member.id, room, MeetupState.PLANNED)
        await unit.flush()
    found.ids = {name: str(thing) for name, thing in ids.items()}
    assert "None" not in found.ids.values(), found.ids
    return found


async def _meetup(unit: Unit, organiser: int, home: Place, state: MeetupState) -> int:
    starts = START + timedelta(days=7)
    plan = Plan(
        title="Quiet work",
        starts=starts,
        ends=starts + timedelta(hours=2),
        zone="Asia/Tokyo",
        where=Where.HYBRID,
        place="Room 3",
        hide_attendees=False,
    )
    meetup_id = await unit.meetups.add(Meetup(plan=plan, organiser=organiser, state=state), home, START)
    assert meetup_id is not None
    unit.meetups.put_ledger(
        open_ledger(
            meetup=meetup_id,
            starts=plan.starts,
            ends=plan.ends,
            zone=plan.zone,
            allotments={SeatKind.VENUE: Allotment(cap=5, by_invitation=False)},
            rules=MeetupSettings().rules,
            at=START,
        )
    )
    return meetup_id
