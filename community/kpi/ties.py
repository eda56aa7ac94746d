"""The KPIs of Engagement and Success, as data."""

from __future__ import annotations

from chat.marks import msg
from community.kpi.terms import Better, Kpi, Letter, Reference, Source, Stakeholder, Unit

_CS, _SALES, _MARKETING = Stakeholder.CUSTOMER_SUCCESS, Stakeholder.SALES, Stakeholder.MARKETING
_DEV, _ALL = Stakeholder.DEVELOPMENT, Stakeholder.MANAGEMENT
_PEATIX = msg("Peatix, 1,023 events")

ENGAGEMENT = (
    Kpi(
        id="active",
        letter=Letter.ENGAGEMENT,
        name=msg("Active people"),
        sentence=msg("How many different people did something that others could see: weekly or monthly actives."),
        formula=msg(
            "Different people who, in the period, wrote, reacted, asked, answered, said whether they come to a meetup,"
            " came to one, supported an idea or thanked somebody. Bots do not count."
        ),
        unit=Unit.COUNT,
        better=Better.UP,
        source=Source.PEOPLE,
        stakeholders=frozenset({_CS, _SALES, _MARKETING, _DEV, _ALL}),
    ),
    Kpi(
        id="stickiness",
        letter=Letter.ENGAGEMENT,
        name=msg("Weekly of monthly actives"),
        sentence=msg("How much of the month's community is there in an ordinary week."),
        formula=msg(
            "In months: the mean of active people in its whole weeks, of those active in the month."
            " In weeks: people active in it, of those active in the four weeks that end with it."
        ),
        unit=Unit.RATIO,
        better=Better.UP,
        source=Source.PEOPLE,
        stakeholders=frozenset({_MARKETING, _ALL}),
        closed_only=True,
    ),
    Kpi(
        id="talk_share",
        letter=Letter.ENGAGEMENT,
        name=msg("Messages from the busiest tenth"),
        sentence=msg("How much of all that is written comes from the busiest tenth: whether others get a word in."),
        formula=msg(
            "Messages of the busiest tenth of the people who wrote in the period, of all messages; of a tenth that is"
            " no whole number, the last person counts in part. Told from 20 people on, and nobody is named."
            " Source: the Lorenz curve (1905)."
        ),
        unit=Unit.RATIO,
        better=Better.NEITHER,
        source=Source.PEOPLE,
        stakeholders=frozenset(),
    ),
    Kpi(
        id="retention_1",
        letter=Letter.ENGAGEMENT,
        name=msg("New members still active after one month"),
        sentence=msg("How many of those who joined a month before are active now."),
        formula=msg(
            "People active in the period, of those who joined in the month before (in weeks: in the week four weeks"
            " before)."
        ),
        unit=Unit.SHARE,
        better=Better.UP,
        source=Source.PEOPLE,
        stakeholders=frozenset({_CS, _MARKETING, _ALL}),
        closed_only=True,
    ),
    Kpi(
        id="retention_3",
        letter=Letter.ENGAGEMENT,
        name=msg("New members still active after three months"),
        sentence=msg("How many of those who joined three months before are active now."),
        formula=msg(
            "People active in the period, of those who joined in the third month before (in weeks: in the week twelve"
            " weeks before)."
        ),
        unit=Unit.SHARE,
        better=Better.UP,
        source=Source.PEOPLE,
        stakeholders=frozenset({_CS, _SALES, _ALL}),
        closed_only=True,
    ),
    Kpi(
        id="activation",
        letter=Letter.ENGAGEMENT,
        name=msg("New members who got a reply"),
        sentence=msg("How many of the new members had written and been answered after two weeks."),
        formula=msg(
            "Members who joined in the period, wrote and got a reply from a person within 14 days, of those who joined"
            " at least 14 days ago."
        ),
        unit=Unit.SHARE,
        better=Better.UP,
        source=Source.ARRIVALS,
        stakeholders=frozenset({_CS, _MARKETING, _ALL}),
    ),
    Kpi(
        id="agreed",
        letter=Letter.ENGAGEMENT,
        name=msg("New members who agreed to the rules"),
        sentence=msg("How many of the new members had agreed to the rules after a week."),
        formula=msg(
            "Members who joined in the period and agreed within 7 days, of those who joined at least 7 days ago."
        ),
        unit=Unit.SHARE,
        better=Better.UP,
        source=Source.ARRIVALS,
        stakeholders=frozenset({_MARKETING}),
    ),
    Kpi(
        id="meetups",
        letter=Letter.ENGAGEMENT,
        name=msg("Meetups held"),
        sentence=msg("How many meetups took place."),
        formula=msg("Meetups that were over in the period."),
        unit=Unit.COUNT,
        better=Better.NEITHER,
        source=Source.MEETUPS,
        stakeholders=frozenset({_SALES, _MARKETING, _ALL}),
    ),
    Kpi(
        id="attendees",
        letter=Letter.ENGAGEMENT,
        name=msg("People at meetups"),
        sentence=msg("How many different people came to a meetup."),
        formula=msg("Different people who were checked in, with a seat or without, at meetups of the period."),
        unit=Unit.COUNT,
        better=Better.UP,
        source=Source.MEETUPS,
        stakeholders=frozenset({_SALES, _MARKETING, _ALL}),
    ),
    Kpi(
        id="attendance",
        letter=Letter.ENGAGEMENT,
        name=msg("Attendance"),
        sentence=msg("How many of those who held a seat came."),
        formula=msg(
            "Seats whose holder came, of all seats that were not excused, at meetups of the period whose attendance was"
            " taken and is settled."
        ),
        unit=Unit.SHARE,
        better=Better.UP,
        source=Source.MEETUPS,
        stakeholders=frozenset({_CS, _MARKETING, _ALL}),
        reference=Reference(text=msg("67.5 % at free events, 90.1 % at prepaid ones"), value=0.675, source=_PEATIX),
    ),
    Kpi(
        id="no_show",
        letter=Letter.ENGAGEMENT,
        name=msg("No-shows"),
        sentence=msg("How many of those who held a seat did not come."),
        formula=msg(
            "Seats whose holder stayed away, of all seats that were not excused, at meetups of the period whose"
            " attendance was taken and is settled."
        ),
        unit=Unit.SHARE,
        better=Better.DOWN,
        source=Source.MEETUPS,
        stakeholders=frozenset({_MARKETING}),
        reference=Reference(text=msg("32.5 % at free events, 9.9 % at prepaid ones"), value=0.325, source=_PEATIX),
    ),
    Kpi(
        id="first_timers",
        letter=Letter.ENGAGEMENT,
        name=msg("First-timers"),
        sentence=msg("How many of those who came had never come to a meetup before."),
        formula=msg(
            "Visits of people who had been at no meetup that was over before, of all visits at meetups of the period"
            " whose attendance is settled."
        ),
        unit=Unit.SHARE,
        better=Better.NEITHER,
        source=Source.MEETUPS,
        stakeholders=frozenset({_SALES, _MARKETING, _ALL}),
        reference=Reference(
            text=msg("About 30 % keeps a series both open and familiar"), value=0.30, source=msg("a rule of thumb")
        ),
    ),
    Kpi(
        id="repeat",
        letter=Letter.ENGAGEMENT,
        name=msg("Came again"),
        sentence=msg("How many of those who came to meetups came more than once."),
        formula=msg(
            "People who came at least twice, of all who came at all, at meetups of the 365 days up to the period's end"
            " whose attendance is settled."
        ),
        unit=Unit.SHARE,
        better=Better.UP,
        source=Source.MEETUPS,
        stakeholders=frozenset({_CS, _MARKETING, _ALL}),
    ),
)

