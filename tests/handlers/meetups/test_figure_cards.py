"""The cards of figures hold on both platforms, however much is said, in both languages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from chat.card import Quote
from chat.ids import UserRef
from community.config import CommunitySettings
from community.meetups.attendance import Held, Share, forecast
from community.meetups.figures import Past, of_one, over_time
from community.meetups.plan import Plan
from community.meetups.survey import Voice
from community.people.members import Account, Member
from community.seats.values import Mark
from handlers.meetups.figure_cards import Ahead, one_card, overview_card
from handlers.readers import Reader
from locales import translator
from tests.handlers.stage import SLACK, text_of

NOW = datetime(2026, 12, 4, 1, tzinfo=UTC)
LONG = Plan(title="<&>*" * 25, starts=NOW, ends=NOW + timedelta(hours=2), zone="Asia/Tokyo")
MARKS = dict.fromkeys(range(300), Mark.ATTENDED) | {300: Mark.NO_SHOW}
HELD = Held(meetup=1, starts=NOW, marks=MARKS)
CONFIG = CommunitySettings(id="c1")


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("words", ["&" * 1000, "a\n" * 500, "<b>*x*</b>", "長い" * 500])
def test_the_longest_words_fit_and_those_left_out_are_counted(language: str, words: str) -> None:
    user = UserRef(SLACK.platform, SLACK.id, "U1")
    account = Account(user, "aki")
    who = Reader(Member(1, "aki", NOW, accounts=(account,)), account, translator(language))
    past = Past(held=HELD, voices=(Voice(9, 4, words),) * 60)
    card = one_card(of_one(past, [HELD]), LONG, who, CONFIG)
    (quoted,) = [part for part in card.parts if isinstance(part, Quote)]
    assert quoted.text.startswith("• ")
    assert str(60 - quoted.text.count("• ")) in text_of(card)
    shown = {"en": "99.7 % (300 of 301)\n", "ja": "99.7"}[language]
    assert shown in text_of(card)  # no interval behind it: chance is small


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_year_of_meetups_fits(language: str) -> None:
    past = Past(held=HELD, voices=(Voice(0, 1, "x" * 1000),) * 60)
    figures = over_time([past] * 60, [HELD])
    ahead = Ahead(LONG, forecast(301, [HELD]))
    t = translator(language)
    card = overview_card(
        figures, Share(1, 2), ahead, listed=[(n, LONG) for n in range(60)], t=t, config=CONFIG, everything=True
    )
    assert "−100.0" in text_of(card)
