"""Takes the name off what somebody does about a report, before anything of it is stored.

Whether a report bears a name is decided in its form. So the name is taken off all that leads to the form, too, and off
what is done with a report's code; only a form that was sent with a name keeps it. What comes in is cleaned before it
reaches the inbox: there is no row, not even for a moment, and no copy in a log, that names who reports.
"""

from __future__ import annotations

from typing import TypeVar

import msgspec

from chat.events import ActionPressed, CommandUsed, FormSubmitted, Interaction, MenuUsed
from chat.ids import UserRef
from handlers.readers import read_user

E = TypeVar("E")
MENU = "report_message"
SUB = "report"
SEND = "conduct_send"  # the form in which a report is written
CODE_PRESSES = frozenset({"conduct_code", "conduct_more"})
CODE_FORM = "conduct_said"
FORGOTTEN = "forgotten"  # stands where the id of an author was who is erased: what they wrote can be reported
NAMELESS = "nameless"  # the choice in the form; also stands where an account's id was


def take_name(event: E) -> E:
    """Return what is stored and handled of an event: without who it was, where that has to do with a report.

    Whoever means to report their own message or themselves keeps the name, and is told so; that is no report.
    """
    if not isinstance(event, Interaction) or not _is_about_a_report(event):
        return event
    nobody = UserRef(event.workspace.platform, event.workspace.id, NAMELESS)
    # the place may be a conversation with the bot, and the way back names the account: neither is stored
    return msgspec.structs.replace(event, user=nobody, user_name="", place=None, reply="")


def is_nameless(user: UserRef) -> bool:
    """Say whether the name was taken off."""
    return user.id == NAMELESS


def without_author(event: MenuUsed, mark: str) -> MenuUsed:
    """Return the use of a message's menu without who wrote it, who is erased; a report only says that somebody did.

    Their mark goes along: it says nothing of whom, and keeps them away from the case should they come back.
    """
    known = event.author is not None and event.menu == MENU
    nobody = UserRef(event.workspace.platform, event.workspace.id, f"{FORGOTTEN}:{mark}") if known else None
    return msgspec.structs.replace(event, author=nobody)


def mark_in(user: UserRef) -> str | None:
    """Return the mark of whom this stands for, where that is somebody who was erased."""
    kind, _, mark = user.id.partition(":")
    return mark if kind == FORGOTTEN else None


def _is_about_a_report(event: Interaction) -> bool:
    match event:
        case MenuUsed(menu=name):
            return name == MENU and event.author != event.user
        case CommandUsed(command="tsudoi", sub=sub):
            named = read_user(event.options.get("member", ""), event.workspace)
            return sub == SUB and named != event.user
        case ActionPressed(action=action):
            return action.partition(":")[0] in CODE_PRESSES
        case FormSubmitted(form=form):
            name = form.partition(":")[0]
            return name == CODE_FORM or (name == SEND and event.values.get("name") == NAMELESS)
        case _:
            return False
