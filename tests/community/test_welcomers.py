from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from community.hours.quiet_hours import QuietHours, is_quiet
from community.people.welcomers import WEEK, Ask, Case, Nobody, Wait, Welcomer, choose_welcomer

NOW = datetime(2026, 12, 4, 3, 0, tzinfo=UTC)  # noon in Tokyo
TOKYO = ZoneInfo("Asia/Tokyo")
CASE = Case(newcomer=1, language="ja")


def welcomer(
    member: int,
    *,
    cap: int = 3,
    ago: tuple[int, ...] = (),
    languages: tuple[str, ...] = ("ja",),
    zone: ZoneInfo = TOKYO,
    quiet: QuietHours | None = None,
) -> Welcomer:
    asked = tuple(NOW - timedelta(days=days) for days in ago)
    return Welcomer(member=member, cap=cap, asked=asked, languages=languages, zone=zone, quiet_hours=quiet)


def test_who_speaks_the_newcomers_language_comes_first() -> None:
    rota = [welcomer(2, languages=("en",)), welcomer(3, ago=(1,), languages=("en", "ja"))]
    assert choose_welcomer(rota, CASE, NOW) == Ask(3)


def test_then_who_was_asked_longest_ago() -> None:
    assert choose_welcomer([welcomer(2, ago=(1,)), welcomer(3, ago=(5,)), welcomer(4, ago=(3,))], CASE, NOW) == Ask(3)
    assert choose_welcomer([welcomer(2, ago=(20,)), welcomer(3)], CASE, NOW) == Ask(3)


def test_nobody_is_asked_over_their_cap() -> None:
    assert choose_welcomer([welcomer(2, cap=1, ago=(6,)), welcomer(3, cap=2, ago=(1, 2))], CASE, NOW) is Nobody.AT_CAP
    assert choose_welcomer([welcomer(2, cap=1, ago=(7,))], CASE, NOW) == Ask(2)


def test_nobody_is_asked_twice_about_one_newcomer() -> None:
    case = Case(newcomer=1, language="ja", tried=frozenset({2}))
    assert choose_welcomer([welcomer(2), welcomer(3)], case, NOW) == Ask(3)
    assert choose_welcomer([welcomer(2)], case, NOW) is Nobody.ALL_TRIED


def test_a_welcomer_is_not_asked_to_greet_themself() -> None:
    assert choose_welcomer([welcomer(1)], CASE, NOW) is Nobody.EMPTY
    assert choose_welcomer([], CASE, NOW) is Nobody.EMPTY


def test_who_is_awake_goes_before_who_sleeps() -> None:
    asleep = welcomer(2, quiet=QuietHours(time(11), time(14)))
    assert choose_welcomer([asleep, welcomer(3, languages=("en",), ago=(1,))], CASE, NOW) == Ask(3)


def test_when_all_sleep_the_case_waits_for_the_first_to_wake() -> None:
    rota = [welcomer(2, quiet=QuietHours(time(11), time(15))), welcomer(3, quiet=QuietHours(time(11), time(14)))]
    assert choose_welcomer(rota, CASE, NOW) == Wait(datetime(2026, 12, 4, 5, 0, tzinfo=UTC))


rotas = st.lists(
    st.builds(
        welcomer,
        st.integers(1, 9),
        cap=st.integers(1, 3),
        ago=st.lists(st.integers(0, 9), max_size=4).map(tuple),
        languages=st.sampled_from([("ja",), ("en",), ("ja", "en"), ()]),
        zone=st.sampled_from([TOKYO, ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")]),
        quiet=st.none() | st.builds(QuietHours, st.times(), st.times()),
    ),
    max_size=6,
    unique_by=lambda w: w.member,
)


@given(rotas, st.lists(st.integers(1, 60 * 24 * 3), max_size=40), st.integers(1, 9))
def test_whatever_comes_no_cap_is_passed_and_no_pair_repeats(
    rota: list[Welcomer], gaps: list[int], newcomer: int
) -> None:
    """Play a whole season: one case after another, everybody silent, until each case has nobody left."""
    now = NOW
    by_member = {w.member: w for w in rota}
    case = Case(newcomer=newcomer, language="ja")
    for gap in gaps:
        now += timedelta(minutes=gap)
        match choose_welcomer(list(by_member.values()), case, now):
            case Ask(member):
                chosen = by_member[member]
                assert member not in case.tried
                assert member != case.newcomer
                assert sum(now - at < WEEK for at in chosen.asked) < chosen.cap
                assert not is_quiet(chosen.quiet_hours, now, chosen.zone)
                by_member[member] = Welcomer(
                    member=member,
                    cap=chosen.cap,
                    asked=(*chosen.asked, now),
                    languages=chosen.languages,
                    zone=chosen.zone,
                    quiet_hours=chosen.quiet_hours,
                )
                case = Case(newcomer=newcomer, language="ja", tried=case.tried | {member})
            case Wait(until):
                assert until > now
            case Nobody():
                case = Case(newcomer=newcomer + 10, language="en")
