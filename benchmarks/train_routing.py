"""Trains the ranking that ships: ``python -m benchmarks.train_routing`` writes ``community/weights/routing.npz``.

``--check`` leaves each community out in turn, trains on the other three and evaluates on the fourth: what a community
nobody has seen may expect. Only the first half of each history is used for the weights that ship, so that the second
half, which the evaluation scores, was never looked at. The data stand beside the repository.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.routing import Message, Ranker
from community.routing.features import NAMES, Field, Question
from community.routing.memory import ANSWER_WINDOW, Conversation
from community.routing.model import CLIP, Network
from community.routing.ranking import RoutingState

SHARED = Path(__file__).resolve().parents[2] / "shared"
WEIGHTS = Path(__file__).resolve().parents[1] / "community" / "weights" / "routing.npz"
COMMUNITIES = ("elm", "clojurians", "haskell-jp", "wasmtime")
HIDDEN, EPOCHS, BATCH, RATE, DECAY, DROP = 32, 6, 32, 0.003, 0.01, 0.2
SEEDS = (0, 1, 2)  # networks laid side by side
PER_COMMUNITY = 1_200  # the newest questions of each, so that no community drowns the others
Array = NDArray[np.float32]


class Listener(RoutingState):
    """Keeps what every question looked like instead of learning from it."""

    def __init__(self) -> None:
        width = len(NAMES)
        flat = np.zeros(width, dtype=np.float32)
        super().__init__(Network(flat, flat + 1, np.zeros((width, 0), dtype=np.float32), flat[:0], flat))
        self.heard: list[tuple[Question, Field, Conversation]] = []

    def _worth_learning(self) -> bool:
        return True

    def _keep(self, ask: Question, field: Field, conversation: Conversation) -> None:
        self.heard.append((ask, field, conversation))


def examples(messages: list[Message], *, half: bool) -> list[tuple[Array, Array]]:
    """Return numbers and repliers of the answered questions; if told so, only of those settled in the first half."""
    state = Listener()
    ranker = Ranker(state)
    for message in messages:
        ranker.observe(message)
    until = state.heard[len(state.heard) // 2][0].at - ANSWER_WINDOW if half else float("inf")
    found = []
    for question, field, conversation in state.heard:
        right = np.isin(field.members, conversation.repliers)
        if question.at < until and right.any():
            found.append((field.numbers, right.astype(np.float32)))
    return found[-PER_COMMUNITY:]


def _padded(found: list[tuple[Array, Array]]) -> tuple[Array, Array, Array]:
    most = max(len(right) for _, right in found)
    numbers = np.zeros((len(found), most, len(NAMES)), dtype=np.float32)
    wanted, there = np.zeros((2, len(found), most), dtype=np.float32)
    for place, (rows, right) in enumerate(found):
        numbers[place, : len(right)], there[place, : len(right)] = rows, 1.0
        wanted[place, : len(right)] = right / right.sum()
    return numbers, wanted, there


def _one(units: Array, wanted: Array, there: Array, seed: int) -> list[Array]:
    """Train one network: Adam (Kingma and Ba, 2015) on the listwise cross-entropy, whole numbers left out at random."""
    chance = np.random.default_rng(seed)
    width = units.shape[2]
    weights: list[Array] = [
        chance.normal(0.0, width**-0.5, (width, HIDDEN)).astype(np.float32),
        np.zeros(HIDDEN, dtype=np.float32),
        chance.normal(0.0, 0.3 * HIDDEN**-0.5, HIDDEN).astype(np.float32),
        np.zeros(width, dtype=np.float32),
    ]
    mean = [np.zeros_like(part) for part in weights]
    square = [np.zeros_like(part) for part in weights]
    batches = len(units) // BATCH + 1
    for step in range(EPOCHS * batches):
        if step % batches == 0:
            order = np.array_split(chance.permutation(len(units)), batches)
        at = order[step % batches]
        rows = units[at] * np.asarray((chance.random(width) > DROP) / (1.0 - DROP), dtype=np.float32)
        before = rows @ weights[0] + weights[1]
        hidden = np.maximum(before, 0.0)
        score = np.where(there[at] > 0, rows @ weights[3] + hidden @ weights[2], -1e9)
        likely = np.exp(score - score.max(axis=1, keepdims=True))
        likely /= likely.sum(axis=1, keepdims=True)
        wrong: Array = (likely - wanted[at]) * there[at] / len(at)
        back = wrong[:, :, None] * weights[2] * (before > 0)
        slopes = [
            rows.reshape(-1, width).T @ back.reshape(-1, HIDDEN),
            back.sum(axis=(0, 1)),
            np.einsum("qm,qmh->h", wrong, hidden),
            np.einsum("qm,qmf->f", wrong, rows),
        ]
        rate = RATE * 0.5 * (1.0 + np.cos(np.pi * step / (EPOCHS * batches))) + 1e-5
        for which, slope in enumerate(slopes):
            mean[which] += 0.1 * (slope - mean[which])
            square[which] += 0.001 * (slope * slope - square[which])
            size = np.sqrt(square[which] / (1.0 - 0.999 ** (step + 1))) + 1e-8
            weights[which] -= rate * (mean[which] / (1.0 - 0.9 ** (step + 1)) / size + DECAY * weights[which])
    return weights


def train(found: list[tuple[Array, Array]]) -> Network:
    """Train a few networks and lay them side by side; the score is the mean of theirs."""
    numbers, wanted, there = _padded(found)
    seen = numbers[there > 0]
    centre, scale = seen.mean(axis=0), seen.std(axis=0) + 1e-3
    units = np.clip((numbers - centre) / scale, -CLIP, CLIP).astype(np.float32)
    trained = [_one(units, wanted, there, seed) for seed in SEEDS]
    straight: Array = np.mean(np.stack([parts[3] for parts in trained]), axis=0)
    outer = np.concatenate([straight, *(parts[2] / len(trained) for parts in trained)])
    inner = np.concatenate([parts[0] for parts in trained], axis=1)
    offset = np.concatenate([parts[1] for parts in trained])
    return Network(centre, scale, inner, offset, outer.astype(np.float32))


def write(network: Network, path: Path) -> None:
    """Store a network; half precision is finer than what the training data can tell."""
    half = {name: getattr(network, name).astype(np.float16) for name in ("inner", "offset", "outer")}
    np.savez_compressed(path, names=np.array(NAMES), centre=network.centre, scale=network.scale, **half)


def figures(harness: Any, messages: list[Message], network: Network | None) -> str:  # noqa: ANN401 - outside the repository
    """Evaluate as the harness does; the state goes on learning, as in production."""
    result, _, _ = harness.evaluate(messages, {"it": Ranker(RoutingState(network))})
    row = result["rankers"]["it"]
    load = row["load"]
    return f"{row['all']['Hit@3']:.3f} / {row['all']['MRR@10']:.3f} / {load['cap3']['hit3']:.3f}"


def main() -> None:
    """Train what ships, or check what a new community may expect."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--check", action="store_true", help="leave each community out in turn, and write nothing")
    told = options.parse_args()
    sys.path.insert(0, str(SHARED / "eval"))
    harness = importlib.import_module("routing_eval")
    history = {name: harness.load(SHARED / "data" / f"{name}.jsonl.gz") for name in COMMUNITIES}
    found = {name: examples(messages, half=not told.check) for name, messages in history.items()}
    network = None
    if not told.check:
        network = train(list(chain.from_iterable(found.values())))
        write(network, WEIGHTS)
    print("Hit@3 / MRR@10 / Hit@3 at cap 3")
    for name, messages in history.items():
        if told.check:
            network = train(list(chain.from_iterable(rows for other, rows in found.items() if other != name)))
        print(f"{name:12s} {figures(harness, messages, network)}", flush=True)


if __name__ == "__main__":
    main()
