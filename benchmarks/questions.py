"""How well questions are recognised: ``python -m benchmarks.questions``.

Precision, recall and F1 against labels made by hand (docs/decisions/0009), on the tuning part by cross-validation and
on the part that was held out, in both settings, beside "contains a question mark" on the same messages. Intervals are
95 % percentile bootstraps over messages.
"""

from __future__ import annotations

import re
import time

import numpy as np
from numpy.typing import NDArray

from benchmarks.question_samples import Sample, draw
from benchmarks.train_questions import cross_validated, figures, labelled, learn, tuning_openers
from community.questions.finding import recognise, weights

_NOT_SAID = re.compile(r"```.*?```|`[^`]*`|https?://\S+", re.DOTALL)
_MARK = re.compile(r"[?？]")
_RESAMPLED = 1000
Yes = NDArray[np.bool_]


def has_mark(sample: Sample) -> bool:
    """Apply the baseline: a question mark outside code and links."""
    return bool(_MARK.search(_NOT_SAID.sub(" ", sample.text)))


def row(name: str, said: Yes, wanted: Yes) -> str:
    """Return one line of the table."""
    chance = np.random.default_rng(1)
    drawn = [chance.integers(0, len(wanted), len(wanted)) for _ in range(_RESAMPLED)]
    spread = np.array([figures(said[pick], wanted[pick]) for pick in drawn])
    low, high = np.percentile(spread, [2.5, 97.5], axis=0)
    cells = (f"{value:.3f} [{a:.2f} {b:.2f}]" for value, a, b in zip(figures(said, wanted), low, high, strict=True))
    return f"{name:30s} {int(wanted.sum()):4d}/{len(wanted):<4d} " + "   ".join(cells)


def report(language: str) -> None:
    """Print the figures of one language."""
    print(f"\n{language}: questions/messages, precision, recall, F1 with 95 % intervals")
    openers = tuning_openers(language)
    examples = openers + labelled(language, "tuning-middle")
    scores = cross_validated(examples)[: len(openers)]
    wanted = np.array([one.asks for one in openers])
    learned = weights(language)
    print(row("tuning, contains ?", np.array([has_mark(one.sample) for one in openers]), wanted))
    print(row("tuning, balanced (CV)", scores >= learned.balanced, wanted))
    print(row("tuning, offer (CV)", scores >= learned.strict, wanted))
    for part in (part for part in draw(language) if part.startswith("held-out") and part != "held-out-middle"):
        held = labelled(language, part)
        wanted = np.array([one.asks for one in held])
        said = [recognise(one.sample.text) for one in held]
        print(row(f"{part}, contains ?", np.array([has_mark(one.sample) for one in held]), wanted))
        print(row(f"{part}, balanced", np.array([one.is_question for one in said]), wanted))
        print(row(f"{part}, offer", np.array([one.offer for one in said]), wanted))
    for part in ("tuning-middle", "held-out-middle"):
        middle = labelled(language, part)
        others = [one.sample for one in middle if not one.asks]
        said = [recognise(one.text, opens=False) for one in others]
        print(
            f"{part}: of {len(others)} messages that ask the community nothing, "
            f"{sum(one.is_question for one in said)} taken for questions, {sum(one.offer for one in said)} offered "
            f"(contains ?: {sum(has_mark(one) for one in others)})"
        )
    shipped = {"bias": learned.bias, "balanced": learned.balanced, "strict": learned.strict, "signs": learned.signs}
    print(f"the weights that ship are those the tuning labels give: {'yes' if learn(language) == shipped else 'NO'}")


def speed() -> None:
    """Print what one message costs."""
    texts = [one.sample.text for language in ("en", "ja") for one in labelled(language, "tuning-openers")]
    took = []
    for text in texts * 3:
        before = time.perf_counter()
        recognise(text)
        took.append((time.perf_counter() - before) * 1000)
    before = time.perf_counter()
    recognise("How do I read `x` here, anyone? Thanks. " * 1000)
    long = (time.perf_counter() - before) * 1000
    print(
        f"\none message: median {np.median(took):.2f} ms, 99th percentile {np.percentile(took, 99):.2f} ms; "
        f"40,000 characters: {long:.0f} ms"
    )


def main() -> None:
    """Print everything."""
    for language in ("en", "ja"):
        report(language)
    speed()


if __name__ == "__main__":
    main()
