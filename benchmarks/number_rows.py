"""How often generated numbers are told apart, and read: from their strokes, and from pixels alone.

Run with ``python -m benchmarks.number_rows [rows [model]]``: that many numbers of 2 to 6 digits at
ordinary gaps, from a seed that no network was trained on.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from app.cli import bundled_model
from app.commands.classify import NoDigitError, Reader, open_reader
from engine.data.number_rows import ORDINARY_GAPS, number_drawing
from engine.ink import render
from engine.resample import Picture
from engine.segmentation import digits_in, digits_of

SEED = 20261122
CLOSE_GAPS = (0.05, 0.12)


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    reader = open_reader(Path(sys.argv[2]) if len(sys.argv) > 2 else bundled_model())
    for name, gaps in (("ordinary", ORDINARY_GAPS), ("close", CLOSE_GAPS)):
        counts = measure(rows, gaps, reader)
        print(f"{rows} numbers at {name} gaps, {gaps[0]:g} to {gaps[1]:g} of the height:")
        for what, count in counts.items():
            print(f"  {what:38s} {count / rows:.1%}")


def measure(rows: int, gaps: tuple[float, float], reader: Reader) -> dict[str, int]:
    rng = np.random.default_rng(SEED)
    counts = dict.fromkeys(
        ("right number of digits, from strokes", "from pixels alone", "all digits read right"), 0
    )
    for _ in range(rows):
        digits = rng.integers(0, 10, rng.integers(2, 7)).tolist()
        drawing = number_drawing(digits, rng, gaps)
        from_strokes = digits_of(drawing, 2)
        results = (
            len(from_strokes) == len(digits),
            len(digits_in(render(drawing, boxes=2))) == len(digits),
            read(reader, from_strokes) == digits,
        )
        for what, is_right in zip(counts, results, strict=True):
            counts[what] += is_right
    return counts


def read(reader: Reader, pictures: Sequence[Picture]) -> list[int]:
    """The digits; none at all if any is taken for no digit, which counts as a mistake."""
    try:
        return [int(reader.probabilities(picture).argmax()) for picture in pictures]
    except NoDigitError:
        return []


if __name__ == "__main__":
    main()
