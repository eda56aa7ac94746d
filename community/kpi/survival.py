"""How long things take when some are not over yet: leaving those out would make a community look faster than it is."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from community.kpi.intervals import Z

Floats = npt.NDArray[np.float64]


class Quantile(msgspec.Struct, frozen=True):
    """After this long, that part of all was over; none where so many never were. With the 95 % interval."""

    value: float | None
    low: float | None
    high: float | None


def quantiles(lengths: Sequence[float], over: Sequence[bool], shares: Sequence[float]) -> tuple[Quantile, ...]:
    """Estimate after what length given shares of all were over; where ``over`` is false, it lasted at least so long.

    Sources: Kaplan & Meier, "Nonparametric Estimation from Incomplete Observations", JASA 53 (1958); the interval by
    Brookmeyer & Crowley, Biometrics 38 (1982), with Greenwood's variance on the scale log(-log S).
    """
    if not lengths:
        return tuple(Quantile(None, None, None) for _ in shares)
    at, ended = np.asarray(lengths, dtype=np.float64), np.asarray(over, dtype=np.bool_)
    times = np.unique(at[ended])
    ordered = np.sort(at)
    at_risk = len(ordered) - np.searchsorted(ordered, times, side="left")
    ends = np.sort(at[ended])
    deaths = np.searchsorted(ends, times, side="right") - np.searchsorted(ends, times, side="left")
    survival: Floats = np.cumprod(1 - deaths / at_risk, dtype=np.float64)
    low, high = _band(survival, deaths, at_risk)
    # Where the lower band has come down to the level, the quantile may have been passed already
    return tuple(
        Quantile(
            _first(times, survival, 1 - share),
            _first(times, low, 1 - share),
            _first(times, high, 1 - share),
        )
        for share in shares
    )


def _band(survival: Floats, deaths: npt.NDArray[np.int64], at_risk: npt.NDArray[np.int64]) -> tuple[Floats, Floats]:
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.cumsum(deaths / (at_risk * (at_risk - deaths)))
        logs = np.log(survival)
        reach = Z * np.sqrt(greenwood) / np.abs(logs)
        low, high = survival ** np.exp(reach), survival ** np.exp(-reach)
    inside = (survival > 0) & (survival < 1)
    return np.where(inside, low, survival), np.where(inside, high, survival)


def _first(times: Floats, curve: Floats, level: float) -> float | None:
    below = np.flatnonzero(curve <= level + 1e-12)
    return float(times[below[0]]) if len(below) else None
