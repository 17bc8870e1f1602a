"""How many digits are read as tablets deliver them: few points, hooks, gaps, slants, stray dots.

The digits come from hands that no training uses (``benchmarks.handwriting.other_hands``), spoilt in
ways that are simulated here apart from the generator's own, and are asked without a pen's width
through ``cnnviz classify --strokes``. Largest of the ten counts, a refusal is wrong. Run with
``python -m benchmarks.handwriting.tablet_digits``; ``--widths`` tries pens of 6 to 18 % of the
digits' longer side; ``--out FILE.json`` keeps the strokes.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Callable
from pathlib import Path as FilePath

import numpy as np
from numpy.typing import NDArray

from app.cli import bundled_model
from benchmarks.handwriting.drawn_digits import ask_command
from benchmarks.handwriting.other_hands import (
    Hand,
    Path,
    Paths,
    even,
    length,
    rounded,
    turned,
    written,
)
from engine.ink.drawings import BOX, PEN_SHARE, Drawing, Stroke

HELD_OUT_SEED = 909_000_000
"""Far from every seed that training, validation or tests use."""

WIDTHS = (0.06, 0.08, 0.10, 0.12, 0.14, 0.16, 0.18)


def main() -> int:
    """Measure, and print tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=FilePath, default=bundled_model())
    parser.add_argument("--per-condition", type=int, default=200, metavar="N")
    parser.add_argument("--widths", action="store_true", help="try pens of several widths")
    parser.add_argument("--out", type=FilePath, metavar="FILE.json", help="keep the strokes")
    options = parser.parse_args()
    drawings = {name: spoilt_digits(name, options.per_condition) for name in CONDITIONS}
    by_condition(options.model, drawings)
    if options.widths:
        by_width(options.model, drawings)
    if options.out:
        options.out.write_text(json.dumps(drawings_as_data(drawings)))
    return 0


# What happens to strokes on the way


def as_it_is(paths: Paths, _hand: Hand) -> Paths:
    """All points, as close as they come."""
    return paths


def timed(paths: Paths, _hand: Hand) -> Paths:
    """Points at equal times: close where the pen is slow, at ends and in bends."""
    return [at_equal_times(path, max(4, round(13 * length(path)))) for path in paths]


def sparse(paths: Paths, hand: Hand) -> Paths:
    """As few as a slow clock gives: a straight line has 3, an 8 has 12 to 20."""
    share = hand.between(3.5, 6.5)
    return [at_equal_times(path, max(3, round(share * length(path)))) for path in paths]


def eight_points(paths: Paths, _hand: Hand) -> Paths:
    """Each stroke as eight points at equal distances."""
    return [even(path, 8) for path in paths]


def whole_numbers(paths: Paths, hand: Hand) -> Paths:
    """Coordinates rounded to a grid of 25 to 50 cells."""
    cell = float(np.ptp(np.concatenate(paths), axis=0).max()) / hand.between(25, 50)
    return [np.rint(path / cell) * cell for path in timed(paths, hand)]


def doubled_points(paths: Paths, hand: Hand) -> Paths:
    """The pen rests at both ends: the same point several times over."""
    return [path[[0, 0, 0, *range(len(path)), -1, -1]] for path in timed(paths, hand)]


def jittered(paths: Paths, hand: Hand) -> Paths:
    """Every point about a hundredth of the height beside its place."""
    return [path + hand.rng.normal(0, 0.012, path.shape) for path in timed(paths, hand)]


def hooked(paths: Paths, hand: Hand) -> Paths:
    """A tick where the pen comes down or goes up."""
    ends = []
    for path in timed(paths, hand):
        first, last = (
            [path[end] + hand.between(0.03, 0.12) * turned(hand.between(0, 2 * math.pi))[0]]
            if hand.chance(0.6)
            else []
            for end in (0, -1)
        )
        ends.append(np.vstack((*first, path, *last)))
    return ends


def with_stray_dot(paths: Paths, hand: Hand) -> Paths:
    """The pen touches by mistake, in the digit or close to it."""
    points = np.concatenate(paths)
    dot = points.min(0) + np.ptp(points, axis=0) * hand.rng.uniform(-0.05, 1.05, 2)
    return [*paths, np.vstack((dot, dot + hand.rng.normal(0, 0.01, 2)))]


