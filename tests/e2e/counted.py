"""Figures of a meetup counted by hand, without the product's formulas: from who came and what each said."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import sqrt
from statistics import NormalDist, fmean, pvariance

from locales import Translator

Z = NormalDist().inv_cdf(0.975)


def share(label: str, hits: int, n: int, t: Translator) -> str:
    """Return the line of a share, as it ought to stand there."""
    low, high = likely_share(hits, n)
    said = t("{rate} % ({hits} of {n})", rate=tenths(Fraction(100 * hits, n)), hits=hits, n=n).plain()
    return f"{t.line(label)}  {said}{t(', likely {low} to {high} %', low=low, high=high).plain()}"


def balance(label: str, voices: Sequence[int], t: Translator) -> str:
    """Return the line of those in favour (1) less those against (-1)."""
    net = Fraction(100 * sum(voices), len(voices))
    said = t.n(
        "{points} ({n} answer)",
        "{points} ({n} answers)",
        len(voices),
        points=f"{'+' if net > 0 else ''}{tenths(net)}".replace("-", "−"),
    )
    low, high = likely_balance(voices)
    likely = t(", likely {low} to {high}", low=_signed(low), high=_signed(high))
    return f"{t.line(label)}  {said.plain()}{likely.plain()}"


def _signed(points: int) -> str:
    return f"{points:+d}".replace("-", "−") if points else "0"


def tenths(value: Fraction) -> str:
    """Return a number with one digit."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return str(exact.quantize(Decimal("0.1"), ROUND_HALF_UP))


def likely_share(hits: int, n: int) -> tuple[int, int]:
    """Return the shares that a score test at 5 % does not rule out, looked for one by one (Wilson's interval)."""
    steps = 100_000
    kept = [
        k for k in range(steps + 1) if abs(hits / n - k / steps) <= Z * sqrt((k / steps) * (1 - k / steps) / n) + 1e-12
    ]
    return round(100 * kept[0] / steps), round(100 * kept[-1] / steps)


def likely_balance(voices: Sequence[int]) -> tuple[int, int]:
    """Return the interval of a mean with one more voice on either side (Bonett and Price)."""
    more = [*voices, 1, -1]
    middle, reach = fmean(more), Z * sqrt(pvariance(more) / len(more))
    return round(100 * max(-1.0, middle - reach)), round(100 * min(1.0, middle + reach))
