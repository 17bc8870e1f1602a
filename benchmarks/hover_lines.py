"""How long from pointing at a number in Draw's strips to the painted lines from its sources.

The pointer is sent to random numbers of all layers in turn, in the real window, then the event loop
runs until the lines are painted: sources, their places, sentence, outline on the sheet, and the
painting of everything below. Run with ``python -m benchmarks.hover_lines [moves [preset]]``, where
a preset such as ``simplecnn`` (with fresh weights) replaces the bundled network.
QT_QPA_PLATFORM=offscreen works without a display. Computing the sources alone is held to 5 ms at
the 95th percentile, pointing until the lines are painted to 16 ms.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF
from PySide6.QtWidgets import QApplication

from app.draw.panel import DrawPanel
from app.kit.maps.layer_strips import LayerStrips
from benchmarks.draw_latency import PaintWatch, one_stroke, opened_window, send
from engine.data.generated.digits import digit_drawing
from engine.ink.rendering import Stroke
from engine.insight.shown_layer import Unit
from engine.networks.presets import PRESETS

_MOST_TURNS = 20


def main() -> None:
    parser = argparse.ArgumentParser(description="From pointing at a number to its lines.")
    parser.add_argument("moves", nargs="?", type=int, default=600)
    parser.add_argument("preset", nargs="?", choices=sorted(PRESETS))
    wanted = parser.parse_args()
    with opened_window(wanted.preset) as window:
        draw = window.workspaces.draw
        for mark in digit_drawing(3, np.random.default_rng(0)):
            if isinstance(mark, Stroke):
                one_stroke(draw.canvas, [PaintWatch(draw.inside.strips)], mark)
        QApplication.processEvents()
        rows = measure(draw, wanted.moves)
    print(f"{window.networks.title}: {wanted.moves} numbers pointed at, window of 1920×1080")
    names = ("sources, clock", "sources, thread", "painted, clock", "painted, thread")
    for what, times in zip(names, rows.T, strict=True):
        figures = "median {:.2f} ms, 95 % {:.2f} ms, most {:.2f} ms"
        print(f"  {what:17s} {figures.format(*np.percentile(times, [50, 95, 100]))}")
    sys.stdout.flush()
    window.hide()


def measure(draw: DrawPanel, moves: int) -> NDArray[np.float64]:
    """Milliseconds for the sources alone and until the lines are painted. Shape (moves, 4)."""
    strips, rng = draw.inside.strips, np.random.default_rng(0)
    watch = PaintWatch(draw.inside.lines)
    found = []
    for move in range(moves):
        layer = move % len(strips.layers)
        shape = strips.layers[layer].shape
        unit = Unit(layer, tuple(int(rng.integers(size)) for size in shape))
        computed = timed(lambda: draw.inside.shown.sources_of(unit))  # noqa: B023 - called at once
        send(strips, QEvent.Type.MouseMove, QPointF(-1, -1))
        QApplication.processEvents()
        watch.has_painted = False
        painted = timed(lambda: point(strips, unit, watch))  # noqa: B023 - called at once
        if not watch.has_painted:
            message = f"No lines were painted for {unit}."
            raise RuntimeError(message)
        found.append((*computed, *painted))
    return np.array(found) * 1000


def point(strips: LayerStrips, unit: Unit, watch: PaintWatch) -> None:
    """Move the pointer there and wait for the paint."""
    send(strips, QEvent.Type.MouseMove, strips.position_of(unit))
    for _ in range(_MOST_TURNS):
        if not watch.has_painted:
            QApplication.processEvents()


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds on the clock, and of this thread on a processor."""
    clock, thread = time.perf_counter(), time.thread_time()
    work()
    return time.perf_counter() - clock, time.thread_time() - thread


if __name__ == "__main__":
    main()
