"""Where an effect goes, and the lane that keeps its order with others."""

from __future__ import annotations

from chat import effects
from chat.effects import Effect, PostedAs
from chat.ids import MessageRef, Place, Workspace, thread_of


def where_of(effect: Effect) -> tuple[Workspace | None, str]:
    """Return the workspace an effect goes to, and the lane that keeps its order with others."""
    match effect:
        case effects.Post(place=place) | effects.Upload(place=place) | effects.MakeFile(place=place):
            return place.home, str(place.top)
        case effects.DirectMessage(user=user) | effects.ShowHome(user=user) | effects.SetBadge(user=user):
            return user.home, str(user)
        case effects.Invite(user=user):
            return user.home, str(user)
        case effects.PutEvent(workspace=workspace):
            return workspace, f"{workspace}:events"
        case effects.OpenThread(start=target) | effects.RedrawPost(target=target):
            return _target(target)
        case effects.Remove(target=target) | effects.React(target=target) | effects.MarkThread(target=target):
            home, lane = _target(target)
            # a title may wait for minutes, and nothing else may wait with it
            return home, title_of(target) if isinstance(effect, effects.MarkThread) else lane


def title_of(target: MessageRef | Place | PostedAs) -> str:
    """Return the lane of a title."""
    match target:
        case PostedAs(key):
            return f"title:as:{key}"
        case MessageRef():
            return f"title:{thread_of(target)}"
        case Place():
            return f"title:{target}"


def _target(target: MessageRef | Place | PostedAs) -> tuple[Workspace | None, str]:
    match target:
        case MessageRef(place=place):
            return place.home, str(place.top)
        case Place():
            return target.home, str(target.top)
        case PostedAs(key=key):
            return None, f"as:{key}"
