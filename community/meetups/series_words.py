"""Reads how a meetup repeats: 毎月第3金曜19時, 隔週火曜20時 全10回, every two weeks on Tuesday until March 31."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

from community.meetups.series import Series, SeriesError, countries, first_date, upcoming
from community.when.clock import Clock, read_clock
from community.when.days import find_day
from community.when.english import read_english_dates
from community.when.reading import check_leftover, check_length
from community.when.said import ProblemKind as Kind
from community.when.said import Refusal, WhenProblem, refuse
from community.when.wall import on_wall
from community.when.words import LAST, MONTH_NAMES, MONTHS, WEEKDAYS, Slots, Text, read_days

USUAL = timedelta(hours=2)
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_ENGLISH = "mon tue wed thu fri sat sun"
_NAME = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:days?)?"
_JA_DAYS = rf"(?P<days>[{WEEKDAYS}](?:曜日?)?(?:\s*[・と/]?\s*[{WEEKDAYS}](?:曜日?)?)*)"
_COUNTED = {"other": 2, "second": 2, "two": 2, "three": 3, "four": 4, "third": 3}
_EVERY_N = r"(?P<n>other|second|two|three|four|[2-9])"

_WEEKLY_JA = re.compile(
    rf"(?P<how>毎週|隔週|(?P<n>[2-9])\s*週間?(?:ごと|毎|おき|に1回|に1度))[のに、]?\s*(?:{_JA_DAYS})?"
)
_MONTHLY_JA = re.compile(
    r"(?:毎月|(?P<other>隔月)|(?P<n>[2-9])\s*[かヶ箇カケ]月(?:ごと|毎|おき|に1回|に1度))の?(?P<end>末日?)?"
)
_DAILY = re.compile(r"(?P<all>毎日|\b(?:daily|every day|each day)\b)|平日(?:毎日)?|毎平日|\bevery weekday\b")
_WEEKLY_EN = re.compile(
    rf"\b(?:every|each)\s+(?:{_EVERY_N}\s+)?(?P<days>{_NAME}(?:\s*(?:and|&|\s)\s*{_NAME})*)\b"
    rf"|\b(?:(?:every|each)\s+(?:{_EVERY_N.replace('<n>', '<w>')}\s+)?weeks?|(?P<plain>weekly)|"
    r"(?P<two>biweekly|fortnightly|every fortnight))\b"
)
_MONTHLY_EN = re.compile(rf"\b(?:(?:every|each)\s+(?:{_EVERY_N}\s+)?months?|monthly)\b")
_NTH_EVERY = re.compile(r"\b(?:every|each)\s+(?=(?:first|1st|2nd|third|3rd|fourth|4th|fifth|5th|last)\b)")
_TIMES = re.compile(r"(?:全|計)?\s*(?P<ja>[0-9]{1,4})\s*回(?:まで|分)?|\b(?P<en>[0-9]{1,4}) times\b")
_ENDLESS = re.compile(
    r"無期限|終わりなし|終了日なし|ずっと|\b(?:forever|no end|without end|open[- ]ended|indefinitely)\b"
)
_HOLIDAYS = re.compile(
    r"\(?(?:祝日|休日)[はを]?\s*(?:除く|除き|除いて|以外|休み|お休み|スキップ|なし)\)?"
    r"|\b(?:except|excluding|skip(?:ping)?|not on|no)\s+(?:on\s+)?(?:(?:national|public)\s+)?holidays\b"
)
_DATE_JA = (
    r"(?:(?:[0-9]{4}|令和\s*[0-9]{1,2})年の?|(?:再?来|今)年の?)?\s*[0-9]{1,2}月(?:[0-9]{1,2}日|末日?)?|[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}"
    r"|[0-9]{1,2}/[0-9]{1,2}|(?:再?来|今)[月年]末"
)
_DATE_EN = (
    rf"[0-9]{{4}}-[0-9]{{1,2}}-[0-9]{{1,2}}|[0-9]{{1,2}}/[0-9]{{1,2}}|{MONTH_NAMES}(?:\s+[0-9]{{1,2}}(?:st|nd|rd|th)?)?(?:\s+[0-9]{{4}})?"
    rf"|[0-9]{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{MONTH_NAMES}(?:\s+[0-9]{{4}})?"
)
_UNTIL = re.compile(
    rf"(?P<ja>{_DATE_JA})\s*まで|\b(?:until|till|through|to)\s+(?:the end of\s+)?(?P<en>{_DATE_EN})(?![0-9:])"
)
_FROM = re.compile(
    rf"(?P<ja>{_DATE_JA})\s*(?:から|より)|\b(?:from|starting|beginning)\s+(?:on\s+)?(?P<en>{_DATE_EN})(?![0-9:])"
)


class _Rule(msgspec.Struct, kw_only=True):
    """What was said of how it repeats."""

    frequency: str = ""
    interval: int = 1
    days: tuple[int, ...] = ()
    month_end: bool = False

    def put(self, frequency: str, said: str, interval: int = 1) -> None:
        if self.frequency not in ("", frequency):
            raise refuse(Kind.CONFLICT, one=self.frequency.lower(), other=said.strip())
        self.frequency, self.interval = frequency, interval


class _Bounds(msgspec.Struct, kw_only=True):
    """What was said of where it begins and ends."""

    begin: date | None = None
    until: date | None = None
    count: int | None = None
    endless: bool = False
    no_holidays: bool = False


def read_series(
    typed: str,
    *,
    zone: ZoneInfo,
    now: datetime,
    country: str,
    open_ended: bool = False,
) -> Series | WhenProblem:
    """Read a series: its rule, its hours, its end, and whether it leaves out the country's national holidays.

    A series needs an end: a last day, a number of times, or words or a choice (``open_ended``) that there is none.
    """
    try:
        return _read(typed, zone, now, country, open_ended=open_ended)
    except Refusal as refusal:
        return refusal.problem
    except SeriesError:
        return refuse(Kind.BARREN).problem


def _read(typed: str, zone: ZoneInfo, now: datetime, country: str, *, open_ended: bool) -> Series:
    check_length(typed)
    text, local = Text(typed), on_wall(now, zone)
    bounds = _read_bounds(text, local)
    rule = _read_rule(text)
    slots = Slots()
    read_english_dates(text, slots)
    read_days(text, slots, last_is_monthly=True)
    clock = read_clock(text)
    check_leftover(text, typed, timed=clock is not None)
    written = _write(rule, slots)
    if clock is None:
        raise refuse(Kind.NO_HOUR)
    if bounds.no_holidays and country not in countries():
        raise refuse(Kind.COUNTRY, country=country)
    if bounds.until is None and bounds.count is None and not (bounds.endless or open_ended):
        raise refuse(Kind.NO_END)
    series = _build(written, clock, bounds, local, zone=zone.key, country=country)
    if not upcoming(series, now, 1):
        raise refuse(Kind.BARREN)
    return series


def _build(rule: str, clock: Clock, bounds: _Bounds, local: datetime, *, zone: str, country: str) -> Series:
    if clock.start >= 24 * 60:
        raise refuse(Kind.NO_SUCH_TIME, said=f"{clock.start // 60}:{clock.start % 60:02}")
    at = time(*divmod(clock.start, 60))
    begin = datetime.combine(bounds.begin, at) if bounds.begin else local + timedelta(minutes=1)
    length = timedelta(minutes=clock.end - clock.start) if clock.end else clock.lasts or USUAL
    return Series(
        rule=rule,
        zone=zone,
        first=first_date(rule, at, begin),
        duration=length,
        until=bounds.until if bounds.count is None else None,
        count=bounds.count,
        open_ended=bounds.count is None and bounds.until is None,
        skip_holidays=country if bounds.no_holidays else None,
    )


def _read_bounds(text: Text, local: datetime) -> _Bounds:
    bounds = _Bounds()

    def times(match: re.Match[str]) -> None:
        bounds.count = int(match["ja"] or match["en"])

    def until(match: re.Match[str]) -> None:
        bounds.until = _date(match["ja"] or match["en"], local, end=True)

    def begin(match: re.Match[str]) -> None:
        bounds.begin = _date(match["ja"] or match["en"], local, end=False)

    def endless(_: re.Match[str]) -> None:
        bounds.endless = True

    def no_holidays(_: re.Match[str]) -> None:
        bounds.no_holidays = True

    for pattern, read in ((_HOLIDAYS, no_holidays), (_ENDLESS, endless), (_TIMES, times)):
        text.take(pattern, read)
    text.take(_UNTIL, until)
    text.take(_FROM, begin)
    ends = [bounds.until is not None, bounds.count is not None, bounds.endless]
    if ends.count(True) > 1:
        raise refuse(Kind.CONFLICT, one=str(bounds.count or bounds.until), other=str(bounds.until or "∞"))
    if bounds.count == 0:
        raise refuse(Kind.BARREN)
    return bounds


def _date(said: str, local: datetime, *, end: bool) -> date:
    text, slots = Text(said.replace("年末", "年12月末")), Slots()
    read_english_dates(text, slots)
    read_days(text, slots)
    left = re.fullmatch(rf"\s*(?P<month>{MONTH_NAMES})(?:\s+(?P<y>[0-9]{{4}}))?\s*", text.left)
    if left:
        slots.put(said, month=MONTHS.index(left["month"][:3]) + 1)
        if left["y"]:
            slots.put(said, year=int(left["y"]))
    if slots.month is not None and slots.day is None:
        slots.put(said, day=LAST if end else 1)
    found = find_day(slots, local, None)
    if found.wrong or found.day < local.date():
        raise refuse(Kind.PAST, day=found.day.isoformat())
    return found.day


def _read_rule(text: Text) -> _Rule:
    rule = _Rule()

    def weekly_ja(match: re.Match[str]) -> None:
        rule.put("WEEKLY", match[0], 2 if match["how"] == "隔週" else int(match["n"] or 1))
        rule.days = tuple(WEEKDAYS.index(c) for c in _bare(match["days"]) if c in WEEKDAYS)

    def weekly_en(match: re.Match[str]) -> None:
        count = match["n"] or match["w"] or ("two" if match["two"] else "")
        rule.put("WEEKLY", match[0], _count(count))
        found = re.findall(_NAME, match["days"] or "")
        rule.days = tuple(_ENGLISH.split().index(name[:3]) for name in found)

    def monthly_ja(match: re.Match[str]) -> None:
        rule.put("MONTHLY", match[0], 2 if match["other"] else int(match["n"] or 1))
        rule.month_end = bool(match["end"])

    def daily(match: re.Match[str]) -> None:
        if match["all"]:
            rule.put("DAILY", match[0])
        else:
            rule.put("WEEKLY", match[0])
            rule.days = (0, 1, 2, 3, 4)

    text.take(_DAILY, daily)
    text.take(_WEEKLY_JA, weekly_ja)
    text.take(_MONTHLY_JA, monthly_ja)
    text.left = _NTH_EVERY.sub("", text.left)
    text.take(_WEEKLY_EN, weekly_en)
    # "of every month" belongs to the ordinal before it
    if not re.search(r"\b(?:of|in) (?:every|each) month\b", text.left):
        text.take(_MONTHLY_EN, lambda match: rule.put("MONTHLY", match[0], _count(match["n"] or "")))
    return rule


def _bare(days: str | None) -> str:
    """Return the weekdays alone; 日 is also the last letter of every one of them."""
    return re.sub("曜日?", "", days or "")


def _count(word: str) -> int:
    return _COUNTED[word] if word in _COUNTED else int(word or 1)


def _write(rule: _Rule, slots: Slots) -> str:
    """Write the rule of RFC 5545."""
    every = f";INTERVAL={rule.interval}" if rule.interval > 1 else ""
    dated = (slots.month, slots.months, slots.year, slots.years, slots.days, slots.weeks, slots.after)
    if any(one is not None for one in dated) or slots.following or slots.coming:
        raise refuse(Kind.NO_RULE)
    if slots.nth and rule.frequency in ("", "MONTHLY") and slots.weekday is not None:
        days = ",".join(f"{n}{DAYS[slots.weekday]}" for n in dict.fromkeys(slots.nth))
        return f"FREQ=MONTHLY{every};BYDAY={days}"
    if rule.frequency == "MONTHLY" and slots.weekday is None and (slots.day is not None or rule.month_end):
        if rule.month_end:
            return f"FREQ=MONTHLY{every};BYMONTHDAY={LAST}"
        if not 1 <= (slots.day or 0) <= 31:  # noqa: PLR2004 - the longest month
            raise refuse(Kind.NO_SUCH_DAY, said=str(slots.day))
        return f"FREQ=MONTHLY{every};BYMONTHDAY={slots.day}"
    weekdays = tuple(sorted({*rule.days, *(() if slots.weekday is None else (slots.weekday,))}))
    if rule.frequency == "WEEKLY" and weekdays and slots.day is None and not slots.nth:
        return f"FREQ=WEEKLY{every};BYDAY={','.join(DAYS[day] for day in weekdays)}"
    if rule.frequency == "DAILY" and not slots.dated():
        return "FREQ=DAILY"
    raise refuse(Kind.NO_RULE)
