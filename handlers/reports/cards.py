"""A report as a card: what went well, what badly, what to do, and the figures that tell most."""

from __future__ import annotations

from chat.card import Accent, Card, Footnote, Part, Text, Title
from chat.limits import CARD_TEXT, LimitError
from chat.text import Bold, RichText, join, rich
from community.reports.report import Report, Tone
from handlers.reports.words import HEADS, line_text, remarks_of, state_of, title_of
from locales import Translator

LEADS = 5  # figures on a card: the rest stands in the files
_ROOM = CARD_TEXT - 300  # for the title and the small print


def report_card(report: Report, t: Translator) -> Card:
    """Return the report's card in one language."""
    for most in range(LEADS, 0, -1):
        parts = _parts(report, t, most)
        try:
            card = Card(parts=parts, accent=Accent.CALM)
        except LimitError:
            continue
        if sum(len(part.text.plain()) for part in parts if isinstance(part, Text)) <= _ROOM:
            return card
    return Card(parts=_parts(report, t, 1), accent=Accent.CALM)


def _parts(report: Report, t: Translator, most: int) -> tuple[Part, ...]:
    parts: list[Part] = [Title(title_of(report, t))]
    if state := state_of(report, t):
        parts.append(Text(rich(state)))
    if report.is_empty:
        return tuple(parts)
    remarks = {tone: remarks_of(report, tone, t) for tone in Tone}
    parts += [
        Text(join("\n", [rich(Bold(t.line(HEADS[tone]))), *(rich("• ", one) for one in said)]))
        for tone, said in remarks.items()
        if said
    ]
    lines: list[RichText] = [rich(Bold(t.line("Figures")))]
    lines += [rich(line_text(line, t)) for line in report.leads(most)]
    parts.append(Text(join("\n", lines)))
    parts.append(Footnote(t("n is what a figure rests on. Usual is the median of up to six months before.")))
    return tuple(parts)
