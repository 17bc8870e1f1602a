"""How many scribbles are told to be no digit, by kind, and how many digits are turned away.

Scribbles and digits come from seeds that no training uses; some kinds of marks are never trained
on at all. The columns compare the measures of the picture alone, the guard alone, and both, as
Draw and ``cnnviz classify`` use them; the last one is what asking the network itself would do: no
digit as probable as a half. MNIST's test images are measured only. The last set, scikit-learn's 8×8
digits made large, is coarse: a rough check from outside. Run with
``python benchmarks/handwriting/scribbles.py --data DIR``.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.cli import bundled_model
from app.look.assets import asset
from app.state.guard import BUNDLED_GUARD
from benchmarks.handwriting.drawn_digits import HELD_OUT_SEED, shapes_of
from benchmarks.handwriting.drawn_digits import KINDS as WRITTEN
from engine.data.generated.digits import digit_drawing
from engine.data.generated.scribbles import KINDS, UNSEEN_KINDS, scribble
from engine.data.mnist import find_mnist, load_mnist
from engine.ink.drawings import Stroke
from engine.ink.guard import Guard, doubts, load_guard
from engine.ink.plausibility import can_be_digit
from engine.ink.preprocess import Prepared, as_it_is, prepare
from engine.ink.rendering import render
from engine.ink.resample import resample
from engine.networks.calibration import Calibration, class_scores
from engine.networks.model_file import load_model
from engine.networks.network import Sequential

SCRIBBLE_SEED = 908_000_000
"""Far from every seed that training, validation or tests use."""

LIKELY = 0.5
"""A digit less probable than this is one that the network itself would not believe."""


def main() -> int:
    """Measure, and print two tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, help="folder with the MNIST files")
    parser.add_argument("--model", type=Path, default=bundled_model())
    parser.add_argument("--guard", type=Path, default=asset(*BUNDLED_GUARD))
    parser.add_argument("--per-kind", type=int, default=40, help="scribbles of each kind")
    parser.add_argument("--digits", type=int, default=400, help="digits of each kind")
    options = parser.parse_args()
    model, guard = load_model(options.model), load_guard(options.guard)
    calibration = model.record.calibration if model.record else None
    judge = Judge(model.network, calibration or Calibration(), guard)
    scribbles_told(judge, options.per_kind)
    digits_refused(judge, options.digits, find_mnist(options.data))
    guard_time(guard)
    return 0


