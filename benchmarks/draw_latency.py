"""How long from a pen movement to the new answer and strips: real mouse events, the real window.

Every movement is sent to the canvas, then the event loop runs until the answer is on the screen:
ink, preparation, network, every layer's output, and the painting of canvas, stages, answer, bars
and the strips of all layers. Run with ``python benchmarks/draw_latency.py [strokes [preset]]``,
where a preset such as ``small-vgg`` (with fresh weights) replaces the bundled network;
``--card`` first enlarges a feature map, with kernel, numbers and statistics, and ``--dark`` takes
the dark theme. QT_QPA_PLATFORM=offscreen works without a display, QT_SCALE_FACTOR=2 is a display
of twice as many pixels.

Beside the time on the clock stands the processor time of the thread that does all this: on a
machine that is not quiet, only that says something.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.draw.panel import DrawPanel
from app.look.theme import ThemeController
from app.shell.application import make_application
from app.shell.main_window import MainWindow
from app.state.settings import Settings
from engine.data.generated.digits import digit_drawing
from engine.ink.rendering import BOX, Stroke
from engine.insight.shown_layer import Unit
from engine.networks.network import Sequential
from engine.networks.presets import PRESETS

Moments = tuple[float, float, float, float]
"""Seconds until the first and until everything is painted, on the clock, then of the processor."""

_MOST_TURNS = 20
"""Turns of the event loop; a movement within the ink changes nothing, so nothing is painted."""


class PaintWatch(QObject):
    """Notes that a widget was painted."""

    def __init__(self, widget: QObject) -> None:
        super().__init__()
        self.has_painted = False
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look out for paint events."""
        self.has_painted |= event.type() == QEvent.Type.Paint
        return super().eventFilter(watched, event)


@contextmanager
def opened_window(preset: str | None, mode: str = "light") -> Iterator[MainWindow]:
    """A window of 1920×1080 with settings of its own; of a preset, the network is untrained."""
    look = ThemeController(make_application(), mode)
    with tempfile.TemporaryDirectory() as folder:
        window = MainWindow(Settings(Path(folder) / "settings.ini"), look)
        window.resize(1920, 1080)
        window.show()
        window.start_up()
        if preset:
            stack = PRESETS[preset].stack
            window.networks.set_network(Sequential(stack, np.random.default_rng(0)), None)
        QApplication.processEvents()
        yield window


def main() -> None:
    wanted = arguments()
    with opened_window(wanted.preset, "dark" if wanted.dark else "light") as window:
        milliseconds = measure(window.workspaces.draw, wanted.strokes, has_card=wanted.card)
    name, ratio = window.networks.title, window.devicePixelRatioF()
    beside = ", and a map enlarged" if wanted.card else ""
    print(f"{name}: pen movement to new answer and strips, {len(milliseconds)} movements")
    print(f"  in a window of 1920×1080, {ratio:g} pixels to the unit, all strips visible{beside}:")
    seen = ("new strips", "and map") if wanted.card else ("new answer", "and strips")
    rows = [f"{by}, {what}" for by in ("clock", "thread") for what in seen]
    for what, times in zip(rows, milliseconds.T, strict=True):
        worst = np.percentile(times, [50, 95, 99, 100])
        figures = "median {:.2f} ms, 95 % {:.2f} ms, 99 % {:.2f} ms, most {:.2f} ms".format(*worst)
        print(f"  {what:18s}  {figures}")
    print("  limit 16 ms at the 95th percentile")
    sys.stdout.flush()
    window.hide()


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="From a pen movement to the answer and strips.")
    parser.add_argument("strokes", nargs="?", type=int, default=60)
    parser.add_argument("preset", nargs="?", choices=sorted(PRESETS))
    parser.add_argument("--card", action="store_true", help="enlarge a feature map first")
    parser.add_argument("--dark", action="store_true", help="take the dark theme")
    return parser.parse_args()


def measure(draw: DrawPanel, strokes: int, *, has_card: bool) -> NDArray[np.float64]:
    # bars that stay as they are are not painted; the pictures beside them always are, with them
    watches = [PaintWatch(draw.side.strip), PaintWatch(draw.inside.strips)]
    rng = np.random.default_rng(0)
    taken: list[Moments] = []
    done = 0
    while done < strokes:
        draw.sketch.clear()
        for mark in digit_drawing(int(rng.integers(10)), rng):
            if not isinstance(mark, Stroke):
                continue
            taken += one_stroke(draw.canvas, watches, mark)
            if has_card and not done:
                enlarge_map(draw)
                watches = [PaintWatch(draw.inside.strips)]  # a map may stay as it is
                taken.clear()
            done += 1
    if has_card == draw.card.isHidden():
        message = "The enlarged map came or went in between."
        raise RuntimeError(message)
    return np.array(taken) * 1000


def enlarge_map(draw: DrawPanel) -> None:
    """Click on a unit of the last convolution, whose kernel has the most numbers."""
    strips = draw.inside.strips
    layer = max(index for index, look in enumerate(strips.layers) if "Convol" in look.title)
    rows, columns = strips.layers[layer].shape[1:]
    place = strips.position_of(Unit(layer, (0, rows // 2, columns // 2)))
    for kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease):
        send(strips, kind, place)
    QApplication.processEvents()


def one_stroke(canvas: QWidget, watches: list[PaintWatch], stroke: Stroke) -> list[Moments]:
    """How long each movement of a stroke takes."""
    taken: list[Moments] = []
    points = [QPointF(x, y) * (canvas.width() / BOX) for x, y in stroke.points]
    send(canvas, QEvent.Type.MouseButtonPress, points[0])
    QApplication.processEvents()
    for point in points[1:]:
        for watch in watches:
            watch.has_painted = False
        start, start_of_thread = time.perf_counter(), time.thread_time()
        send(canvas, QEvent.Type.MouseMove, point)
        moments, moments_of_thread = [], []
        for watch in watches:
            for _ in range(_MOST_TURNS):
                if not watch.has_painted:
                    QApplication.processEvents()
            moments.append(time.perf_counter() - start)
            moments_of_thread.append(time.thread_time() - start_of_thread)
        QApplication.processEvents()
        whole, whole_of_thread = time.perf_counter() - start, time.thread_time() - start_of_thread
        taken.append((moments[0], whole, moments_of_thread[0], whole_of_thread))
    send(canvas, QEvent.Type.MouseButtonRelease, points[-1])
    QApplication.processEvents()
    return taken


def send(widget: QWidget, kind: QEvent.Type, point: QPointF) -> None:
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    button = none if kind == QEvent.Type.MouseMove else left
    held = none if kind == QEvent.Type.MouseButtonRelease else left
    place = widget.mapToGlobal(point)
    event = QMouseEvent(kind, point, place, button, held, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(widget, event)


if __name__ == "__main__":
    main()
