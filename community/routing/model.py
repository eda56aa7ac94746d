"""The learned part of routing: a small network that ships with the project, and what this community adds to it."""

from __future__ import annotations

from collections import deque
from functools import cache
from importlib import resources

import msgspec
import numpy as np
from numpy.typing import NDArray

from community.routing.features import NAMES

Matrix = NDArray[np.float32]
AGAIN = 3  # earlier questions looked at again with each new one
MEAN_KEEPS, SQUARE_KEEPS = 0.9, 0.99  # of Adam: the past of a small community is short
TRUSTED = 300  # settled questions from which the community itself counts as much as what ships
CLIP = 4.0  # standard deviations; beyond that a number says "a lot" and no more


class Network(msgspec.Struct, frozen=True):
    """One hidden layer beside a straight line: several networks trained alike, laid side by side."""

    centre: Matrix
    scale: Matrix
    inner: Matrix
    offset: Matrix
    outer: Matrix  # of the numbers themselves, then of the hidden layer

    def rows(self, numbers: Matrix) -> Matrix:
        """Return what the last layer weighs: the numbers in standard units, and the hidden layer."""
        plain = np.clip((numbers - self.centre) / self.scale, -CLIP, CLIP)
        hidden = np.maximum(plain @ self.inner + self.offset, 0.0)
        return np.concatenate([plain, hidden], axis=1)


@cache
def shipped() -> Network:
    """Return the network that ships with the project; benchmarks/train_routing.py writes it."""
    path = resources.files("community").joinpath("weights/routing.npz")
    with path.open("rb") as stored, np.load(stored, allow_pickle=False) as arrays:
        if tuple(arrays["names"].tolist()) != NAMES:
            raise ValueError("community/weights/routing.npz was trained on other numbers; run benchmarks.train_routing")
        parts = [arrays[name].astype(np.float32) for name in ("centre", "scale", "inner", "offset", "outer")]
    return Network(*parts)


class Sample(msgspec.Struct):
    """A question whose repliers are not all known yet, as it looked when it was asked."""

    opened: float
    conversation: str
    asker: int
    members: list[int]
    rows: NDArray[np.float16]
    right: list[int] = msgspec.field(default_factory=list)  # places of those who replied


class Learner:
    """Turns the last layer of the shipped network towards what this community does, question by question.

    Adam (Kingma and Ba, 2015) on the listwise cross-entropy (Cao et al., "Learning to Rank: From Pairwise Approach to
    Listwise Approach", ICML 2007), from the shipped weights, on each settled question together with some earlier ones;
    a weak pull back to the shipped weights keeps a quiet community near them.
    """

    def __init__(self, network: Network, *, rate: float = 0.001, pull: float = 0.05, kept: int = 800) -> None:
        self.network = network
        self._rate, self._pull = rate, pull
        self._change = np.zeros(len(network.outer), dtype=np.float32)
        self._mean = np.zeros(len(network.outer), dtype=np.float32)
        self._square = np.zeros(len(network.outer), dtype=np.float32)
        self._samples: deque[Sample] = deque(maxlen=kept)
        self._turn = 0
        self.learned = 0

    def score(self, rows: Matrix) -> NDArray[np.float64]:
        """Return a score per row: the logarithm of how much likelier one is than another.

        What ships and what was learned here are averaged; the community's own part grows with what it settled.
        """
        own = self.learned / (self.learned + TRUSTED)
        return (rows @ (self.network.outer + own * self._change)).astype(np.float64)

    def settle(self, sample: Sample) -> None:
        """Learn from a question whose time is over, and again from some before it."""
        if not sample.right:
            return
        self._samples.append(sample)
        self.learned += 1
        slope = self._slope(sample)
        again = min(AGAIN, len(self._samples) - 1)
        for _ in range(again):
            # a fixed sequence: the same history, the same state
            self._turn = (self._turn * 1_103_515_245 + 12_345) % 2**31
            slope += self._slope(self._samples[(self._turn >> 8) % len(self._samples)])
        slope /= 1 + again
        self._mean += (1.0 - MEAN_KEEPS) * (slope - self._mean)
        self._square += (1.0 - SQUARE_KEEPS) * (slope * slope - self._square)
        mean = self._mean / (1.0 - MEAN_KEEPS**self.learned)
        size = np.sqrt(self._square / (1.0 - SQUARE_KEEPS**self.learned)) + 0.001
        self._change -= self._rate * (mean / size + self._pull * self._change)

    def _slope(self, sample: Sample) -> Matrix:
        rows = sample.rows.astype(np.float32)
        score = rows @ (self.network.outer + self._change)
        chance = np.exp(score - score.max())
        chance /= chance.sum()
        chance[sample.right] -= 1.0 / len(sample.right)
        return np.asarray(chance @ rows, dtype=np.float32)

    def forget(self, member: int) -> None:
        """Drop the name of a member, and every question they asked."""
        self._samples = deque((one for one in self._samples if one.asker != member), maxlen=self._samples.maxlen)
        for one in self._samples:
            one.members = [-1 if who == member else who for who in one.members]
