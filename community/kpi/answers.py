"""The KPIs of Support and Product, as data."""

from __future__ import annotations

from chat.marks import msg
from community.kpi.terms import Better, Kpi, Letter, Reference, Source, Stakeholder, Unit

_CS, _SALES, _MARKETING = Stakeholder.CUSTOMER_SUCCESS, Stakeholder.SALES, Stakeholder.MARKETING
_DEV, _ALL = Stakeholder.DEVELOPMENT, Stakeholder.MANAGEMENT
_FASTEST = 'Mamykina et al., "Design Lessons from the Fastest Q&A Site in the West", CHI 2011'

SUPPORT = (
    Kpi(
        id="questions",
        letter=Letter.SUPPORT,
        name=msg("Questions asked"),
        sentence=msg("How many questions members asked."),
        formula=msg("Questions whose first fact, that they were asked, lies in the period."),
        unit=Unit.COUNT,
        better=Better.NEITHER,
        source=Source.QUESTIONS,
        stakeholders=frozenset({_CS, _DEV, _ALL}),
    ),
    Kpi(
        id="answered_24h",
        letter=Letter.SUPPORT,
        name=msg("Answered within 24 hours"),
        sentence=msg("How many of the questions had an answer from a person after one day."),
        formula=msg(
            "Questions asked in the period and answered within 24 hours, of those asked at least 24 hours ago."
            " Left out: questions closed without an answer within these 24 hours. Bots do not count."
        ),
        unit=Unit.SHARE,
        better=Better.UP,
        source=Source.QUESTIONS,
        stakeholders=frozenset({_CS, _SALES, _DEV, _ALL}),
    ),
    Kpi(
        id="first_answer_median",
        letter=Letter.SUPPORT,
        name=msg("Time to the first answer"),
        sentence=msg("After this long, half of the questions had an answer from a person."),
        formula=msg(
            "Kaplan–Meier median of the time from asking to the first answer, of questions asked in the period."
            " Questions that still wait, or were closed without an answer, count for as long as they waited."
            " Bots do not count."
        ),
        unit=Unit.DURATION,
        better=Better.DOWN,
        source=Source.QUESTIONS,
        stakeholders=frozenset({_CS, _SALES, _ALL}),
        reference=Reference(
            text=msg("11 minutes on Stack Overflow, of the 92 % that were answered"), value=660.0, source=_FASTEST
        ),
    ),
    Kpi(
        id="first_answer_p90",
        letter=Letter.SUPPORT,
        name=msg("Time to the first answer, nine of ten"),
        sentence=msg("After this long, nine of ten questions had an answer from a person."),
        formula=msg("As the time to the first answer, the 90th percentile."),
        unit=Unit.DURATION,
        better=Better.DOWN,
        source=Source.QUESTIONS,
        stakeholders=frozenset({_CS}),
    ),
    Kpi(
        id="solved_7d",
        letter=Letter.SUPPORT,
        name=msg("Solved within 7 days"),
        sentence=msg("How many of the questions were solved a week later."),
        formula=msg(
            "Questions asked in the period, solved within 7 days and not opened again since, of those asked at least"
            " 7 days ago. Left out: questions closed unsolved within these 7 days."
        ),
        unit=Unit.SHARE,
        better=Better.UP,
        source=Source.QUESTIONS,
        stakeholders=frozenset({_CS, _DEV, _ALL}),
    ),
    Kpi(
        id="solved_median",
        letter=Letter.SUPPORT,
        name=msg("Time to the solution"),
        sentence=msg("After this long, half of the questions were solved."),
        formula=msg(
            "Kaplan–Meier median of the time from asking to the solution, of questions asked in the period. Questions"
            " that are not solved count for as long as they were open."
        ),
        unit=Unit.DURATION,
        better=Better.DOWN,
        source=Source.QUESTIONS,
        stakeholders=frozenset({_CS, _ALL}),
    ),
    Kpi(
        id="solved_p90",
        letter=Letter.SUPPORT,
        name=msg("Time to the solution, nine of ten"),
        sentence=msg("After this long, nine of ten questions were solved."),
        formula=msg("As the time to the solution, the 90th percentile."),
        unit=Unit.DURATION,
        better=Better.DOWN,
        source=Source.QUESTIONS,
        stakeholders=frozenset({_CS}),
    ),
    Kpi(
        id="solved_by_peers",
        letter=Letter.SUPPORT,
        name=msg("Solved by members"),
        sentence=msg("How many of the solved questions were solved by another member, not by staff."),
        formula=msg(
            "Questions solved in the period whose marked answer (where none is marked, whose first answer) is of"
            " somebody else than the asker and not of staff, of those where it is known. Staff: who moderated when"
            " they answered."
        ),
        unit=Unit.SHARE,
        better=Better.UP,
        source=Source.QUESTIONS,
        stakeholders=frozenset({_CS, _MARKETING, _ALL}),
    ),
    Kpi(
        id="deflection",
        letter=Letter.SUPPORT,
        name=msg("Earlier answers that were enough"),
        sentence=msg("How often an earlier answer that was shown settled the matter, so that nobody had to be asked."),
        formula=msg(
            "Questions to which earlier answers were shown in the period and one of them was accepted, of all to which"
            " earlier answers were shown in the period."
        ),
        unit=Unit.SHARE,
        better=Better.UP,
        source=Source.QUESTIONS,
        stakeholders=frozenset({_CS, _DEV, _ALL}),
    ),
)

PRODUCT = (
    Kpi(
        id="ideas",
        letter=Letter.PRODUCT,
        name=msg("Ideas noted"),
        sentence=msg("How many ideas for the product were noted."),
        formula=msg("Ideas noted in the period."),
        unit=Unit.COUNT,
        better=Better.UP,
        source=Source.IDEAS,
        stakeholders=frozenset({_DEV, _ALL}),
    ),
    Kpi(
        id="ideas_shipped",
        letter=Letter.PRODUCT,
        name=msg("Ideas shipped"),
        sentence=msg("How many ideas of members are now part of the product."),
        formula=msg("Ideas decided as shipped in the period, each once."),
        unit=Unit.COUNT,
        better=Better.UP,
        source=Source.IDEAS,
        stakeholders=frozenset({_CS, _SALES, _MARKETING, _DEV, _ALL}),
    ),
    Kpi(
        id="voices",
        letter=Letter.PRODUCT,
        name=msg("Voices heard"),
        sentence=msg("How many members had an idea or supported one."),
        formula=msg("Different members whose idea was noted, or who supported one, in the period."),
        unit=Unit.COUNT,
        better=Better.UP,
        source=Source.IDEAS,
        stakeholders=frozenset({_DEV}),
    ),
    Kpi(
        id="handed_over",
        letter=Letter.PRODUCT,
        name=msg("Questions for the product team"),
        sentence=msg("How many questions were handed to the product team."),
        formula=msg("Questions handed over in the period, each once."),
        unit=Unit.COUNT,
        better=Better.NEITHER,
        source=Source.QUESTIONS,
        stakeholders=frozenset({_DEV}),
    ),
)
