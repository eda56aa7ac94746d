"""A generated life of a small community on two platforms, with everything that makes figures hard to compute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

from chat.ids import Place, Platform
from storage.activity import Fact, Value

BEGAN = datetime(2026, 6, 20, tzinfo=UTC)
DAYS, MEMBERS = 165, 45
STAFF = (1, 2, 3)
PLACES = (Place(Platform.SLACK, "T1", "C1"), Place(Platform.DISCORD, "900", "C2"))
NOW = BEGAN + timedelta(days=DAYS, hours=3)


class Life:
    """Makes the facts of one life; the same seed, the same life."""

    def __init__(self, seed: int) -> None:
        self._by_chance = Random(seed)  # noqa: S311 - a history, no secret
        self.facts: list[Fact] = []
        self.voices: dict[int, list[tuple[int, int]]] = {}

    def live(self) -> list[Fact]:
        """Return all facts in the order in which they were logged, which is nearly that of their times."""
        for member in range(1, MEMBERS + 1):
            self._arrive(member)
        for _ in range(900):
            self._talk()
        for question in range(1, 121):
            self._ask(question)
        for meetup in range(1, 25):
            self._meet(meetup)
        for idea in range(1, 31):
            self._idea(idea)
        now = [fact for fact in self.facts if fact.at <= NOW]
        now.sort(key=lambda fact: (fact.at, fact.kind, fact.subject or ""))
        self.facts = now
        return now

    def _moment(self) -> datetime:
        return BEGAN + timedelta(
            seconds=self._by_chance.randrange(DAYS * 86_400), microseconds=self._by_chance.randrange(9)
        )

    def _who(self) -> int:
        return min(self._by_chance.randrange(1, MEMBERS + 1), self._by_chance.randrange(1, MEMBERS + 1))

    def _log(
        self, kind: str, at: datetime, who: int | None, subject: object, where: Place | None, /, **data: Value
    ) -> None:
        self.facts.append(Fact(kind, at, who, where, None if subject is None else str(subject), data))

    def _arrive(self, member: int) -> None:
        dice, at = self._by_chance, self._moment()
        home = dice.choice(("slack:T1", "discord:900"))
        referrer = dice.choice((None, None, self._who()))
        via = "friends" if dice.random() < 0.4 else None
        self._log("member.joined", at, member, None, None, via=via, referrer=referrer, workspace=home)
        if dice.random() < 0.7:
            self._log("member.agreed", at + timedelta(days=dice.expovariate(0.2)), member, None, None)
        if dice.random() < 0.4:
            self._log("member.replied_to", at + timedelta(days=dice.expovariate(0.1)), member, None, PLACES[0], by=1)
        if dice.random() < 0.3:
            self._log("welcome.replied", at + timedelta(days=dice.expovariate(0.1)), 2, member, PLACES[0], seconds=5)
        if dice.random() < 0.3:
            self._log("member.left", at + timedelta(days=dice.expovariate(0.02)), member, None, None, workspace=home)

    def _talk(self) -> None:
        dice, who, at, where = self._by_chance, self._who(), self._moment(), self._by_chance.choice(PLACES)
        if dice.random() < 0.4:
            self._log("reaction.added", at, who, "m", where, emoji="+1")
        elif dice.random() < 0.1:
            self._log("channel.entered", at, who, None, where)
        else:
            told: dict[str, Value] = {"length": 5, "bot": dice.random() < 0.1}
            if who in STAFF:
                told["staff"] = True
            self._log("message.posted", at, who, "m", where, **told)

    def _ask(self, question: int) -> None:
        dice, at, asker, where = self._by_chance, self._moment(), self._who(), self._by_chance.choice(PLACES)
        by_form = dice.random() < 0.3
        platform = where.platform.value if by_form else None
        self._log("question.asked", at, asker, question, None if by_form else where, platform=platform)
        if dice.random() < 0.3:
            self._log("question.shown_earlier", at, asker, question, where, n=2)
            if dice.random() < 0.4:
                self._log(
                    "question.deflected", at + timedelta(hours=1), asker, max(1, question - 1), where, asked=question
                )
                self._log("question.closed", at + timedelta(hours=1), asker, question, where, reason="earlier")
                return
        helpers: list[int] = []
        for wait in sorted(dice.expovariate(1 / 30) for _ in range(dice.randrange(7))):
            helper = self._who()
            if helper != asker and helper not in helpers:
                then = at + timedelta(hours=wait)
                if not helpers or dice.random() < 0.2:
                    self._log(
                        "question.answered", then, helper, question, where, staff=helper in STAFF, first=not helpers
                    )
                self._log("question.replied", then, helper, question, where, staff=helper in STAFF)
                helpers.append(helper)
        self._settle(question, at, asker, where, helpers)
        if dice.random() < 0.1:
            self._log("question.handed_over", at + timedelta(hours=2), 1, question, where)

    def _settle(self, question: int, at: datetime, asker: int, where: Place, helpers: list[int]) -> None:
        dice = self._by_chance
        end = at + timedelta(hours=dice.expovariate(1 / 90))
        if dice.random() < 0.1:
            self._log(dice.choice(("question.closed", "question.merged")), end, asker, question, where)
        elif helpers and dice.random() < 0.97:
            helper = dice.choice((*helpers, asker, None))
            told: dict[str, Value] = {} if helper is None else {"helper": helper, "staff": helper in STAFF}
            self._log("question.solved", end, asker, question, where, **told)
            if dice.random() < 0.2:
                self._log("question.reopened", end + timedelta(hours=5), asker, question, where)
                if dice.random() < 0.5:
                    self._log("question.solved", end + timedelta(days=9), asker, question, where, helper=helpers[0])
            elif dice.random() < 0.2:
                told = {"helper": helpers[-1], "staff": helpers[-1] in STAFF}
                self._log("question.answer_marked", end + timedelta(hours=1), asker, question, where, **told)
            if dice.random() < 0.5:
                self._log("thanks.given", end, asker, question, where, receiver=helpers[0])
            if dice.random() < 0.1:
                self._log("thanks.withdrawn", end + timedelta(days=1), asker, question, where)

    def _meet(self, meetup: int) -> None:
        dice, over, where = self._by_chance, self._moment(), self._by_chance.choice(PLACES)
        marked, settles = dice.random() < 0.85, dice.random() < 0.8
        for member in {self._who() for _ in range(12)}:
            self._log("seat.seated", over - timedelta(days=3), member, meetup, where, kind="on_site")
            mark = dice.choice(("attended", "attended", "attended", "no_show", "excused", "walk_in"))
            if marked:
                self._log("seat.marked", over - timedelta(hours=2), member, meetup, where, mark=mark)
                if dice.random() < 0.1:
                    again = dice.choice((None, "no_show", "attended"))
                    self._log("seat.marked", over + timedelta(hours=9), member, meetup, where, mark=again)
        self._log("meetup.over", over, None, meetup, where)
        if settles:
            self._log("seat.closed", over + timedelta(days=2), None, meetup, where)
        answers = [(dice.randrange(11), dice.randrange(1, 5)) for _ in range(dice.randrange(9))]
        if answers and over <= NOW:
            self.voices[meetup] = answers

    def _idea(self, idea: int) -> None:
        dice, at, where = self._by_chance, self._moment(), self._by_chance.choice((*PLACES, None))
        self._log("idea.noted", at, self._who(), idea, where)
        for _ in range(dice.randrange(4)):
            self._log("idea.supported", at + timedelta(days=dice.random() * 9), self._who(), idea, where)
        for days in range(20, 20 + 10 * dice.randrange(3), 10):
            state = dice.choice(("shipped", "planned", "declined"))
            self._log("idea.decided", at + timedelta(days=days), 1, idea, where, state=state)
