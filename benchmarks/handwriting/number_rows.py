"""How often generated numbers are told apart, and read: from their strokes, and from pixels alone.

Run with ``python -m benchmarks.handwriting.number_rows [rows [model]]``: that many numbers of 2 to
6 digits at ordinary gaps, at close ones, touching and overlapping, from a seed that no network was
trained on.
"By distances" is what the paper between pieces says alone; "judged" lets the network and the guard
say what belongs together where pieces are close, as Draw and ``cnnviz classify --number`` do. A row
counts as right if all of its digits are.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from app.cli import bundled_model
from app.commands.classify import NoDigitError, Reader, open_reader
from benchmarks.handwriting.written_numbers import ORDINARY_GAPS, number_drawing
from engine.ink.rendering import render
from engine.ink.resample import Picture
from engine.ink.segmentation import digits_in, digits_of

SEED = 20261122

GAPS = {
    "ordinary": ORDINARY_GAPS,
    "close": (0.05, 0.12),
    "touching": (-0.05, 0.0),
    "overlapping": (-0.12, -0.05),
}
"""Shares of the digits' height between neighbours; below 0 so much beyond where they touch."""


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    reader = open_reader(Path(sys.argv[2]) if len(sys.argv) > 2 else bundled_model())
    for name, gaps in GAPS.items():
        counts, seconds = measure(rows, gaps, reader)
        print(f"{rows} numbers, {name}: gaps of {gaps[0]:g} to {gaps[1]:g} of the height")
        for what, count in counts.items():
            print(f"  {what:46s} {count / rows:6.1%}", flush=True)
        print(f"  telling apart, from strokes: {seconds / rows * 1000:.1f} ms a row")


def measure(rows: int, gaps: tuple[float, float], reader: Reader) -> tuple[dict[str, int], float]:
    """How many rows are right in each way, and how long it took to tell their strokes apart."""
    rng = np.random.default_rng(SEED)
    counts: dict[str, int] = {}
    seconds = 0.0
    for _ in range(rows):
        digits = rng.integers(0, 10, rng.integers(2, 7)).tolist()
        drawing = number_drawing(digits, rng, gaps)
        pixels = render(drawing, boxes=2)
        start = time.perf_counter()
        from_strokes = digits_of(drawing, 2, reader.judge)
        seconds += time.perf_counter() - start
        from_pixels = digits_in(pixels, reader.judge)
        results = {
            "number of digits, strokes, by distances": len(digits_of(drawing, 2)) == len(digits),
            "number of digits, strokes, judged": len(from_strokes) == len(digits),
            "number of digits, pixels, by distances": len(digits_in(pixels)) == len(digits),
            "number of digits, pixels, judged": len(from_pixels) == len(digits),
            "all digits read right, strokes, judged": read(reader, from_strokes) == digits,
            "all digits read right, pixels, judged": read(reader, from_pixels) == digits,
        }
        for what, is_right in results.items():
            counts[what] = counts.get(what, 0) + is_right
    return counts, seconds


def read(reader: Reader, pictures: Sequence[Picture]) -> list[int]:
    """The digits; none at all if any is taken for no digit, which counts as a mistake."""
    try:
        return [int(reader.probabilities(picture).argmax()) for picture in pictures]
    except NoDigitError:
        return []


if __name__ == "__main__":
    main()
