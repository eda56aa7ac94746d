"""A small house for handler tests: real routes, real stores, a clock that is moved by hand, and platforms that obey."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, get_args

import msgspec

from bot.routing import Follower
from chat import limits
from chat.answers import Answer, Invalid, OpenForm, Redraw, Say
from chat.card import Button, Buttons, Card, part_text
from chat.effects import DirectMessage, Effect, OpenThread, Post, PutEvent, RedrawPost
from chat.events import (
    ActionPressed,
    CommandUsed,
    FormSubmitted,
    Interaction,
    MemberJoined,
    MemberLeft,
    MenuUsed,
    MessagePosted,
)
from chat.form import Form, Values
from chat.ids import MessageRef, Place, PlaceInfo, Platform, Profile, UserRef, Workspace
from chat.port import Capabilities
from community.config import Channels, CommunitySettings, TopicSettings, WorkspaceSettings
from community.hours.schedule import Standing
from community.routing.ranking import Ask, Candidate
from community.settings.overrides import effective_settings
from community.signals import EffectSettled
from handlers import FEATURES, gate
from handlers.conduct.nameless import take_name
from handlers.context import Context
from handlers.routes import Routes
from jobs.standing import keep_resting, keep_standing
from locales import Translator, translator
from storage.codec import Arrival
from storage.engine import Database
from storage.migrate import upgrade
from storage.queues import outbox, timers
from storage.unit import Unit
from tests.stores import new_sqlite

SLACK = Workspace(Platform.SLACK, "T1")
DISCORD = Workspace(Platform.DISCORD, "900")
START = datetime(2026, 12, 4, 1, 0, tzinfo=UTC)  # Friday, ten in the morning in Tokyo
CHANNELS = ("general", "introductions", "moderators", "python", "questions", "product", "forum", "meetups", "lobby")
ABLE = {
    Platform.SLACK: Capabilities(
        inline_form_errors=True,
        private_posts=True,
        private_threads=False,
        home_tab=True,
        scheduled_events=False,
        tells_time_zone=True,
        tells_language=True,
        post_lookup=True,
    ),
    Platform.DISCORD: Capabilities(
        inline_form_errors=False,
        private_posts=False,
        private_threads=True,
        thread_titles=True,
        home_tab=False,
        scheduled_events=True,
        tells_time_zone=False,
        tells_language=True,
        post_lookup=True,
    ),
}
TOPICS = (
    TopicSettings(id="python", en="Python", ja="Python", discord_role="pythonista", slack_channel="python"),
    TopicSettings(id="ops", en="Operations", ja="運用", discord_role="ops", slack_group="ops-people"),
    *(TopicSettings(id=f"t{n}", en=f"Topic {n}", ja=f"話題{n}") for n in range(1, 6)),
)
GOOD: Values = {
    "purpose": "To learn with others",
    "give": ("ops",),
    "learn": ("python",),
    "introduction": "Hello, I am Aki. I like *tests*.",
    "consent": "yes",
}
ASKING: dict[str, Any] = {"questions": ("questions", "forum"), "product": "product", "meetups": "meetups"}
T = TypeVar("T")


class Obedient:
    """A directory of two platforms with the same channels."""

    def __init__(self) -> None:
        self.missing: set[str] = set()
        self.closed = {"moderators"}  # only some can read these

    def capabilities(self, workspace: Workspace) -> Capabilities:
        return ABLE[workspace.platform]

    def place(self, workspace: Workspace, name: str) -> PlaceInfo | None:
        name = name.removeprefix("C-")
        if name not in CHANNELS or name in self.missing:
            return None
        kind = "forum" if name == "forum" else "text"
        return PlaceInfo(
            place=Place(workspace.platform, workspace.id, f"C-{name}"), name=name, kind=kind, closed=name in self.closed
        )

    def link(self, message: MessageRef) -> str:
        return f"https://chat.example/{message.place.channel}/{message.id}"

    def workspace_name(self, workspace: Workspace) -> str:
        return f"the {workspace.platform} side"

    def is_bot(self, workspace: Workspace, user_id: str) -> bool:
        return user_id == f"{workspace.platform}bot"


class StorePeers:
    """The ranking of the running bot, read to the end of the log before it answers."""

    def __init__(self, community: str) -> None:
        self._community = community
        self._follower: Follower | None = None

    async def rank(self, unit: Unit, ask: Ask, *, exclude: Collection[int], limit: int) -> Sequence[Candidate]:
        self._follower = self._follower or Follower(self._community)
        await unit.activity.flush()
        await self._follower.catch_up(unit.conn)
        return await self._follower.rank(unit, ask, exclude=exclude, limit=limit)


class Stage:
    """Lets things happen to a community of one Slack workspace and one Discord server."""

    def __init__(self, db: Database, settings: CommunitySettings) -> None:
        self.db = db
        self.settings = settings
        self.routes = Routes.of(FEATURES)
        self.directory = Obedient()
        self.peers = StorePeers(settings.id)
        self.now = START
        self.sent: list[Effect] = []  # what reached a platform, in order
        self.standing: Sequence[Standing] = ()  # what comes again by itself, for tests that let weeks pass
        self.refuses: Callable[[Effect], bool] = lambda _effect: False
        self._n = itertools.count(1)

    @classmethod
    async def build(cls, url: str, **changes: object) -> Stage:
        """Make a community in an empty database."""
        if url.startswith("sqlite"):
            new_sqlite(url)
        db = Database(url)
        await upgrade(db)
        settings = CommunitySettings(
            id="c1",
            name="Aozora",
            language="en",
            topics=TOPICS,
            workspaces=(
                WorkspaceSettings(workspace=SLACK, channels=Channels(languages={"introductions": "ja+en"}, **ASKING)),
                WorkspaceSettings(workspace=DISCORD, channels=Channels(**ASKING), moderator_badges=("keepers",)),
            ),
        )
        return cls(db, msgspec.structs.replace(settings, **changes))

    # ---- what happens

    async def happens(self, arrival: Arrival) -> Answer | None:
        """Let one event be handled in a transaction, then let the platforms carry out what is due."""
        arrival = take_name(arrival)  # as the inbox does
        async with self.db.writing() as conn:
            unit = Unit(conn, self.settings.id, self.now)
            overrides = {k: o.value for k, o in (await unit.settings.all()).items()}
            settings = effective_settings(self.settings, overrides)
            if isinstance(arrival, get_args(Interaction)) and arrival.locale:
                await unit.people.record_locale(arrival.user, arrival.locale)
            ctx = self.context(unit, settings, translator(settings.language))
            answer = await gate.handle(ctx, arrival, self.routes.find(arrival))
            await unit.flush()
        await self.deliver()
        return answer

    def context(self, unit: Unit, settings: CommunitySettings, t: Translator) -> Context:
        """Return what a handler works with."""
        return Context(unit, self.now, t, settings, self.directory, self.peers, self.settings)

    async def deliver(self) -> None:
        """Let the platforms carry out what is due."""
        while True:
            async with self.db.writing() as conn:
                parcels = await outbox.claim(conn, owner="test", now=self.now, limit=50, held=())
                if not parcels:
                    return
                reports = []
                for parcel in parcels:
                    ok = not self.refuses(parcel.effect)
                    ref = self._ref(parcel.effect) if ok else None
                    if ok:
                        self.sent.append(parcel.effect)
                        await outbox.settle_sent(conn, parcel, ref, self.now)
                    else:
                        await outbox.settle_dead(conn, parcel, "refused", self.now)
                    if parcel.report or not ok:
                        reports.append((parcel.key, ok, ref, parcel.report))
            for key, ok, ref, asked in reports:
                await self.happens(
                    EffectSettled(
                        key=f"settled:{next(self._n)}",
                        at=self.now,
                        effect_key=key,
                        kind=key.partition(":")[0],
                        ok=ok,
                        ref=ref,
                        expected=asked,
                    )
                )

    def _ref(self, effect: Effect) -> MessageRef | None:
        match effect:
            case Post(place=place):
                return MessageRef(place, f"m{next(self._n)}")
            case DirectMessage(user=user):
                return MessageRef(Place(user.platform, user.workspace, f"D-{user.id}"), f"m{next(self._n)}")
            case OpenThread(start=MessageRef(place=place, id=start)):
                return MessageRef(Place(place.platform, place.workspace, place.channel, start), f"m{next(self._n)}")
            case OpenThread(start=Place() as place):
                return MessageRef(Place(place.platform, place.workspace, place.channel, "th"), f"m{next(self._n)}")
            case PutEvent(workspace=workspace, event_id=None):
                return MessageRef(Place(workspace.platform, workspace.id, "events"), f"ev{next(self._n)}")
            case _:
                return None

    async def passes(self, until: datetime | timedelta) -> None:
        """Let time pass; timers ring at their own hour."""
        end = self.now + until if isinstance(until, timedelta) else until
        while True:
            await self._keep_standing()
            async with self.db.reading() as conn:
                due = [at for at in (await timers.next_due(conn), await outbox.next_due(conn)) if at and at <= end]
            if not due:
                break
            self.now = max(self.now, min(due))
            async with self.db.writing() as conn:
                rung = await timers.take_due(conn, self.now, 50)
            for _, event in rung:
                await self.happens(event)
            await self.deliver()
        self.now = end

    async def _keep_standing(self) -> None:
        async with self.db.writing() as conn:
            await keep_resting(conn, self.settings, self.now)
            await keep_standing(conn, self.settings, self.standing, self.now)

    def key(self) -> str:
        """Return a fresh event key."""
        return f"e{next(self._n)}"

    # ---- people

    async def joins(self, name: str, workspace: Workspace = SLACK, **told: object) -> UserRef:
        """Let somebody join."""
        user = UserRef(workspace.platform, workspace.id, f"U{name}")
        profile = Profile(user=user, name=told.pop("shown", name), **told)  # type: ignore[arg-type]
        await self.happens(MemberJoined(key=self.key(), at=self.now, workspace=workspace, member=profile))
        return user

    async def leaves(self, user: UserRef) -> None:
        """Let somebody leave."""
        await self.happens(MemberLeft(key=self.key(), at=self.now, workspace=user.home, user=user))

    async def says(
        self, user: UserRef, text: str = "hi", *, to: MessageRef | None = None, channel: str = "general", **more: object
    ) -> MessageRef:
        """Let somebody write, in a thread where ``to`` is given."""
        place = Place(user.platform, user.workspace, f"C-{channel}")
        if to is not None:
            place = Place(user.platform, user.workspace, to.place.channel, to.place.thread or to.id)
        ref = MessageRef(place, f"m{next(self._n)}")
        event = MessagePosted(
            key=self.key(),
            at=self.now,
            workspace=user.home,
            message=ref,
            author=user,
            author_name=user.id,
            text=text,
            reply_to=to.id if to else None,
            **more,  # type: ignore[arg-type]
        )
        await self.happens(event)
        return ref

    async def presses(self, user: UserRef, card: Card, name: str) -> Answer:
        """Let somebody press a button of a card by the beginning of its action."""
        return await self.acts(user, action(card, name))

    async def acts(self, user: UserRef, raw: str, **more: object) -> Answer:
        """Let somebody send an action, whether or not a card offered it."""
        event = ActionPressed(key=self.key(), at=self.now, workspace=user.home, user=user, action=raw, **more)  # type: ignore[arg-type]
        return self._checked(await self.happens(event))

    async def sends(self, user: UserRef, form: Form | str, values: Values, **more: object) -> Answer:
        """Let somebody send a form."""
        form_id = form if isinstance(form, str) else form.id
        event = FormSubmitted(
            key=self.key(),
            at=self.now,
            workspace=user.home,
            user=user,
            form=form_id,
            values=values,
            **more,  # type: ignore[arg-type]
        )
        return self._checked(await self.happens(event))

    async def types(self, user: UserRef, command: str, sub: str = "", text: str = "", **options: str) -> Answer:
        """Let somebody type a command."""
        event = CommandUsed(
            key=self.key(),
            at=self.now,
            workspace=user.home,
            user=user,
            command=command,
            sub=sub,
            options=options,
            text=text,
        )
        return self._checked(await self.happens(event))

    async def uses_menu(self, user: UserRef, menu: str, message: MessageRef, **more: object) -> Answer:
        """Let somebody choose an entry of the message menu."""
        event = MenuUsed(
            key=self.key(),
            at=self.now,
            workspace=user.home,
            user=user,
            menu=menu,
            message=message,
            place=message.place,
            **more,  # type: ignore[arg-type]
        )
        return self._checked(await self.happens(event))

    def _checked(self, answer: Answer | None) -> Answer:
        assert answer is not None, "nobody answered"
        return answer

    # ---- looking

    def took(self, kind: type[T]) -> list[T]:
        """Return what reached the platforms of one kind, and forget everything."""
        everything: list[object] = [*self.sent]
        found = [effect for effect in everything if isinstance(effect, kind)]
        self.sent.clear()
        return found

    async def look(self, question: Callable[[Unit], object]) -> object:
        """Ask a store."""
        async with self.db.writing() as conn:
            found = question(Unit(conn, self.settings.id, self.now))
            return await found if hasattr(found, "__await__") else found

    async def facts(self, *kinds: str) -> list[str]:
        """Return the kinds of the facts logged, of those asked for."""
        async with self.db.writing() as conn:
            return [fact.kind for fact in await Unit(conn, self.settings.id, self.now).activity.facts(kinds)]

    async def member(self, user: UserRef) -> int:
        """Return the member behind an account."""
        async with self.db.writing() as conn:
            found = await Unit(conn, self.settings.id, self.now).people.by_user(user)
        assert found is not None
        return found.id


def card_of(answer: Answer | Effect) -> Card:
    """Return the card of an answer or effect."""
    assert isinstance(answer, Say | Redraw | Post | DirectMessage | OpenThread | RedrawPost), answer
    return answer.card


def form_of(answer: Answer) -> Form:
    """Return the form of an answer."""
    assert isinstance(answer, OpenForm | Invalid), answer
    return answer.form


def text_of(shown: Answer | Effect | Card) -> str:
    """Return all words of a card, button labels included."""
    card = shown if isinstance(shown, Card) else card_of(shown)
    labels = [b.label for part in card.parts if isinstance(part, Buttons) for b in part.buttons]
    return "\n".join([*filter(None, map(part_text, card.parts)), *labels])


def action(card: Card, name: str) -> str:
    """Return the action of a card's button by the beginning of its name."""
    actions = [b.action for p in card.parts if isinstance(p, Buttons) for b in p.buttons if isinstance(b, Button)]
    found = [a for a in actions if a.partition(":")[0] == name]
    assert len(found) == 1, f"{name} in {actions}"
    limits.check_action(found[0])
    return found[0]
