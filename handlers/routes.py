"""Routes as values: which function handles what. Each feature lists its own in a table at the bottom of its file."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from chat.answers import Answer, Suggest
from chat.commands import Command, Menu
from chat.events import ActionPressed, CommandUsed, FormSubmitted, MenuUsed, OptionTyped
from chat.text import RichText
from community.hours.schedule import Standing
from community.signals import EffectSettled, TimerDue
from handlers.context import Context
from handlers.readers import Reader
from storage.audit import StoredDeed
from storage.codec import Arrival
from storage.held.declaring import Held

E = TypeVar("E")
Handler = Callable[[Context, E], Awaitable[Answer | None]]
Completion = Callable[[Context, OptionTyped], Awaitable[Suggest]]
Undo = Callable[[Context, Reader, StoredDeed], Awaitable[RichText]]  # undoes it, and says how things stand now
AnyHandler = Callable[[Context, Any], Awaitable[Answer | None]]


@dataclass(frozen=True, slots=True)
class Route:
    """One line of the table: events of ``kind`` that bear ``name`` go to ``handler``."""

    kind: type
    name: str  # "" for events that have none
    handler: AnyHandler
    opens_form: bool = False  # its answer is a form, so the platform must not be given a deferred answer
    forgets: bool = False  # what came is not kept when handling it fails for good: it would tell a secret


def on(kind: type[E], handler: Handler[E]) -> Route:
    """Hand every event of a kind to a handler; several features may listen."""
    return Route(kind, "", handler)


def press(name: str, handler: Handler[ActionPressed], *, opens_form: bool = False, forgets: bool = False) -> Route:
    """Hand presses of ``name`` or ``name:argument`` to a handler."""
    return Route(ActionPressed, name, handler, opens_form, forgets)


def form(name: str, handler: Handler[FormSubmitted], *, forgets: bool = False) -> Route:
    """Hand submissions of the form ``name`` or ``name:argument`` to a handler."""
    return Route(FormSubmitted, name, handler, forgets=forgets)


def command(
    name: str, sub: str, handler: Handler[CommandUsed], *, opens_form: bool = False, forgets: bool = False
) -> Route:
    """Hand ``/name sub`` to a handler; ``sub`` "" is the bare command and whatever no other route takes."""
    return Route(CommandUsed, f"{name} {sub}".strip(), handler, opens_form, forgets)


@dataclass(frozen=True, slots=True)
class Completes:
    """One line of the table: what is typed into an option goes to ``handler``, which reads and never writes."""

    name: str
    handler: Completion


def complete(name: str, sub: str, option: str, handler: Completion) -> Completes:
    """Hand what is typed into an option of ``/name sub`` to a handler that proposes choices."""
    return Completes(_completing(name, sub, option), handler)


def _completing(name: str, sub: str, option: str) -> str:
    return f"{name} {sub}".strip() + f" {option}:"


def menu(name: str, handler: Handler[MenuUsed], *, opens_form: bool = False) -> Route:
    """Hand uses of a message menu to a handler."""
    return Route(MenuUsed, name, handler, opens_form)


def due(kind: str, handler: Handler[TimerDue]) -> Route:
    """Hand due timers of a kind to a handler."""
    return Route(TimerDue, kind, handler)


def settled(kind: str, handler: Handler[EffectSettled]) -> Route:
    """Hand outcomes of effects whose key begins with ``kind:`` to a handler."""
    return Route(EffectSettled, kind, handler)


class CannotUndoError(Exception):
    """A deed can no longer be undone; nothing was changed. ``said`` tells the moderator why, and what stands now."""

    def __init__(self, said: RichText) -> None:
        super().__init__(said.plain())
        self.said = said


@dataclass(frozen=True, slots=True)
class Feature:
    """What one feature brings: its routes, what members can type and click, and what comes again by itself.

    ``deeds`` says each kind of deed that it records in a sentence, a message that may hold ``{who}``, ``{member}``,
    ``{subject}``, ``{before}``, ``{after}`` and ``{reason}``. ``undoes`` are those that can be taken back.
    """

    name: str
    routes: tuple[Route, ...]
    commands: tuple[Command, ...] = ()
    menus: tuple[Menu, ...] = ()
    completions: tuple[Completes, ...] = ()
    standing: tuple[Standing, ...] = ()
    stores: tuple[Held, ...] = ()  # what it keeps, as ``storage/held/`` declares it
    deeds: Mapping[str, str] = field(default_factory=dict)
    undoes: Mapping[str, Undo] = field(default_factory=dict)


class RouteError(ValueError):
    """Two features claim the same name, or an option is to be completed and nobody does it."""


@dataclass(slots=True)
class Routes:
    """The table of all features, made once at start."""

    _named: dict[tuple[type, str], Route] = field(default_factory=dict)
    _listeners: dict[type, list[Route]] = field(default_factory=dict)
    _completions: dict[str, Completion] = field(default_factory=dict)

    @classmethod
    def of(cls, features: Iterable[Feature]) -> Routes:
        """Collect the routes of features.

        Raises:
            RouteError: two routes bear the same name, or options and those who complete them do not agree.

        """
        table = cls()
        for feature in features:
            for route in feature.routes:
                if not route.name and route.kind is not CommandUsed:
                    table._listeners.setdefault(route.kind, []).append(route)
                elif table._named.setdefault((route.kind, route.name), route) is not route:
                    raise RouteError(f"{feature.name}: {route.kind.__name__} {route.name!r} is taken already")
            offered = {
                _completing(one.name, sub, option.name)
                for one in feature.commands
                for sub in [s.name for s in one.subs] or [""]
                for option in one.options_of(sub)
                if option.completes
            }
            found = {line.name: line.handler for line in feature.completions}
            if stray := offered ^ found.keys():
                raise RouteError(f"{feature.name}: an option and who completes it do not agree: {sorted(stray)}")
            table._completions.update(found)
        return table

    def completion(self, typed: OptionTyped) -> Completion | None:
        """Return who proposes choices for what is being typed."""
        return self._completions.get(_completing(typed.command, typed.sub, typed.option))

    def find(self, arrival: Arrival) -> list[Route]:
        """Return who handles an event: the one route that bears its name, or all that listen to its kind."""
        match arrival:
            case ActionPressed(action=action):
                name = action.partition(":")[0]
            case FormSubmitted(form=form_id):
                name = form_id.partition(":")[0]
            case CommandUsed(command=name, sub=sub):
                if route := self._named.get((CommandUsed, f"{name} {sub}".strip())):
                    return [route]
            case MenuUsed(menu=name) | TimerDue(kind=name):
                pass
            case EffectSettled(effect_key=key):
                name = key.partition(":")[0]
            case _:
                name = ""
        found = self._listeners.get(type(arrival), [])
        route = self._named.get((type(arrival), name)) if name or isinstance(arrival, CommandUsed) else None
        return [route, *found] if route else found
