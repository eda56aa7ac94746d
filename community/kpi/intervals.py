"""How sure a share is."""

from __future__ import annotations

import math

Z = 1.959963984540054  # normal quantile of 97.5 %


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Return the 95 % score interval of a share of n, n not zero.

    Source: Wilson, "Probable Inference", JASA 22 (1927).
    """
    share, z2 = hits / n, Z * Z
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    reach = Z * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return max(0.0, middle - reach), min(1.0, middle + reach)
