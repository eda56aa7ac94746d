"""Learns the weights by which a question is known, from the tuning labels: ``python -m benchmarks.train_questions``.

Logistic regression over the signs of community/questions/features.py, with a Gaussian prior whose width depends on the
kind of sign: what is said anywhere may weigh most, what is said at one place in the message (first, last, in a sentence
that ends in a question mark) only corrects it.
"""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from benchmarks.question_samples import LABELS, Sample, draw
from community.questions.features import features
from community.questions.text import shape

WEIGHTS = Path(__file__).parents[1] / "community" / "weights" / "questions.json"
Vector = NDArray[np.float64]
WHOLE = {
    "asking",
    "asking_twice",
    "asking_last",
    "stuck",
    "stuck_last",
    "stuck_code",
    "opens",
    "names",
    "length",
    "teach",
    "polite_ka",
    "kke",
    "who",
    "asks_mark",
}
FOLDS, ROUNDS = 10, 5
WIDTH = {"whole": 1.5, "plain": 0.6, "placed": 0.25}  # of the prior; chosen by cross-validation on the tuning part
SURE = 0.95  # precision asked of the strict setting on the tuning part: figures there flatter, and .90 is promised


class Example(msgspec.Struct, frozen=True):
    """One labelled message and its signs."""

    sample: Sample
    signs: dict[str, float]
    asks: bool


def labelled(language: str, part: str) -> list[Example]:
    """Return the messages of a part with their labels; see docs/decisions/0009 for what they mean."""
    kept = json.loads((LABELS / f"{language}-{part}.json").read_text(encoding="utf-8"))
    asking = {(file, line) for file, lines in kept.items() for line in lines["questions"]}
    known = asking | {(file, line) for file, lines in kept.items() for line in lines["others"]}
    samples = draw(language)[part]
    assert {(sample.file, sample.line) for sample in samples} == known
    return [Example(one, signs_of(one), (one.file, one.line) in asking) for one in samples]


def signs_of(sample: Sample) -> dict[str, float]:
    """Return the signs of a sample, as the bot reads them."""
    return features(shape(sample.text), opens=sample.opens, names_somebody=False).signs


class Model(msgspec.Struct, frozen=True):
    """What was fitted."""

    bias: float
    signs: dict[str, float]

    def score(self, signs: dict[str, float]) -> float:
        """Return the probability that a message with these signs is a question."""
        if not signs:
            return 0.0
        total = self.bias + sum(self.signs.get(name, 0.0) * value for name, value in signs.items())
        return float(1 / (1 + np.exp(-total)))


def kind(sign: str) -> str:
    """Return which prior a sign has."""
    return "placed" if sign[0] in "?^$" else "whole" if sign in WHOLE else "plain"


def fit(examples: list[Example], width: dict[str, float] = WIDTH, at_least: int = 3) -> Model:
    """Fit by Newton's method; the prior keeps the weights of rare signs small."""
    counts: dict[str, int] = {}
    for example in examples:
        for name in example.signs:
            counts[name] = counts.get(name, 0) + 1
    names = sorted(name for name, count in counts.items() if count >= at_least)
    at = {name: column for column, name in enumerate(names, 1)}
    table = np.zeros((len(examples), len(names) + 1))
    table[:, 0] = 1.0
    for row, example in enumerate(examples):
        for name, value in example.signs.items():
            if name in at:
                table[row, at[name]] = value
    wanted = np.array([float(example.asks) for example in examples])
    tightness = np.array([1e-4] + [1 / width[kind(name)] ** 2 for name in names])
    beta = np.zeros(len(names) + 1)
    for _ in range(25):
        guess = 1 / (1 + np.exp(-table @ beta))
        gradient = table.T @ (wanted - guess) - tightness * beta
        curvature = (table * (guess * (1 - guess))[:, None]).T @ table + np.diag(tightness)
        step = np.linalg.solve(curvature, gradient)
        beta += step
        if float(np.abs(step).max()) < 1e-6:  # noqa: PLR2004 - far below what the file keeps
            break
    return Model(float(beta[0]), dict(zip(names, (float(value) for value in beta[1:]), strict=True)))


def cross_validated(examples: list[Example], width: dict[str, float] = WIDTH) -> Vector:
    """Return a score per example from models that never saw it: ten folds, the mean of five shuffles."""
    total = np.zeros(len(examples))
    for seed in range(ROUNDS):
        order = np.random.default_rng(seed).permutation(len(examples))
        for fold in range(FOLDS):
            out = set(order[fold::FOLDS].tolist())
            model = fit([one for at, one in enumerate(examples) if at not in out], width)
            for at in out:
                total[at] += model.score(examples[at].signs)
    return total / ROUNDS


def figures(said: NDArray[np.bool_], wanted: NDArray[np.bool_]) -> tuple[float, float, float]:
    """Return precision, recall and F1."""
    right = int((said & wanted).sum())
    precision, recall = right / max(1, int(said.sum())), right / max(1, int(wanted.sum()))
    return precision, recall, 2 * right / max(1, int(said.sum()) + int(wanted.sum()))


def thresholds(scores: Vector, wanted: NDArray[np.bool_]) -> tuple[float, float]:
    """Choose the balanced threshold (best F1, smoothed over its neighbours) and the strict one."""
    grid = np.arange(0.2, 0.96, 0.01)
    f1 = np.array([figures(scores >= at, wanted)[2] for at in grid])
    smooth = np.convolve(np.pad(f1, 4, mode="edge"), np.ones(9) / 9, mode="valid")
    balanced = float(grid[int(smooth.argmax())])
    precise = [float(at) for at in grid if at >= balanced and figures(scores >= at, wanted)[0] >= SURE]
    return round(balanced, 2), round(precise[0] if precise else 0.95, 2)


def tuning_openers(language: str) -> list[Example]:
    """Return all openers whose labels may be used for tuning."""
    parts = [part for part in draw(language) if part.startswith("tuning") and part != "tuning-middle"]
    return [one for part in sorted(parts) for one in labelled(language, part)]


def learn(language: str) -> dict[str, object]:
    """Learn the weights of a language; the thresholds are chosen on the openers' cross-validated scores."""
    openers = tuning_openers(language)
    examples = openers + labelled(language, "tuning-middle")
    scores = cross_validated(examples)[: len(openers)]
    balanced, strict = thresholds(scores, np.array([one.asks for one in openers]))
    model = fit(examples)
    signs = {name: round(value, 3) for name, value in sorted(model.signs.items()) if abs(value) >= 5e-3}  # noqa: PLR2004 - less moves no score
    return {"bias": round(model.bias, 3), "balanced": balanced, "strict": strict, "signs": signs}


def main() -> None:
    """Write the file of weights that ships with the project."""
    learned = {language: learn(language) for language in ("en", "ja")}
    WEIGHTS.write_text(json.dumps(learned, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
