"""How much is asked and told: a few a week, one a day, nobody twice in a fortnight."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from community.recognition.moments import PENDING, Kind, Moment, State

WEEK = timedelta(days=7)
REST = timedelta(days=14)  # of a member, whatever the kind; being nominated is an exception
STALE = timedelta(days=14)  # what was agreed to and not told by then is dropped
_ASKED = (*PENDING, State.POSTED, State.DECLINED)


def is_out_of_date(moment: Moment, now: datetime, ask_within: timedelta) -> bool:
    """Say whether a moment has waited too long for its next step."""
    match moment.state:
        case State.FOUND | State.ASKED | State.IN_REVIEW:
            return now - moment.changed_at >= ask_within
        case State.AGREED | State.APPROVED:
            return now - moment.changed_at >= STALE
    return False


def rests(moment: Moment, earlier: Collection[Moment], now: datetime) -> bool:
    """Say whether a member is to be left in peace, after what there was with them ``earlier``."""
    theirs = [m for m in earlier if m.member == moment.member and m.id != moment.id and m.state in _ASKED]
    if any(m.state in PENDING for m in theirs):
        return True
    if any(m.kind is moment.kind and now - m.changed_at < moment.peak.cool_down for m in theirs):
        return True
    if moment.kind is Kind.NOMINATED:
        return False
    return any(now - m.changed_at < REST for m in theirs)


def choose_to_ask(
    found: Sequence[Moment], earlier: Collection[Moment], posted_lately: int, weekly_most: int, now: datetime
) -> list[Moment]:
    """Return whom to ask: no more than could be told, or somebody would say yes for nothing."""
    pending = sum(m.state in PENDING for m in earlier)
    room = max(0, 2 * weekly_most - pending - posted_lately)  # about every other says no, or nothing
    chosen: list[Moment] = []
    for moment in sorted(found, key=_rarest_first):
        if len(chosen) >= room:
            break
        if not moment.peak.of_all and not rests(moment, [*earlier, *_as_asked(chosen)], now):
            chosen.append(moment)
    return chosen


def choose_to_post(ready: Sequence[Moment], posted_this_week: int, posted_today: int, weekly_most: int) -> list[Moment]:
    """Return what is told today: what has waited longest, of what came together the rarest."""
    a_day = -(-weekly_most // 7)
    room = max(0, min(weekly_most - posted_this_week, a_day - posted_today))
    return sorted(ready, key=lambda m: (m.changed_at.date(), *_rarest_first(m)))[:room]


def _rarest_first(moment: Moment) -> tuple[int, datetime, int]:
    return (-moment.peak.weight, moment.at, moment.id)


def _as_asked(chosen: Sequence[Moment]) -> list[Moment]:
    return [
        Moment(key=m.key, kind=m.kind, member=m.member, state=State.ASKED, at=m.at, changed_at=m.at) for m in chosen
    ]
