"""The share of talk: how much of all that is written comes from the busiest tenth of those who write.

Every chat has a few who write most of it (Nielsen, "The 90-9-1 Rule for Participation Inequality in Social Media and
Online Communities", 2006). What tells is whether that share moves: up, and the others are falling silent. The figure is
one point of the Lorenz curve (Lorenz, "Methods of Measuring the Concentration of Wealth", Publications of the American
Statistical Association 9, 1905), which people understand, where a Gini coefficient has to be explained.
"""

from __future__ import annotations

from collections.abc import Sequence

BUSIEST = 0.1  # of those who wrote
SPEAKERS_LEAST = 20  # a tenth of fewer is one person, and the figure would be about them


def share_of_talk(posts: Sequence[int]) -> float | None:
    """Return which part of the messages the busiest tenth wrote; none where too few people wrote.

    A tenth of 25 people is two and a half: of the third, half the messages count, so that one speaker more or less
    moves the figure a little and never makes it jump.
    """
    if len(posts) < SPEAKERS_LEAST:
        return None
    ranked = sorted(posts, reverse=True)
    whole, part = divmod(len(ranked) * BUSIEST, 1)
    theirs = sum(ranked[: int(whole)]) + part * ranked[int(whole)]
    return theirs / sum(ranked)
