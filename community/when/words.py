"""Takes words for a day apart, in Japanese and English: what each says of year, month, week or weekday.

Every pattern takes what it has read out of the text, so in the end nothing may be left that nobody has read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import timedelta

from community.when.said import ProblemKind, refuse

GONE = "\x1f"  # stands where something was read, so that its neighbours do not grow together
WEEKDAYS = "月火水木金土日"
LAST = -1

_KANJI = {c: n for n, c in enumerate("〇一二三四五六七八九")}
_KANJI_NUMBER = re.compile(r"(?<=第)[一二三四五]|[〇一二三四五六七八九十]+(?=\s*(?:[年月日時分週回ヶか]|時間|人))")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−〜~", "-") | dict.fromkeys("、。,;!", " "))
_LONG_MARK = re.compile(r"(?<=[0-9時分半\s])ー+(?=[0-9\s午夜]|$)")
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925}
_SMALL = ("an", "a", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_COUNTS = {word: max(1, n - 1) for n, word in enumerate(_SMALL)}
_COUNT = rf"(?P<count>[0-9]{{1,3}}|{'|'.join(_SMALL)})"
_NTHS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": LAST}
_NTH_WORD = rf"(?:{'|'.join(_NTHS)}|[1-5](?:st|nd|rd|th))"
_DAY_NAMES = r"(?P<name>mon|tue|wed|thu|fri|sat|sun)(?:days?|sdays?|nesdays?|rs?|rsdays?|s|urdays?)?\b"
MONTH_NAMES = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ENGLISH_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_AHEAD = {"再来": 2, "さらい": 2, "来": 1, "らい": 1, "翌": 1, "今": 0, "こん": 0, "next": 1, "this": 0}
_DAYS = {
    "一昨日": -2, "おととい": -2, "昨日": -1, "きのう": -1, "yesterday": -1,
    "本日": 0, "今日": 0, "きょう": 0, "today": 0,
    "今夜": 0, "今晩": 0, "今朝": 0, "tonight": 0, "this evening": 0, "明日": 1, "あした": 1, "あす": 1,
    "翌日": 1, "明晩": 1, "明朝": 1, "tomorrow": 1, "明後日": 2, "あさって": 2, "明々後日": 3, "しあさって": 3,
    "day after tomorrow": 2,
}  # fmt: skip
_PART_OF_DAY = {
    "今夜": "夜",
    "今晩": "夜",
    "明晩": "夜",
    "tonight": "夜",
    "this evening": "夜",
    "今朝": "朝",
    "明朝": "朝",
}
_NIGHT_WORDS = {"night": "夜", "evening": "夜", "morning": "朝", "afternoon": "pm"}


class Slots:
    """What words said of a day, piece by piece. A second, different value for a piece is refused."""

    def __init__(self) -> None:
        self.years: int | None = None  # from this one
        self.year: int | None = None
        self.months: int | None = None  # from this one
        self.same_day: bool = False  # "in a month"
        self.month: int | None = None
        self.day: int | None = None  # LAST is the end of the month
        self.weeks: int | None = None  # from this one, beginning on Monday
        self.days: int | None = None  # from today
        self.weekday: int | None = None
        self.following: bool = False  # "next Friday"
        self.coming: bool = False  # 今度の土曜
        self.previous: bool = False  # "last Friday"
        self.nth: tuple[int, ...] = ()  # the third, or the first and third, such weekday of the month
        self.after: timedelta | None = None  # from now
        self.ends: tuple[int, int, int] | None = None  # the day it ends
        self.day_first: bool = False  # month and day could also be the other way round
        self._said: dict[str, str] = {}

    def put(self, said: str, **values: int) -> None:
        """Keep what was said."""
        for name, value in values.items():
            if getattr(self, name) not in (None, value):
                raise refuse(ProblemKind.CONFLICT, one=self._said[name], other=said.strip())
            setattr(self, name, value)
            self._said[name] = said.strip()

    def dated(self) -> bool:
        """Tell whether anything was said of a day."""
        return bool(self._said) or bool(self.nth) or self.after is not None


class Text:
    """The words that nobody has read yet."""

    def __init__(self, typed: str) -> None:
        self.left = tidy(typed)

    def take(self, pattern: re.Pattern[str], read: Callable[[re.Match[str]], str | None]) -> None:
        """Hand every match to ``read``, and put what it gives back, or nothing, in its place."""
        self.left = pattern.sub(lambda match: GONE + (read(match) or "") + " ", self.left)


def tidy(typed: str) -> str:
    """Write the same words the same way: narrow digits, one dash, numbers in figures, small letters."""
    text = unicodedata.normalize("NFKC", typed).lower().translate(_DASHES)
    text = _KANJI_NUMBER.sub(lambda match: str(_kanji_number(match[0])), text)
    text = _LONG_MARK.sub("-", text)
    text = re.sub(r"(?<=[0-9])t(?=[0-9])", " ", text)
    return " ".join(text.replace(GONE, " ").split())


def _kanji_number(text: str) -> int:
    if "十" not in text:
        return int("".join(str(_KANJI[c]) for c in text))
    tens, ones = text.split("十", 1)
    return (_KANJI[tens[-1]] if tens else 1) * 10 + (_KANJI[ones[0]] if ones and ones[0] in _KANJI else 0)


def _number(word: str) -> int:
    return int(word) if word.isdigit() else _COUNTS[word]


def _nth(word: str) -> int:
    return _NTHS[word] if word in _NTHS else int(word[0])


def _weekday(match: re.Match[str]) -> int:
    return _ENGLISH_DAYS.index(match["name"])


_FULL = re.compile(r"(?<![0-9])(?P<y>[0-9]{4})([-/.])(?P<m>[0-9]{1,2})\2(?P<d>[0-9]{1,2})(?![0-9])")
_FULL_JA = re.compile(
    r"(?:(?P<era>令和|平成|昭和)\s*(?P<n>元|[0-9]{1,2})|(?P<y>[0-9]{4}))\s*年"
    r"\s*(?P<m>[0-9]{1,2})\s*月\s*(?P<d>[0-9]{1,2})\s*日"
)
_YEAR = re.compile(r"(?:(?P<era>令和|平成|昭和)\s*(?P<n>元|[0-9]{1,2})|(?P<y>[0-9]{4}))\s*年の?")
_YEARS = re.compile(r"(?P<when>再来|来|翌|今)年の?|\b(?P<en>next|this) year\b")
_SLASH = re.compile(r"(?<![0-9/])(?P<m>[0-9]{1,2})/(?P<d>[0-9]{1,2})(?:/(?P<y>[0-9]{4}))?(?![0-9/])")
_MONTH_DAY = re.compile(
    r"(?<![0-9])(?P<m>[0-9]{1,2})\s*月(?!曜)の?\s*(?:(?P<d>[0-9]{1,2})\s*日(?!後|間)|(?P<end>末)日?)?"
)
_NEW_YEARS_EVE = re.compile("大晦日|大みそか")
_NTH_JA = re.compile(rf"(?P<which>(?:第\s*[1-5]\s*[・と]?\s*)+|最終|最後の?)の?\s*(?P<w>[{WEEKDAYS}])(?:曜日?)?")
_NTH_EN = re.compile(
    rf"\b(?P<which>{_NTH_WORD}(?:\s*(?:and|&)\s*{_NTH_WORD})*) {_DAY_NAMES}"
    rf"(?P<of>\s+(?:of|in)\s+(?:(?:the|each|every) month\b|(?P<rel>next|this) month\b|"
    rf"(?P<month>{MONTH_NAMES})(?:\s+(?P<y>[0-9]{{4}})\b)?))?"
)
_WEEKS_JA = re.compile(
    rf"(?P<when>再来|さらい|来|らい|翌|今|こん)(?:週末?|しゅう)の?\s*(?:(?P<w>[{WEEKDAYS}])(?!曜)(?=[\s0-9夜朝昼午夕晩(]|$))?"
)
_WEEKS_EN = re.compile(r"\b(?:(?P<two>the week after next)|(?P<when>next|this) week)\b")
_MONTHS = re.compile(r"(?P<when>再来|来|翌|今)月の?(?P<end>末)?|\b(?P<en>next|this) month\b")
_LATER_JA = re.compile(r"(?P<count>[0-9]{1,3})\s*(?P<unit>日|週間?|[ヶか箇カケ]月|時間|分)後の?")
_LATER_EN = re.compile(
    rf"\b(?:in {_COUNT} (?P<unit>day|week|month|hour|minute)s?|in a (?P<fortnight>fortnight))(?:'?\s*time)?\b"
)
_FROM_EN = re.compile(rf"\b{_COUNT} (?P<unit>day|week|month)s? (?:from (?:now|today|(?P<tomorrow>tomorrow))|later)\b")
_DAY_WORDS = re.compile(
    "(?P<ja>明々後日|明後日|しあさって|あさって|一昨日|おととい|昨日|きのう|本日|今日|きょう|今夜|今晩|今朝"
    "|明日|あした|あす|翌日|明晩|明朝)の?"
    r"|\b(?P<en>(?:day after )?tomorrow|tonight|today|yesterday|this evening)\b"
    r"(?:\s+(?P<part>night|evening|morning|afternoon)\b)?"
)
_WEEKDAY_JA = re.compile(
    rf"(?P<next>今度の?|次の?|こんどの?|つぎの?)?\s*(?P<w>[{WEEKDAYS}])曜日?|\((?P<p>[{WEEKDAYS}])(?:曜日?)?[・\s]?(?:祝日?)?\)"
)
_WEEKDAY_EN = re.compile(
    rf"\(?\b(?:(?P<next>next|this coming|coming|this)\s+)?{_DAY_NAMES}"
    r"(?:\s+(?P<part>night|evening|morning|afternoon)\b)?\)?"
)
_DAY = re.compile(r"(?<![0-9])(?P<d>[0-9]{1,2})(?:日(?!後|間|目)|(?:st|nd|rd|th)\b(?:\s+of\b)?)")
_DAY_RANGE = re.compile(r"-|から|to|until|まで")


def read_days(text: Text, slots: Slots, *, last_is_monthly: bool = False) -> None:
    """Take out everything that says something of the day, from the longest form to the shortest."""
    dates: list[tuple[int, tuple[int, int, int], str]] = []
    text.take(_FULL, lambda m: _full(m, dates))
    text.take(_FULL_JA, lambda m: _full(m, dates))
    _dates(text, slots, dates)
    text.take(_YEAR, lambda m: slots.put(m[0], year=_year(m)))
    text.take(_YEARS, lambda m: slots.put(m[0], years=_AHEAD[m["when"] or m["en"]]))
    text.take(_LATER_JA, lambda m: _later(m, slots))
    text.take(_LATER_EN, lambda m: _later(m, slots))
    text.take(_FROM_EN, lambda m: _later(m, slots))
    text.take(_SLASH, lambda m: _slash(m, slots))
    text.take(_MONTH_DAY, lambda m: _month_day(m, slots))
    text.take(_NEW_YEARS_EVE, lambda m: slots.put(m[0], month=12, day=31))
    text.take(_NTH_JA, lambda m: _nth_ja(m, slots))
    text.take(_NTH_EN, lambda m: _nth_en(m, slots, last_is_monthly=last_is_monthly))
    text.take(_WEEKS_JA, lambda m: _weeks(m, slots))
    text.take(_WEEKS_EN, lambda m: slots.put(m[0], weeks=2 if m["two"] else _AHEAD[m["when"]]))
    text.take(_MONTHS, lambda m: _months(m, slots))
    text.take(_DAY_WORDS, lambda m: _day_word(m, slots))
    text.take(_WEEKDAY_JA, lambda m: _weekday_ja(m, slots))
    text.take(_WEEKDAY_EN, lambda m: _weekday_en(m, slots))
    text.take(_DAY, lambda m: slots.put(m[0], day=int(m["d"])))


def _full(match: re.Match[str], dates: list[tuple[int, tuple[int, int, int], str]]) -> None:
    year = _year(match) if "era" in match.re.groupindex else int(match["y"])
    dates.append((match.start(), (year, int(match["m"]), int(match["d"])), match[0]))


def _dates(text: Text, slots: Slots, dates: list[tuple[int, tuple[int, int, int], str]]) -> None:
    """Take one full date for the day; of two, with a dash between them, the second is the day it ends."""
    for n, (_, (year, month, day), said) in enumerate(dates):
        if n == 1 and len(dates) == len(("start", "end")) and _DAY_RANGE.search(text.left.split(GONE)[1]):
            slots.ends = (year, month, day)
        else:
            slots.put(said, year=year, month=month, day=day)


def _year(match: re.Match[str]) -> int:
    if match["y"]:
        return int(match["y"])
    return _ERAS[match["era"]] + (1 if match["n"] == "元" else int(match["n"]))


def _slash(match: re.Match[str], slots: Slots) -> None:
    first, second = int(match["m"]), int(match["d"])
    months = len(MONTHS)
    if first > months >= second:  # 13/12 can only be the 13th of December
        first, second = second, first
    else:
        slots.day_first = second <= months and first != second
    slots.put(match[0], month=first, day=second)
    if match["y"]:
        slots.put(match[0], year=int(match["y"]))


def _month_day(match: re.Match[str], slots: Slots) -> None:
    slots.put(match[0], month=int(match["m"]))
    if match["d"] or match["end"]:
        slots.put(match[0], day=int(match["d"]) if match["d"] else LAST)


def _nth_ja(match: re.Match[str], slots: Slots) -> None:
    which = tuple(int(n) for n in re.findall("[1-5]", match["which"]))
    slots.put(match[0], weekday=WEEKDAYS.index(match["w"]))
    slots.nth = which or (LAST,)


def _nth_en(match: re.Match[str], slots: Slots, *, last_is_monthly: bool) -> str | None:
    which = tuple(_nth(word) for word in re.split(r"\s*(?:and|&)\s*", match["which"]))
    slots.put(match[0], weekday=_weekday(match))
    if which == (LAST,) and not match["of"] and not last_is_monthly:
        slots.previous = True  # "last Friday" was one, while "the last Friday of May" may be ahead
        return None
    slots.nth = which
    if match["rel"]:
        slots.put(match[0], months=_AHEAD[match["rel"]])
    if match["month"]:
        slots.put(match[0], month=MONTHS.index(match["month"][:3]) + 1)
    if match["y"]:
        slots.put(match[0], year=int(match["y"]))
    return None


def _weeks(match: re.Match[str], slots: Slots) -> None:
    slots.put(match[0], weeks=_AHEAD[match["when"]])
    if match["w"]:
        slots.put(match[0], weekday=WEEKDAYS.index(match["w"]))


def _months(match: re.Match[str], slots: Slots) -> None:
    slots.put(match[0], months=_AHEAD[match["when"] or match["en"]])
    if match["end"]:
        slots.put(match[0], day=LAST)


def _later(match: re.Match[str], slots: Slots) -> None:
    named = match.groupdict()
    if named.get("fortnight"):
        slots.put(match[0], days=14)
        return
    count, unit = _number(match["count"]), match["unit"]
    tomorrow = 1 if named.get("tomorrow") else 0
    if unit in ("日", "day"):
        slots.put(match[0], days=count + tomorrow)
    elif unit in ("週", "週間", "week"):
        slots.put(match[0], days=7 * count + tomorrow)
    elif unit in ("時間", "hour"):
        slots.after = timedelta(hours=count)
    elif unit in ("分", "minute"):
        slots.after = timedelta(minutes=count)
    else:
        slots.put(match[0], months=count)
        slots.same_day = True


def _day_word(match: re.Match[str], slots: Slots) -> str | None:
    word = match["ja"] or match["en"]
    slots.put(match[0], days=_DAYS[word])
    return _PART_OF_DAY.get(word) or _NIGHT_WORDS.get(match["part"] or "")


def _weekday_ja(match: re.Match[str], slots: Slots) -> None:
    slots.put(match[0], weekday=WEEKDAYS.index(match["w"] or match["p"]))
    slots.coming = slots.coming or bool(match["next"])


def _weekday_en(match: re.Match[str], slots: Slots) -> str | None:
    slots.put(match[0], weekday=_weekday(match))
    if match["next"] == "next":
        slots.following = True
    elif match["next"]:
        slots.coming = True
    return _NIGHT_WORDS.get(match["part"] or "")
