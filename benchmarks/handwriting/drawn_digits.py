"""How many drawn digits are recognised: drawings replayed with the mouse on Draw's own canvas.

The drawings come from a seed that no training uses. They are drawn as they come, and thin, thick,
small, off-centre and slanted; each is replayed through the canvas widget by mouse events, and read
once more by ``cnnviz classify --strokes``, which must answer the same. With ``--ways N`` every way
of writing is asked N times besides. Run with ``python benchmarks/handwriting/drawn_digits.py``;
QT_QPA_PLATFORM=offscreen works without a display.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import math
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.cli import bundled_model
from app.cli import main as cnnviz
from app.draw.panel import DrawPanel
from app.look.theme import ThemeController
from app.shell.application import make_application
from app.state.networks import NetworkHolder
from app.state.settings import Settings
from engine.data.generated.digits import digit_drawing, write
from engine.data.generated.ways import WAYS
from engine.ink.drawings import BOX, DEFAULT_WIDTH, Drawing, Stroke
from engine.ink.preprocess import prepare
from engine.ink.rendering import render
from engine.networks.calibration import Calibration, class_scores
from engine.networks.model_file import load_model

HELD_OUT_SEED = 907_000_000
"""Far from every seed that training, validation or tests use."""

Shapes = list[NDArray[np.float64]]


def main() -> int:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, default=bundled_model())
    parser.add_argument("--per-kind", type=int, default=80, help="drawings of each kind")
    parser.add_argument("--ways", type=int, default=0, metavar="N", help="drawings of each way")
    options = parser.parse_args()
    by_canvas(options.model, options.per_kind)
    if options.ways:
        by_way(options.model, options.ways)
    return 0


# The kinds: each puts strokes of any size into the box, and chooses a pen


def usual(shapes: Shapes, rng: np.random.Generator) -> tuple[Shapes, float]:
    """In the middle, of middling size, by the pen that Draw begins with."""
    return placed(shapes, rng.uniform(130, 190), (0.5, 0.5)), DEFAULT_WIDTH


def thin(shapes: Shapes, rng: np.random.Generator) -> tuple[Shapes, float]:
    """By a thin pen."""
    return placed(shapes, rng.uniform(130, 190), (0.5, 0.5)), 6.0


def thick(shapes: Shapes, rng: np.random.Generator) -> tuple[Shapes, float]:
    """By a thick pen."""
    return placed(shapes, rng.uniform(160, 210), (0.5, 0.5)), 32.0


def small(shapes: Shapes, rng: np.random.Generator) -> tuple[Shapes, float]:
    """A fifth to a third of the box, by a pen that is not too thick for it."""
    return placed(shapes, rng.uniform(55, 95), tuple(rng.uniform(0.3, 0.7, 2))), 10.0


def off_centre(shapes: Shapes, rng: np.random.Generator) -> tuple[Shapes, float]:
    """In a corner or at an edge."""
    return placed(shapes, rng.uniform(90, 150), tuple(rng.choice((0.0, 1.0), 2))), DEFAULT_WIDTH


def slanted(shapes: Shapes, rng: np.random.Generator) -> tuple[Shapes, float]:
    """Leaning to the right, as fast hands do."""
    lean = np.array(((1.0, 0.0), (-rng.uniform(0.2, 0.45), 1.0)))
    return placed([shape @ lean for shape in shapes], rng.uniform(130, 190), (0.5, 0.5)), 18.0


def placed(shapes: Shapes, size: float, where: Sequence[float]) -> Shapes:
    """Scale the longer side to ``size``; ``where`` is 0 at the left or top edge, 1 at the other."""
    points = np.concatenate(shapes)
    low, extent = points.min(0), np.ptp(points, axis=0)
    scale = size / extent.max()
    margin = 20.0
    corner = margin + (BOX - 2 * margin - extent * scale) * np.asarray(where)
    return [(shape - low) * scale + corner for shape in shapes]


Kind = Callable[[Shapes, np.random.Generator], tuple[Shapes, float]]
KINDS: dict[str, Kind] = {
    "as usual": usual,
    "thin": thin,
    "thick": thick,
    "small": small,
    "off-centre": off_centre,
    "slanted": slanted,
}


# Through the canvas, and through the command


def by_canvas(model: Path, count: int) -> None:
    """Accuracy by kind and by digit, on the canvas and by ``classify --strokes``."""
    labels, answers, drawings = replay(model, count)
    names = list(KINDS)
    right = read_rightly(answers, labels)
    print(f"{labels.size} drawings replayed with the mouse, seed {HELD_OUT_SEED:,}")
    for name, row in zip(names, right, strict=True):
        print(f"  {name:12s} {row.mean():7.2%}   {row.sum()} of {row.size}")
    print(f"  {'all':12s} {right.mean():7.2%}")
    shares = [right[labels == digit].mean() for digit in range(10)]
    print("  by digit    " + "  ".join(f"{d}: {share:.1%}" for d, share in enumerate(shares)))
    with_width = ask_command(model, drawings, with_width=True).reshape(answers.shape)
    difference = np.abs(with_width - answers).max()
    print(f"classify --strokes, the same pens: probabilities differ by at most {difference:.1e}")
    without = ask_command(model, drawings, with_width=False).reshape(answers.shape)
    right = read_rightly(without, labels)
    print(f"classify --strokes, pens that suit the drawings' sizes: {right.mean():.2%}")
    for name, row in zip(names, right, strict=True):
        print(f"  {name:12s} {row.mean():7.2%}")


def read_rightly(answers: NDArray[np.float64], labels: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Where the most probable digit is the right one; a drawing that was refused has zeros.

    Shape:
        ``(kinds, count, 10)`` and ``(kinds, count)`` to ``(kinds, count)``.
    """
    right: NDArray[np.bool_] = (answers.argmax(2) == labels) & answers.any(2)
    return right


