"""A unit of work: one transaction, bound to one community. What it loads can only come from there."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from storage.activity import ActivityStore
from storage.audit import AuditStore
from storage.codec import Arrival
from storage.conduct.cases import CaseStore
from storage.conduct.kind_words import KindWordStore
from storage.conduct.pulses import PulseStore
from storage.drafts import DraftStore
from storage.engine import TIDY
from storage.erasing.erased import ErasedStore
from storage.erasing.erasure import ErasureStore
from storage.figures.reading import FigureStore
from storage.held.export import ExportStore
from storage.held.keeping import KeepingStore
from storage.linking.codes import LinkStore
from storage.meetups.after import MeetupAfterStore
from storage.meetups.before import MeetupBeforeStore
from storage.meetups.feeds import FeedStore
from storage.meetups.plans import MeetupStore
from storage.meetups.series import SeriesStore
from storage.people.applications import ApplicationStore
from storage.people.choices import ChoiceStore
from storage.people.members import PeopleStore
from storage.people.onboarding import OnboardingStore
from storage.people.profiles import ProfileStore
from storage.people.welcomers import WelcomerStore
from storage.questions.asked import QuestionStore
from storage.questions.ideas import IdeaStore
from storage.questions.invitations import InvitationStore
from storage.questions.knowledge import KnowledgeStore
from storage.questions.peers import PeerStore
from storage.queues import inbox
from storage.queues.outbox import OutboxStore
from storage.queues.resting import Resting
from storage.queues.timers import TimerStore
from storage.recognition.digest_week import WeekStore
from storage.recognition.digests import DigestStore
from storage.recognition.peaks import PeakStore
from storage.recognition.pins import PinStore
from storage.recognition.thanks import ThanksStore
from storage.settings import SettingStore


class Unit:
    """The stores of one community inside an open transaction. Whoever opened the transaction commits it."""

    def __init__(self, conn: AsyncConnection, community: str, now: datetime) -> None:
        self.conn = conn  # for stores of features; handlers do not use it
        self.community = community
        self._now = now
        self.people = PeopleStore(conn, community)
        self.activity = ActivityStore(conn, community)
        self.outbox = OutboxStore(conn, community, now)
        self.timers = TimerStore(conn, community)
        self.settings = SettingStore(conn, community)
        self.drafts = DraftStore(conn, community)
        self.erased = ErasedStore(conn, community)
        self.erasure = ErasureStore(conn, community)
        self.export = ExportStore(conn, community)
        self.keeping = KeepingStore(conn, community)
        self.onboarding = OnboardingStore(conn, community, self.people)
        self.profiles = ProfileStore(conn, community)
        self.welcomers = WelcomerStore(conn, community)
        self.knowledge = KnowledgeStore(conn, community, now)
        self.questions = QuestionStore(conn, community)
        self.invitations = InvitationStore(conn, community)
        self.ideas = IdeaStore(conn, community)
        self.peers = PeerStore(conn, community)
        self.meetups = MeetupStore(conn, community)
        self.meetup_before = MeetupBeforeStore(conn, community, self.activity)
        self.feeds = FeedStore(conn, community)
        self.meetup_after = MeetupAfterStore(conn, community)
        self.series = SeriesStore(conn, community)
        self.figures = FigureStore(conn, community, now, self.activity, self.meetup_after)
        self.choices = ChoiceStore(conn, community)
        self.digests = DigestStore(conn, community)
        self.weeks = WeekStore(conn, community)
        self.thanks = ThanksStore(conn, community)
        self.peaks = PeakStore(conn, community)
        self.pins = PinStore(conn, community)
        self.audit = AuditStore(conn, community)
        self.kind_words = KindWordStore(conn, community)
        self.resting = Resting(conn, community)
        self.pulses = PulseStore(conn, community)
        self.cases = CaseStore(conn, community)
        self.applications = ApplicationStore(conn, community)
        self.links = LinkStore(conn, community)
        self.arrivals = 0

    @property
    def now(self) -> datetime:
        """When the event came that is being handled."""
        return self._now

    @now.setter
    def now(self, now: datetime) -> None:
        """Go on to the next event of a group: whatever store reads the time reads this one."""
        self._now = self.outbox.now = self.knowledge.now = self.figures.now = now

    async def arrive(self, arrival: Arrival) -> None:
        """Let a signal arrive in the inbox, as part of this transaction."""
        await inbox.insert_rows(self.conn, [inbox.row_of(self.community, arrival, self.now)])
        self.arrivals += 1

    def tidy_up(self) -> None:
        """Let nothing of what is deleted stay in the files once this transaction has ended; see ``storage.engine``."""
        self.conn.info[TIDY] = True

    async def start_over(self) -> None:
        """Write what was collected, and forget what was loaded: members are others than they were."""
        await self.flush()
        for store in (self.people, self.onboarding, self.meetups, self.welcomers, self.applications):
            store.forget_loaded()

    async def flush(self) -> None:
        """Write what the stores have collected."""
        await self.meetups.flush()
        await self.activity.flush()
        await self.outbox.flush()
        await self.onboarding.flush()
