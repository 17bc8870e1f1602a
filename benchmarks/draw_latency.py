"""How long from a pen movement to the new answer and strips: real mouse events, the real window.

Every movement is sent to the canvas, then the event loop runs until the answer is on the screen:
ink, preparation, network, every layer's output, and the painting of canvas, stages, answer, bars
and the strips of all layers. Run with ``python benchmarks/draw_latency.py [strokes [preset]]``,
where a preset such as ``small-vgg`` (with fresh weights) replaces the bundled network;
QT_QPA_PLATFORM=offscreen works without a display.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.application import make_application
from app.main_window import MainWindow
from app.settings import Settings
from app.theme import ThemeController
from engine.architectures import PRESETS
from engine.data.digits import digit_drawing
from engine.ink import BOX, Stroke
from engine.network import Sequential


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


def main() -> None:
    strokes = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    application = make_application()
    look = ThemeController(application, "light")
    with tempfile.TemporaryDirectory() as folder:
        window = MainWindow(Settings(Path(folder) / "settings.ini"), look)
        window.resize(1920, 1080)
        window.show()
        window.start_up()
        if len(sys.argv) > 2:
            stack = PRESETS[sys.argv[2]].stack
            window.networks.set_network(Sequential(stack, np.random.default_rng(0)), None)
        QApplication.processEvents()
        milliseconds = measure(window, strokes)
    name, ratio = window.networks.title, window.devicePixelRatioF()
    print(f"{name}: pen movement to new answer and strips, {len(milliseconds)} movements")
    print(f"  in a window of 1920×1080, {ratio:g} pixels to the unit, all strips visible:")
    for what, times in zip(("new answer", "and strips"), milliseconds.T, strict=True):
        worst = np.percentile(times, [50, 95, 99, 100])
        figures = "median {:.2f} ms, 95 % {:.2f} ms, 99 % {:.2f} ms, most {:.2f} ms".format(*worst)
        print(f"  {what:10s}  {figures}")
    print("  limit 16 ms at the 95th percentile")
    sys.stdout.flush()
    window.hide()


def measure(window: MainWindow, strokes: int) -> np.ndarray:
    draw = window.workspaces.draw
    # bars that stay as they are are not painted; the pictures beside them always are, with them
    watches = [PaintWatch(draw.strip), PaintWatch(draw.inside.strips)]
    rng = np.random.default_rng(0)
    taken: list[tuple[float, float]] = []
    done = 0
    while done < strokes:
        draw.sketch.clear()
        for mark in digit_drawing(int(rng.integers(10)), rng):
            if not isinstance(mark, Stroke):
                continue
            taken += one_stroke(draw.canvas, watches, mark)
            done += 1
    return np.array(taken) * 1000


def one_stroke(
    canvas: QWidget, watches: list[PaintWatch], stroke: Stroke
) -> list[tuple[float, float]]:
    """For each movement of a stroke: seconds to the new answer, and to the new strips."""
    taken = []
    points = [QPointF(x, y) * (canvas.width() / BOX) for x, y in stroke.points]
    send(canvas, QEvent.Type.MouseButtonPress, points[0])
    QApplication.processEvents()
    for point in points[1:]:
        for watch in watches:
            watch.has_painted = False
        start = time.perf_counter()
        send(canvas, QEvent.Type.MouseMove, point)
        moments = []
        for watch in watches:
            while not watch.has_painted:
                QApplication.processEvents()
            moments.append(time.perf_counter() - start)
        QApplication.processEvents()
        taken.append((moments[0], time.perf_counter() - start))
    send(canvas, QEvent.Type.MouseButtonRelease, points[-1])
    QApplication.processEvents()
    return taken


def send(canvas: QWidget, kind: QEvent.Type, point: QPointF) -> None:
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    button = none if kind == QEvent.Type.MouseMove else left
    held = none if kind == QEvent.Type.MouseButtonRelease else left
    place = canvas.mapToGlobal(point)
    event = QMouseEvent(kind, point, place, button, held, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(canvas, event)


if __name__ == "__main__":
    main()
