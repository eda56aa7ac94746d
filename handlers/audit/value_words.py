"""What stands in a deed as a code, in words; what stands there for the undo alone is not shown.

The codes are those of the features, and the words are the ones that their cards use, too. A test holds them together.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from locales import Translator, msg

_COUNTED = re.compile(r"^(?P<codes>.*?)(?: x(?P<n>\d+))?$", re.DOTALL)
# By the beginning of the deed: what is written down as "after", or as the reason
CODES: Mapping[str, Mapping[str, str]] = {
    "access.": {
        "role": msg("not for their role"),
        "thing": msg("not theirs, or not there any more"),
        "name": msg("there is no such thing"),
    },
    "applicant.admitted": {"over": msg("beyond the cap")},
    "case.": {
        "open": msg("waiting for somebody"),
        "claimed": msg("is being looked after"),
        "resolved": msg("resolved"),
        "dismissed": msg("dismissed"),
        "spoke": msg("Spoke with the member"),
        "warned": msg("Warned the member"),
        "message_removed": msg("The message was removed"),
        "member_removed": msg("The member was removed"),
        "nothing_found": msg("Nothing against the rules was found"),
        "not_ours": msg("Not a matter for the moderators"),
    },
    "idea.": {
        "noted": msg("💡 Noted"),
        "planned": msg("🗓 Planned"),
        "shipped": msg("🚀 Here it is"),
        "declined": msg("Not for now"),
    },
    "meetup.attendance": {
        "attended": msg("Was there"),
        "no_show": msg("Did not come"),
        "excused": msg("Excused"),
        "walk_in": msg("Came without a seat"),
        "-": msg("no longer noted"),
    },
    "meetup.seat_given": {
        "venue": msg("On site"),
        "online": msg("Online"),
        "speaker": msg("Speaker"),
        "staff": msg("Staff"),
    },
    "pin.": {
        "accepted": msg("to be asked"),
        "not_now": msg("not for now"),
        "": msg("nothing noted any more"),
    },
    "question.": {
        "earlier": msg("An earlier answer helped."),
        "duplicate": msg("The same question is being answered elsewhere."),
        "withdrawn": msg("Taken back by who asked."),
        "deleted": msg("The question was deleted."),
        "edited": msg("It asks nothing any more."),
        "left": msg("Who asked is no longer here."),
        "off_topic": msg("It belongs somewhere else."),
        "outdated": msg("It is out of date."),
    },
}
# Deeds whose "before" and "after" say how to take them back, and nothing that people read
FOR_THE_UNDO = frozenset({
    "applicant.moved", "case.declared", "case.lifted", "deed.undone", "welcomer.removed",
    "words.added", "words.put_back", "words.taken_out",
})  # fmt: skip


def in_words(deed: str, held: str | None, t: Translator) -> str:
    """Return what a deed holds as people read it; what is no code is as it was written down."""
    if deed.startswith("idea.") and (decided := _decision(held)):
        state, note = decided
        return f"{in_words(deed, state, t)} — {note}" if note else in_words(deed, state, t)
    words = next((words for kind, words in CODES.items() if deed.startswith(kind)), {})
    found = _COUNTED.fullmatch(held or "")
    codes = (found["codes"] if found else "").split(", ")
    if found is None or not all(code in words for code in codes):
        return held or ""
    said = t.line(", ").join(t.line(words[code]) for code in codes)
    return f"{said} ×{found['n']}" if found["n"] else said


def _decision(held: str | None) -> tuple[str, str] | None:
    """Return the state and the words of a decision about an idea, where this is one."""
    try:
        told: Any = msgspec.json.decode(held or "")
    except msgspec.DecodeError:
        return None
    return (str(told.get("state", "")), str(told.get("note", ""))) if isinstance(told, dict) else None
