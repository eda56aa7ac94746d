"""The page on KPIs, ``docs/kpi.md``, from the KPIs as they are computed: in both languages."""

from __future__ import annotations

from pathlib import Path

from community.kpi.everything import KPIS, Better, Kpi, Letter, Unit
from handlers.figures.words import LETTERS, READERS
from locales import Translator, msg, translator

PAGE = Path(__file__).parents[2] / "docs" / "kpi.md"
HEAD = """# KPIs / 指標

Made by `make docs` from the code; a test holds them together. `/community kpi` shows them to moderators.
/ コードから作られるページです（`make docs`）。運営メンバーは `/community kpi` で見られます。

What figures are read from is kept beside the activity log by itself; `tsudoi figures rebuild` makes it anew.
/ 数字のもとになる集計は、活動の記録から自動で作られます。`tsudoi figures rebuild` で作り直せます。
"""
RULES = (
    msg(
        "All figures come from the activity log alone, per week (from Monday on) or month in the community's own time"
        " zone, of all platforms together or of one. Somebody with accounts on two platforms is one person. Bots never"
        " count. Staff is who moderated when they wrote."
    ),
    msg(
        "The one exception: answers to the survey after a meetup bear no name, and times in the log would tell whose"
        " they are. The log says only that somebody answered; NSAT and NPS are read from the answers, which lie in an"
        " order by chance. Of each meetup they count in groups of five, so that no single answer shows as a difference;"
        " one with fewer than five is left out whole."
    ),
    msg(
        "Each figure comes with n, what it rests on. Where not all could be counted (questions that are not a day old"
        " yet), coverage is the part that was. Figures of past periods can still change a little: a question asked in"
        " October may be solved in December."
    ),
    msg(
        "Shares have Wilson's 95 % interval (JASA 22, 1927). Times until something happens are Kaplan–Meier estimates"
        " (JASA 53, 1958) with the interval of Brookmeyer and Crowley (Biometrics 38, 1982): what still waits counts"
        " for as long as it has waited, so that nothing looks fast because the hardest questions are left out. NSAT"
        " and NPS have the adjusted Wald interval (Bonett & Price, JEBS 37, 2012)."
    ),
    msg(
        "The trend compares a figure with its own past, eight weeks or six months. A share, time or score is level"
        " while what is usual lies inside its interval; a count while it stays inside the natural limits of its past:"
        " the median, and 3.145 times the median step to either side (Wheeler, Understanding Variation, 1993). With"
        " fewer than three periods, or n below five, nothing is said."
    ),
)
_UNITS = {
    Unit.COUNT: msg("a count"),
    Unit.SHARE: msg("percent"),
    Unit.DURATION: msg("a length of time"),
    Unit.SCORE: msg("points from −100 to 100"),
    Unit.RATIO: msg("percent, of two figures"),
}
_BETTER = {
    Better.UP: msg("higher is better"),
    Better.DOWN: msg("lower is better"),
    Better.NEITHER: msg("neither way is better"),
}


def kpi_page() -> str:
    """Return the page."""
    parts = [HEAD]
    for language, title in (("en", "English"), ("ja", "日本語")):
        t = translator(language)
        parts += [f"## {title}\n", *(f"{t.line(rule)}\n" for rule in RULES)]
        for letter in Letter:
            parts.append(f"### {t.line(LETTERS[letter])}\n")
            parts += [_entry(kpi, t) for kpi in KPIS if kpi.letter is letter]
    return "\n".join(parts)


def _entry(kpi: Kpi, t: Translator) -> str:
    lines = [
        f"**{t.line(kpi.name)}** (`{kpi.id}`): {t.line(kpi.sentence)}",
        f"- {t.line('Formula')}: {t.line(kpi.formula)}",
        f"- {t.line('Unit')}: {t.line(_UNITS[kpi.unit])}, {t.line(_BETTER[kpi.better])}",
    ]
    if kpi.reference is not None:
        lines.append(f"- {t.line('Elsewhere')}: {t.line(kpi.reference.text)} ({t.line(kpi.reference.source)})")
    readers = ", ".join(t.line(name) for reader, name in READERS.items() if reader in kpi.stakeholders)
    lines.append(f"- {t.line('In the reports for')}: {readers}")
    if kpi.closed_only:
        lines.append(f"- {t.line('Only of a period that is over')}")
    return "\n".join(lines) + "\n"