def begun_twice(paths: Paths, hand: Hand) -> Paths:
    """The first part of the first stroke gone over once more."""
    first = paths[0]
    again = first[: max(2, int(len(first) * hand.between(0.1, 0.3)))][::-1]
    return [np.vstack((again + hand.rng.normal(0, 0.012, 2), first)), *paths[1:]]


def in_fragments(paths: Paths, hand: Hand) -> Paths:
    """The pen loses contact once in each long stroke."""
    fragments = []
    for path in paths:
        if length(path) < 0.6:
            fragments.append(path)
            continue
        cut = int(len(path) * hand.between(0.25, 0.75))
        gap = max(1, int(len(path) * hand.between(0.01, 0.035)))
        fragments += [path[:cut], path[cut + gap :]]
    return fragments


def cut_short(paths: Paths, hand: Hand) -> Paths:
    """The pen comes down late and goes up early: rings stay open."""
    return [
        path[
            int(len(path) * hand.between(0, 0.06)) : len(path)
            - int(len(path) * hand.between(0.02, 0.1))
        ]
        for path in paths
    ]


def overshot(paths: Paths, hand: Hand) -> Paths:
    """Strokes run on past their ends."""
    longer = []
    for path in paths:
        step = path[-1] - path[-4]
        further = step / (np.hypot(*step) + 1e-9) * hand.between(0.04, 0.14)
        longer.append(np.vstack((path, path[-1] + further)))
    return longer


def narrow(paths: Paths, hand: Hand) -> Paths:
    """Half to two thirds as wide."""
    return stretched(paths, hand.between(0.5, 0.65))


def wide(paths: Paths, hand: Hand) -> Paths:
    """One and a half times as wide."""
    return stretched(paths, hand.between(1.4, 1.7))


def leaning_back(paths: Paths, hand: Hand) -> Paths:
    """Slanted to the left."""
    return leaning(paths, -hand.between(0.3, 0.5))


def leaning_forward(paths: Paths, hand: Hand) -> Paths:
    """Slanted to the right, by up to 40° with the hand's own."""
    return leaning(paths, hand.between(0.3, 0.6))


def rotated(paths: Paths, hand: Hand) -> Paths:
    """Turned by 12 to 20°, either way."""
    matrix = turned(math.radians(hand.between(12, 20)) * (1 if hand.chance(0.5) else -1))
    return [path @ matrix for path in paths]


def a_bit_of_all(paths: Paths, hand: Hand) -> Paths:
    """Now and then a slip, and one of the ways in which points come."""
    for slip, share in ((cut_short, 0.15), (overshot, 0.15), (begun_twice, 0.05)):
        if hand.chance(share):
            paths = slip(paths, hand)
    ways = (timed, sparse, eight_points, hooked, whole_numbers)
    return ways[int(hand.rng.integers(len(ways)))](paths, hand)


def stretched(paths: Paths, share: float) -> Paths:
    """So many times as wide."""
    return [path * (share, 1) for path in paths]


def leaning(paths: Paths, slant: float) -> Paths:
    """Sideways by ``slant`` for every unit of height."""
    return [path @ np.array(((1, 0), (-slant, 1))) for path in paths]


def at_equal_times(path: Path, points: int) -> Path:
    """Points even in time, by the two-thirds power law: speed falls as the bend's cube root.

    Source: F. Lacquaniti, C. Terzuolo, P. Viviani, "The law relating the kinematic and figural
    aspects of drawing movements", 1983.
    """
    fine = even(path, 160)
    step = np.gradient(fine, axis=0)
    turn = np.gradient(step, axis=0)
    bend = np.abs(step[:, 0] * turn[:, 1] - step[:, 1] * turn[:, 0])
    bend /= np.hypot(*step.T) ** 3 + 1e-9
    height = float(np.ptp(fine, axis=0).max()) + 1e-9
    slowness = np.cbrt(0.7 + rounded(np.clip(bend * height, 0, 40)[:, None], 6)[:, 0])
    slowness *= 1 + 1.2 * np.abs(np.linspace(-1, 1, 160)) ** 6
    clock = np.append(0, np.cumsum((slowness[1:] + slowness[:-1]) / 2))
    at = np.linspace(0, clock[-1], points)
    return np.column_stack([np.interp(at, clock, values) for values in fine.T])


