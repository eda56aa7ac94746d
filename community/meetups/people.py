"""Who runs a meetup, whose turn it is in a reading circle, and doing a good one again."""

from __future__ import annotations

from collections.abc import Collection

from msgspec.structs import replace

from community.meetups.plan import PEOPLE, Chapter, Meetup, MeetupChange, MeetupError, Part, Wrong, may_edit


def hand_over(meetup: Meetup, to: int, by: int, *, moderator: bool = False) -> MeetupChange:
    """Make somebody else the organiser. Who hands over stays as a co-organiser; a moderator who does it does not join.

    Raises:
        MeetupError: it is not theirs.

    """
    if not may_edit(meetup, by, moderator=moderator):
        raise MeetupError(Wrong.NOT_YOURS)
    if meetup.organiser == to:
        return MeetupChange(meetup=meetup, by=by)
    others = [member for member in (meetup.organiser, *meetup.co_organisers) if member is not None and member != to]
    return _with(meetup, to, tuple(dict.fromkeys(others)), by)


def add_organiser(meetup: Meetup, member: int, by: int, *, moderator: bool = False) -> MeetupChange:
    """Let somebody help to organise.

    Raises:
        MeetupError: it is not theirs, or there are too many.

    """
    if not may_edit(meetup, by, moderator=moderator):
        raise MeetupError(Wrong.NOT_YOURS)
    if member in meetup.organisers:
        return MeetupChange(meetup=meetup, by=by)
    if len(meetup.organisers) >= PEOPLE:
        raise MeetupError(Wrong.PEOPLE)
    return _with(meetup, meetup.organiser, (*meetup.co_organisers, member), by)


def remove_organiser(meetup: Meetup, member: int, by: int, *, moderator: bool = False) -> MeetupChange:
    """Let somebody organise no longer; the first co-organiser takes over from the organiser.

    Raises:
        MeetupError: it is not theirs, or nobody would be left.

    """
    if not may_edit(meetup, by, moderator=moderator):
        raise MeetupError(Wrong.NOT_YOURS)
    if member not in meetup.organisers:
        return MeetupChange(meetup=meetup, by=by)
    if meetup.organisers == (member,):
        raise MeetupError(Wrong.STILL_NEEDED)
    return organiser_left(meetup, member, by=by)


def organiser_left(meetup: Meetup, member: int, *, by: int | None = None) -> MeetupChange:
    """Go on without an organiser who left the community.

    The first co-organiser takes over. Where there is none, nobody is the organiser: the meetup stands, and moderators
    can hand it to somebody.
    """
    if member not in meetup.organisers:
        return MeetupChange(meetup=meetup, by=by)
    rest = tuple(other for other in meetup.organisers if other != member)
    return _with(meetup, rest[0] if rest else None, rest[1:], by)


def merge_members(meetup: Meetup, kept: int, gone: int) -> Meetup:
    """Let two members who are one person be one here, too."""

    def one(people: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(dict.fromkeys(kept if member == gone else member for member in people))

    organiser = kept if meetup.organiser == gone else meetup.organiser
    plan = replace(
        meetup.plan,
        speakers=one(meetup.plan.speakers),
        rota=one(meetup.plan.rota),
        chapters=tuple(
            replace(chapter, presenter=kept) if chapter.presenter == gone else chapter
            for chapter in meetup.plan.chapters
        ),
    )
    others = tuple(member for member in one(meetup.co_organisers) if member != organiser)
    return replace(meetup, plan=plan, organiser=organiser, co_organisers=others)


def without(meetup: Meetup, gone: int) -> Meetup:
    """Let nothing of a meetup name a member: they are erased. What was to be presented is open again."""
    rest = organiser_left(meetup, gone).meetup
    chapters = tuple(replace(one, presenter=None) if one.presenter == gone else one for one in rest.plan.chapters)
    plan = replace(
        rest.plan,
        speakers=tuple(member for member in rest.plan.speakers if member != gone),
        rota=tuple(member for member in rest.plan.rota if member != gone),
        chapters=chapters,
    )
    return replace(rest, plan=plan)


def presenters(chapters: tuple[Chapter, ...], rota: tuple[int, ...], away: Collection[int] = ()) -> tuple[Chapter, ...]:
    """Give each chapter that nobody has taken to the next on the rota.

    Whoever took a chapter of their own will has had a turn by it: the next turn goes to who has the fewest chapters,
    and among them to who comes first on the rota.
    """
    turns = {member: 0 for member in rota if member not in away}
    for chapter in chapters:
        if chapter.presenter in turns:
            turns[chapter.presenter] += 1
    given = []
    for chapter in chapters:
        if chapter.presenter is None and turns:
            next_up = min(turns, key=lambda member: (turns[member], rota.index(member)))
            turns[next_up] += 1
            given.append(replace(chapter, presenter=next_up))
        else:
            given.append(chapter)
    return tuple(given)


def _with(meetup: Meetup, organiser: int | None, others: tuple[int, ...], by: int | None) -> MeetupChange:
    changed = replace(meetup, organiser=organiser, co_organisers=others)
    return MeetupChange(meetup=changed, parts=frozenset({Part.ORGANISERS}), by=by)