def replay(model: Path, count: int) -> tuple[NDArray[np.int64], NDArray[np.float64], list[Drawing]]:
    """Draw ``count`` digits of every kind.

    Returns labels ``(kinds, count)``, probabilities ``(kinds, count, 10)`` and the drawings.
    """
    application = make_application()
    look = ThemeController(application, "light")
    networks = NetworkHolder()
    networks.open(model)
    labels = np.tile(np.arange(count, dtype=np.int64) % 10, (len(KINDS), 1))
    answers = np.zeros((len(KINDS), count, 10))
    drawings: list[Drawing] = []
    with tempfile.TemporaryDirectory() as folder:
        panel = DrawPanel(networks, Settings(Path(folder) / "settings.ini"))
        panel.resize(1280, 720)
        panel.show()
        for row, kind in enumerate(KINDS.values()):
            rng = np.random.default_rng((HELD_OUT_SEED, row))
            for column, digit in enumerate(labels[row].tolist()):
                shapes, width = kind(shapes_of(digit_drawing(digit, rng)), rng)
                answers[row, column] = draw(panel, shapes, width)
                drawings.append(panel.sketch.marks)
        panel.close()
    del look
    return labels, answers, drawings


def shapes_of(drawing: Drawing) -> Shapes:
    """The strokes' points as arrays."""
    return [np.array(mark.points) for mark in drawing if isinstance(mark, Stroke)]


def draw(panel: DrawPanel, shapes: Shapes, width: float) -> NDArray[np.floating]:
    """Draw strokes with the mouse on a clean sheet. Returns the ten probabilities, 0 if refused."""
    panel.sketch.clear()
    panel.canvas.pen_width = width
    for shape in shapes:
        points = [QPointF(x, y) * (panel.canvas.width() / BOX) for x, y in shape.tolist()]
        send(panel.canvas, QEvent.Type.MouseButtonPress, points[0])
        for point in points[1:]:
            send(panel.canvas, QEvent.Type.MouseMove, point)
        send(panel.canvas, QEvent.Type.MouseButtonRelease, points[-1])
    QApplication.processEvents()
    panel._recognise()  # noqa: SLF001 - at once, rather than when the event loop comes to it
    probabilities = panel.recognition.probabilities
    if probabilities is None or not panel.recognition.is_digit:
        return np.zeros(10)
    return probabilities


def send(canvas: QWidget, kind: QEvent.Type, point: QPointF) -> None:
    """One mouse event of the left button."""
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    button = none if kind == QEvent.Type.MouseMove else left
    held = none if kind == QEvent.Type.MouseButtonRelease else left
    place = canvas.mapToGlobal(point)
    event = QMouseEvent(kind, point, place, button, held, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(canvas, event)


def ask_command(model: Path, drawings: list[Drawing], *, with_width: bool) -> NDArray[np.float64]:
    """The lines of ``cnnviz classify --strokes``, zeros if refused. Shape: ``(drawings, 10)``."""
    data = [
        [
            {"points": mark.points, "width": mark.width} if with_width else mark.points
            for mark in drawing
            if isinstance(mark, Stroke)
        ]
        for drawing in drawings
    ]
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()) as out:
        path = Path(folder) / "drawings.json"
        path.write_text(json.dumps(data))
        cnnviz(["classify", "--model", str(model), "--strokes", str(path)])
    lines = out.getvalue().splitlines()
    refused = "0 " * 10
    lines = [refused if line.startswith("refused") else line for line in lines]
    return np.array([list(map(float, line.split())) for line in lines])


# Way by way


def by_way(model: Path, count: int) -> None:
    """Accuracy of every way of writing, the worst first, and what its misses are taken for."""
    opened = load_model(model)
    rng = np.random.default_rng(HELD_OUT_SEED)
    rows = []
    for digit, ways in enumerate(WAYS):
        for way in ways:
            images = np.array([prepare(render(write(way, rng))).image for _ in range(count)])
            scores = class_scores(opened.network, images[:, None])
            answers = Calibration().probabilities(scores).argmax(1)
            missed = np.bincount(answers[answers != digit], minlength=10)
            taken = ", ".join(f"{d}: {n}" for d, n in enumerate(missed.tolist()) if n)
            rows.append(((answers == digit).mean(), way.name, taken))
    rows.sort()
    mean = math.fsum(row[0] for row in rows) / len(rows)
    print(f"\n{len(rows)} ways, {count} drawings of each, mean {mean:.2%}; pens thin to thick")
    for share, name, taken in rows:
        print(f"  {share:7.1%}  {name:45s} {taken}")


if __name__ == "__main__":
    sys.exit(main())