Condition = Callable[[Paths, Hand], Paths]
CONDITIONS: dict[str, Condition] = {
    "as it is": as_it_is,
    "equal times": timed,
    "sparse": sparse,
    "8 points": eight_points,
    "whole numbers": whole_numbers,
    "doubled points": doubled_points,
    "jitter": jittered,
    "hooks": hooked,
    "stray dot": with_stray_dot,
    "begun twice": begun_twice,
    "fragments": in_fragments,
    "cut short": cut_short,
    "overshot": overshot,
    "narrow": narrow,
    "wide": wide,
    "leaning back": leaning_back,
    "leaning forward": leaning_forward,
    "rotated": rotated,
    "a bit of all": a_bit_of_all,
}


# Asking


def spoilt_digits(condition: str, count: int) -> list[Paths]:
    """``count`` digits, 0 to 9 in turn, in the box of 280×280; the same ones every time."""
    hand = Hand(np.random.default_rng((HELD_OUT_SEED, list(CONDITIONS).index(condition))))
    spoil = CONDITIONS[condition]
    return [
        in_box(spoil(written(index % 10, hand), hand), hand.between(60, 240))
        for index in range(count)
    ]


def in_box(paths: Paths, size: float) -> Paths:
    """Scaled to ``size`` on the longer side, in the middle of the box."""
    points = np.concatenate(paths)
    low, extent = points.min(0), np.ptp(points, axis=0)
    scale = size / float(extent.max())
    return [(path - low - extent / 2) * scale + BOX / 2 for path in paths]


def as_drawing(paths: Paths, share: float = PEN_SHARE) -> Drawing:
    """Strokes by a pen of ``share`` of the longer side."""
    width = share * float(np.ptp(np.concatenate(paths), axis=0).max())
    return tuple(Stroke(tuple(map(tuple, path.tolist())), width) for path in paths)


def by_condition(model: FilePath, drawings: dict[str, list[Paths]]) -> None:
    """Accuracy by condition and digit, and how many were refused."""
    count = len(next(iter(drawings.values())))
    print(f"{count} digits in each of {len(drawings)} conditions, seed {HELD_OUT_SEED:,}")
    print(f"  {'':16s} {'read':>7s} {'refused':>8s}   by digit, 0 to 9")
    rows = []
    for name, digits in drawings.items():
        answers = ask_command(model, [as_drawing(paths) for paths in digits], with_width=False)
        right, refused = marks(answers)
        rows.append((right, refused))
        print(f"  {name:16s} {right.mean():7.1%} {refused.mean():8.1%}   {by_digit(right)}")
    right, refused = (np.concatenate(parts) for parts in zip(*rows, strict=True))
    digit = np.tile(np.arange(count) % 10, len(rows))
    shares = "  ".join(f"{right[digit == one].mean():.1%}" for one in range(10))
    print(f"  {'all':16s} {right.mean():7.2%} {refused.mean():8.2%}   {shares}")


def by_width(model: FilePath, drawings: dict[str, list[Paths]]) -> None:
    """Accuracy by the pen's width."""
    everything = [paths for digits in drawings.values() for paths in digits]
    count = len(next(iter(drawings.values())))
    for share in WIDTHS:
        pictures = [as_drawing(paths, share) for paths in everything]
        answers = ask_command(model, pictures, with_width=True)
        right = [marks(part)[0] for part in np.split(answers, len(answers) // count)]
        print(f"  a pen of {share:.0%}: {np.mean(right):.2%}")


def marks(answers: NDArray[np.float64]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which of the digits, 0 to 9 in turn, were read rightly, and which were refused."""
    refused: NDArray[np.bool_] = np.logical_not(answers.any(1))
    right = (answers.argmax(1) == np.arange(len(answers)) % 10) & ~refused
    return right, refused


def by_digit(right: NDArray[np.bool_]) -> str:
    digit = np.arange(len(right)) % 10
    return " ".join(f"{right[digit == one].mean():4.0%}" for one in range(10))


def drawings_as_data(drawings: dict[str, list[Paths]]) -> list[list[list[list[float]]]]:
    """All drawings as ``cnnviz classify --strokes`` takes them."""
    return [
        [p.round(2).tolist() for p in paths] for digits in drawings.values() for paths in digits
    ]


if __name__ == "__main__":
    sys.exit(main())
