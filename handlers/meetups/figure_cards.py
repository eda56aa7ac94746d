"""The cards of figures: each with what it is of, its interval where chance is great, and what is usual elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from chat.card import Button, Buttons, Card, Footnote, Option, Part, Quote, Select, Text, Title
from chat.limits import OPTION_LABEL, OPTIONS, TITLE
from chat.text import Bold, MomentStyle, RichText, join, rich
from community.config import CommunitySettings
from community.meetups.attendance import FREE, PREPAID, Forecast, Share
from community.meetups.figures import (
    HEALTHY_FIRST,
    SHOWN_FROM,
    SMALL,
    OneMeetup,
    OverTime,
    percent,
    points,
    signed,
    whole,
)
from community.meetups.plan import Plan
from community.meetups.survey import SHOWN_FROM as ANSWERS
from community.meetups.survey import Balance, Results
from community.when.zones import zone_or
from handlers.public import shortened
from handlers.readers import Reader, zone_of
from locales import Translator

WORDS = 1200  # characters of what people said; the rest is counted
ONE = 300  # of each


@dataclass(frozen=True, slots=True)
class Ahead:
    """The next meetup, and how many will come."""

    plan: Plan
    forecast: Forecast


def overview_card(
    figures: OverTime,
    warm: Share,
    ahead: Ahead | None,
    *,
    listed: Sequence[tuple[int, Plan]],
    t: Translator,
    config: CommunitySettings,
    everything: bool,
) -> Card:
    """Return the figures of a year."""
    title = t.line("Figures of all meetups") if everything else t.line("Figures of your meetups")
    basis = t.n("Of {n} meetup in the last year whose attendance was taken.",
                "Of {n} meetups in the last year whose attendance was taken.", figures.meetups)  # fmt: skip
    if figures.untaken:
        basis += " "
        basis += t.n("At {n} nobody was checked in; it is left out of who came.",
                     "At {n} nobody was checked in; they are left out of who came.", figures.untaken)  # fmt: skip
    parts: list[Part] = [Title(title)]
    if figures.meetups or figures.untaken:
        parts += [Text(basis), Text(join("\n", _year_lines(figures, warm, t)))]
    else:
        parts.append(Text(t("Attendance has been taken at no meetup yet. After the first one, figures stand here.")))
    if ahead is not None:
        parts.append(Text(_ahead_text(ahead, t)))
    parts.append(Footnote(reference_text(t)))
    if listed:
        options = tuple(Option(str(meetup_id), _label(plan, t, config)) for meetup_id, plan in listed[:OPTIONS])
        parts.append(Select(action="fig_pick", placeholder=t.line("One meetup…"), options=options))
    return Card(parts=tuple(parts))


def _year_lines(figures: OverTime, warm: Share, t: Translator) -> list[RichText]:
    lines = [
        _line(t.line("Attendance"), share_text(figures.attendance, t)),
        _line(t.line("No-shows"), share_text(figures.no_show, t)),
        _line(t.line("Came again"), share_text(figures.repeat, t, hide=True)),
        _line(t.line("First-timers"), share_text(figures.first_timers, t, hide=True)),
        _line(t.line("From the waiting list to a seat"), share_text(figures.waiting, t)),
        *_survey_lines(figures.survey, t),
    ]
    if warm.n:
        lines.append(_line(t.line("Of those who answered a warm-up question, came"), share_text(warm, t)))
    return lines


def one_card(
    figures: OneMeetup, plan: Plan, who: Reader, config: CommunitySettings, *, closes: datetime | None = None
) -> Card:
    """Return the figures of one meetup. ``closes``: when attendance will be settled, where it is not yet."""
    t, tally = who.t, figures.tally
    count = t("{attended} came with a seat, {walk_in} without; {no_show} did not come, {excused} excused.",
              attended=tally.attended, walk_in=tally.walk_in, no_show=tally.no_show, excused=tally.excused)  # fmt: skip
    parts: list[Part] = [Title(shortened(plan.title, TITLE)), Text(count)]
    lines = []
    if closes is not None:
        zone = zone_of(who.member, who.account, config)
        when = t.moment(closes, zone, MomentStyle.FULL)
        parts.append(Text(t("So far: attendance is settled {when}, and rates are given then.", when=when)))
    elif not tally.came:
        parts.append(Text(t("Nobody was checked in, so nobody is called absent.")))
    else:
        lines += [
            _line(t.line("Attendance"), share_text(figures.attendance, t)),
            _line(t.line("No-shows"), share_text(figures.no_show, t)),
            _line(t.line("First-timers"), share_text(figures.first_timers, t, hide=True)),
        ]
    lines += [
        _line(t.line("From the waiting list to a seat"), share_text(figures.waiting, t)),
        *_survey_lines(figures.survey, t),
    ]
    parts.append(Text(join("\n", lines)))
    parts += _words(figures.survey, t)
    parts += [Footnote(reference_text(t)), Buttons((Button("fig_all", t.line("All meetups")),))]
    return Card(parts=tuple(parts))


def share_text(share: Share, t: Translator, *, hide: bool = False) -> RichText:
    """Return a share with what it is of; ``hide`` where few people would be told on."""
    if not share.n:
        return t("nothing to count yet")
    if hide and share.n < SHOWN_FROM:
        return t("shown from {n} people on", n=SHOWN_FROM)
    said = t("{rate} % ({hits} of {n})", rate=percent(share), hits=share.hits, n=share.n)
    if share.n < SMALL and share.interval:
        low, high = share.interval
        said += t(", likely {low} to {high} %", low=whole(low), high=whole(high))
    return said


def balance_text(balance: Balance, t: Translator) -> RichText:
    """Return a balance in points with how many answered."""
    said = t.n("{points} ({n} answer)", "{points} ({n} answers)", balance.n, points=points(balance))
    if balance.n < SMALL and balance.interval:
        low, high = balance.interval
        said += t(", likely {low} to {high}", low=signed(low), high=signed(high))
    return said


def reference_text(t: Translator) -> RichText:
    """Return what is usual elsewhere, to read one's own figures by."""
    return t(
        "Elsewhere: {free} % come to free events and {prepaid} % to prepaid ones (Peatix, 1,023 events); about "
        "{first} % first-timers is healthy; of those who answer a warm-up question nearly all come. "
        "“Likely” is the 95 % interval.",
        free=f"{FREE * 100:.1f}",
        prepaid=f"{PREPAID * 100:.1f}",
        first=f"{HEALTHY_FIRST * 100:.0f}",
    )


