"""Build: time from an edit to the updated report, and thousands of random edits undone again.

    python -m benchmarks.build_edits [--edits 10000] [--seed 1]

The window of Build is shown throughout (without a screen unless told otherwise), so that every
edit is also answered by the cards, the form and the totals. Prints a line for each measurement.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable
from functools import partial

import numpy as np

from app.application import make_application
from app.document import StackDocument, report_on
from app.panels.build import BuildPanel
from app.viewmodels.networks import NetworkHolder
from engine.architectures import PRESETS
from engine.spec import registered_specs

SMALLEST, LARGEST = 1, 9


def main() -> int:
    """Measure, print, and return 1 if undoing did not lead back to the start."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--edits", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    _measure_reports()
    _measure_edits_in_the_window()
    return 0 if _random_edits(arguments.edits, arguments.seed) else 1


def _measure_reports() -> None:

    for key, preset in PRESETS.items():
        times = [_seconds(partial(report_on, preset.stack)) for _ in range(200)]
        _say(f"report {key}", times)


def _measure_edits_in_the_window() -> None:
    """One edit of LeNet-5's first layer, up to the moment at which all widgets know of it."""
    application = make_application()
    document = StackDocument()
    panel = BuildPanel(document, NetworkHolder())
    panel.resize(1280, 720)
    panel.show()
    application.processEvents()
    panel.stack_list.choose_layers((0,))
    times = []
    for count in range(200):
        spec = document.stack.layers[0].replaced(out_channels=1 + count % 60)
        times.append(_seconds(partial(document.change_layer, 0, spec)))
        application.processEvents()
    _say("edit to updated report, LeNet-5, all widgets", times)
    panel.hide()
    panel.deleteLater()


def _random_edits(count: int, seed: int) -> bool:

    rng = np.random.default_rng(seed)
    document = StackDocument()
    start = document.stack
    tracemalloc.start()
    began = time.perf_counter()
    for _ in range(count):
        random_edit(document, rng)
    edited, steps = time.perf_counter(), document.undo_stack.count()
    held = tracemalloc.get_traced_memory()[0]
    document.undo_stack.setIndex(0)
    undone = time.perf_counter()
    is_equal = document.stack == start and not document.is_modified
    document.undo_stack.clear()
    left = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    sys.stdout.write(
        f"{count:,} random edits (seed {seed}): {steps:,} steps in {edited - began:.1f} s, undone "
        f"in {undone - edited:.1f} s, equal to the start: {is_equal}; Python memory "
        f"{held / 1e6:.1f} MB with all steps, {left / 1e6:.2f} MB after clearing them\n"
    )
    return is_equal


def random_edit(document: StackDocument, rng: np.random.Generator) -> None:
    """One edit, of any kind, that the window could make; stacks stay of a size people build."""
    specs = list(registered_specs().values())
    layers = document.stack.layers
    row = int(rng.integers(len(layers))) if layers else 0
    kind = int(rng.integers(8))
    if not layers or (kind == 0 and len(layers) < 30):
        new = specs[rng.integers(len(specs))]()
        document.insert_layer(int(rng.integers(len(layers) + 1)), new)
    elif kind == 1 or len(layers) >= 30:
        document.remove_layers({row, int(rng.integers(len(layers)))})
    elif kind == 2:
        document.move_layers({row}, int(rng.integers(len(layers) + 1)))
    elif kind == 3:
        document.duplicate_layers((row,))
    elif kind == 4:
        document.change_input((int(rng.integers(1, 4)), 28, int(rng.integers(20, 40))))
    elif kind == 5:
        presets = list(PRESETS.values())
        document.replace_stack(presets[rng.integers(len(presets))].stack, "Open preset")
    elif kind == 6 and document.fixes:
        document.apply_fix(document.fixes[rng.integers(len(document.fixes))])
    else:
        numbers = [info for info in layers[row].fields() if info.kind in {"int", "pair"}]
        if numbers:
            name = numbers[rng.integers(len(numbers))].name
            value = int(rng.integers(SMALLEST, LARGEST))
            document.change_layer(row, layers[row].replaced(**{name: value}))


def _seconds(do: Callable[[], object]) -> float:
    began = time.perf_counter()
    do()
    return time.perf_counter() - began


def _say(what: str, times: list[float]) -> None:
    worst, middle = max(times) * 1e3, statistics.median(times) * 1e3
    sys.stdout.write(f"{what}: median {middle:.2f} ms, worst of {len(times)} {worst:.2f} ms\n")


if __name__ == "__main__":
    sys.exit(main())