class Judge:
    """What each rule says of a set of prepared pictures."""

    COLUMNS = ("measures", "guard", "both", f"p < {LIKELY}")

    def __init__(self, network: Sequential, calibration: Calibration, guard: Guard) -> None:
        self.network, self.calibration, self.guard = network, calibration, guard

    def refusals(self, pictures: list[Prepared]) -> NDArray[np.bool_]:
        """Whether each rule of ``COLUMNS`` takes a picture for no digit: ``(rules, pictures)``."""
        images = np.stack([one.image for one in pictures])[:, np.newaxis]
        scores = class_scores(self.network, images)
        measures = np.array([not can_be_digit(one) for one in pictures])
        by_guard = doubts(self.guard.network, images) > self.guard.limit
        unlikely = self.calibration.probabilities(scores).max(1) < LIKELY
        return np.array((measures, by_guard, measures | by_guard, unlikely))

    def right(self, pictures: list[Prepared], labels: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether the network reads each picture as it was meant."""
        images = np.stack([one.image for one in pictures])[:, np.newaxis]
        right: NDArray[np.bool_] = class_scores(self.network, images).argmax(1) == labels
        return right


def scribbles_told(judge: Judge, count: int) -> None:
    """Share of marks told to be no digit, by kind; those never trained on last."""
    print(f"Told to be no digit, of {count} marks of each kind, seed {SCRIBBLE_SEED:,}")
    _head()
    for title, kinds in (("kinds trained on", KINDS), ("never trained on", UNSEEN_KINDS)):
        found = []
        for index, kind in enumerate(kinds):
            rng = np.random.default_rng((SCRIBBLE_SEED, len(kinds), index))
            told = judge.refusals([prepare(render(scribble(kind, rng))) for _ in range(count)])
            found.append(told)
            _row(kind, told)
        _row(f"all {title}", np.concatenate(found, axis=1))
        print()


def digits_refused(judge: Judge, count: int, mnist: Path | None) -> None:
    """Share of digits turned away, by set; in brackets, of those that were read rightly."""
    print("Digits turned away (right: those among them that the network reads rightly)")
    _head()
    found, everything = [], []
    for name, (pictures, labels) in _sets_of_digits(count, mnist):
        refused = judge.refusals(pictures)
        right = judge.right(pictures, labels)
        lost = int((refused[2] & right).sum())
        _row(name, refused, f"right: {lost}; accuracy {right.mean():.2%}")
        if name.startswith("written"):
            found.append(refused)
            everything.append(right)
    _row("written, all", np.concatenate(found, axis=1), f"accuracy {np.mean(everything):.2%}")
    print()


Digits = tuple[list[Prepared], NDArray[np.int64]]


def _sets_of_digits(count: int, mnist: Path | None) -> Iterable[tuple[str, Digits]]:
    if mnist is not None:
        yield "MNIST test images", _mnist(mnist)
    for row, name in enumerate(WRITTEN):
        yield f"written {name}", _written(name, row, count)
    large = _large()
    if large is not None:
        yield "scikit-learn's 8×8 digits", large


def _mnist(directory: Path) -> Digits:
    test = load_mnist(directory)[1]
    images = test.images[:, 0].astype(np.float32) / np.float32(255)
    return [as_it_is(image, image) for image in images], test.labels


def _written(name: str, row: int, count: int) -> Digits:
    """Digits of a kind of ``benchmarks.handwriting.drawn_digits``, rendered as the canvas does."""
    rng = np.random.default_rng((HELD_OUT_SEED, row))
    labels = np.arange(count, dtype=np.int64) % 10
    pictures = []
    for digit in labels.tolist():
        shapes, width = WRITTEN[name](shapes_of(digit_drawing(digit, rng)), rng)
        strokes = [Stroke(tuple(map(tuple, shape.tolist())), width) for shape in shapes]
        pictures.append(prepare(render(strokes)))
    return pictures, labels


def _large() -> Digits | None:
    """scikit-learn's digits, 8×8 in 17 grey levels, scaled up until their edges are ink's."""
    try:
        from sklearn.datasets import load_digits  # noqa: PLC0415 - not needed to run cnnviz
    except ImportError:
        return None
    from PIL import Image  # noqa: PLC0415

    given = load_digits()
    pictures = []
    for image in given.images / 16:
        grey = Image.fromarray((image * 255).astype(np.uint8))
        large = np.array(grey.resize((160, 160), Image.Resampling.BICUBIC), np.float32) / 255
        pictures.append(prepare(np.pad(np.clip((large - 0.25) * 2, 0, 1), 60)))
    return pictures, given.target.astype(np.int64)


def guard_time(guard: Guard) -> None:
    """How long the guard takes for one picture."""
    image = resample(np.eye(28, dtype=np.float32), 28, 28)
    guard.passes(image)
    times = []
    for _ in range(200):
        start = time.perf_counter()
        guard.passes(image)
        times.append(time.perf_counter() - start)
    print(
        f"Guard: {guard.network.parameter_count:,} parameters, "
        f"{np.median(times) * 1000:.2f} ms a picture (median of 200)"
    )


def _head() -> None:
    print(f"  {'':28s}{'number':>8s}" + "".join(f"{name:>10s}" for name in Judge.COLUMNS))


def _row(name: str, refused: NDArray[np.bool_], more: str = "") -> None:
    shares = "".join(f"{share:10.2%}" for share in refused.mean(1))
    print(f"  {name:28s}{refused.shape[1]:8,}{shares}   {more}".rstrip(), flush=True)


if __name__ == "__main__":
    sys.exit(main())