def _survey_lines(survey: Results | None, t: Translator) -> list[RichText]:
    if survey is None:
        return [_line(t.line("Survey"), t("shown from {n} answers on", n=ANSWERS))]
    return [
        _line(t.line("Recommendation (NPS)"), balance_text(survey.nps, t)),
        _line(t.line("Satisfaction (NSAT)"), balance_text(survey.nsat, t)),
        t("Answers are added {n} at a time, so that none can be told apart.", n=ANSWERS),
    ]


def _words(survey: Results | None, t: Translator) -> list[Part]:
    """Return what people said, in an order by chance, as far as there is room."""
    if survey is None or not survey.words:
        return []
    kept: list[str] = []
    for words in survey.words:
        one = "• " + shortened(" ".join(words.split()), ONE)  # one line each, so that the marks of a quote fit
        if sum(len(escape(line, quote=False)) for line in (*kept, one)) > WORDS:
            break
        kept.append(one)
    parts: list[Part] = [Text(t("In their words, in no order:")), Quote("\n".join(kept))]
    if len(kept) < len(survey.words):
        parts.append(Text(t.n("and {n} more", "and {n} more", len(survey.words) - len(kept))))
    return parts


def _ahead_text(ahead: Ahead, t: Translator) -> RichText:
    seen = ahead.forecast
    title = Bold(shortened(ahead.plan.title, TITLE))
    if not seen.seats:
        return t("Next: {title}. Nobody holds a seat yet.", title=title)
    said = t("Next: {title}. Of {seats} with a seat about {expected} will come, nine times of ten {low} to {high}.",
             title=title, seats=seen.seats, expected=f"{seen.expected:.0f}", low=seen.low, high=seen.high)  # fmt: skip
    if not seen.meetups:
        return rich(said, " ", t("Nothing is known from here yet: it rests on what is usual at free events elsewhere."))
    rests = t.n("It rests on {n} meetup held here and on what is usual at free events elsewhere.",
                "It rests on {n} meetups held here and on what is usual at free events elsewhere.",
                seen.meetups)  # fmt: skip
    return rich(said, " ", rests)


def _line(label: str, said: RichText) -> RichText:
    return rich(Bold(label), "  ", said)


def _label(plan: Plan, t: Translator, config: CommunitySettings) -> str:
    day = t.date(plan.starts, zone_or(plan.zone, config.time_zone))
    return shortened(f"{day} {plan.title}", OPTION_LABEL)