SUCCESS = (
    Kpi(
        id="helped",
        letter=Letter.SUCCESS,
        name=msg("Members helped"),
        sentence=msg("How many members got an answer to a question of theirs."),
        formula=msg("Different askers whose question was answered in the period by somebody else."),
        unit=Unit.COUNT,
        better=Better.UP,
        source=Source.QUESTIONS,
        stakeholders=frozenset({_CS, _SALES, _ALL}),
    ),
    Kpi(
        id="nsat",
        letter=Letter.SUCCESS,
        name=msg("Net satisfaction (NSAT)"),
        sentence=msg("Satisfied less dissatisfied, of those who answered the survey after a meetup."),
        formula=msg(
            "100 × (satisfied − dissatisfied) / answers, over meetups of the period; of each, its answers count in"
            " groups of five."
        ),
        unit=Unit.SCORE,
        better=Better.UP,
        source=Source.SURVEY,
        stakeholders=frozenset({_CS, _SALES, _MARKETING, _ALL}),
    ),
    Kpi(
        id="nps",
        letter=Letter.SUCCESS,
        name=msg("Net Promoter Score (NPS)"),
        sentence=msg("Promoters (9 and 10) less detractors (0 to 6), of those who answered the survey after a meetup."),
        formula=msg(
            "100 × (promoters − detractors) / answers, over meetups of the period; of each, its answers count in"
            " groups of five."
        ),
        unit=Unit.SCORE,
        better=Better.UP,
        source=Source.SURVEY,
        stakeholders=frozenset({_CS, _SALES, _MARKETING, _ALL}),
        reference=Reference(
            text=msg("Above 0, more people recommend it than warn of it"),
            value=None,  # that is what a score means, and not how others stand
            source='Reichheld, "The One Number You Need to Grow", Harvard Business Review 81 (2003)',
        ),
    ),
    Kpi(
        id="at_risk",
        letter=Letter.SUCCESS,
        name=msg("Members gone quiet"),
        sentence=msg("How many people were active in the period before, and not once in this one."),
        formula=msg(
            "People active in the period before and silent in this whole one. Who left in either does not count."
        ),
        unit=Unit.COUNT,
        better=Better.DOWN,
        source=Source.PEOPLE,
        stakeholders=frozenset({_CS, _SALES, _ALL}),
        closed_only=True,
    ),
    Kpi(
        id="at_risk_share",
        letter=Letter.SUCCESS,
        name=msg("Share gone quiet"),
        sentence=msg("How many of those active in the period before were silent in this whole one."),
        formula=msg("Members gone quiet, of all who were active in the period before and left in neither."),
        unit=Unit.SHARE,
        better=Better.DOWN,
        source=Source.PEOPLE,
        stakeholders=frozenset({_CS, _ALL}),
        closed_only=True,
    ),
)
