"""Thousands of random edits inside Build's window, undone again: equal to the start, no leak.

    python -m benchmarks.robustness.random_edits [--edits 10000] [--seed 1] [--trace]

Edits come by the document and by the widgets: keys in the list of cards, drops on it, typing into
the form, entries of the palette, fixes. After each thousand everything is undone to the very start;
what Python and Qt hold then is compared with what they held after the first thousand. ``--trace``
also follows every allocation of Python's, which takes several times as long.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
import time
import tracemalloc
import warnings
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QObject,
    QPointF,
    Qt,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QWidget

from app.build.layer_mime import mime_of
from app.build.panel import BuildPanel
from app.shell.application import make_application
from app.state.document import StackDocument
from app.state.networks import NetworkHolder
from engine.layers.spec import LayerSpec, registered_specs
from engine.networks.presets import PRESETS

ROUND = 1000
MOST_LAYERS = 24
SMALLEST, LARGEST = 1, 9


@dataclass(frozen=True)
class Held:
    """What there is after everything was undone."""

    python_objects: int
    traced_bytes: int
    qt_objects: int


def main() -> int:
    """Edit, undo, compare, print; 1 if something was not as it should be."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--edits", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--trace", action="store_true")
    arguments = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    warnings.simplefilter("error")
    complaints: list[str] = []
    qInstallMessageHandler(lambda kind, _, text: _note(complaints, kind, text))
    if arguments.trace:
        tracemalloc.start()
    is_right = _edit(arguments.edits, np.random.default_rng(arguments.seed))
    qInstallMessageHandler(None)
    sys.stdout.write(
        f"{len(complaints)} warnings of Qt\n" + "".join(f"  {c}\n" for c in complaints)
    )
    return 0 if is_right and not complaints else 1


def _note(complaints: list[str], kind: QtMsgType, text: str) -> None:
    is_known = "propagateSizeHints" in text  # of the platform without a screen
    if kind is not QtMsgType.QtDebugMsg and not is_known:
        complaints.append(text)


def _edit(edits: int, rng: np.random.Generator) -> bool:
    application = make_application()
    networks = NetworkHolder()
    networks.load_bundled()
    document = StackDocument()
    host = QWidget()
    host.resize(1280, 720)
    panel = BuildPanel(document, networks, parent=host)
    panel.setGeometry(host.rect())
    host.show()
    application.processEvents()
    start, began, steps, held = document.stack, time.perf_counter(), 0, []
    is_right = True
    for number in range(1, edits + 1):
        random_edit(panel, rng)
        application.processEvents()
        if number % ROUND == 0 or number == edits:
            steps += document.undo_stack.count()
            document.undo_stack.setIndex(0)
            is_right &= document.stack == start and not document.is_modified
            is_right &= panel.totals.parameters.value.text() == f"{document.report.parameters:,}"
            document.undo_stack.clear()
            held.append(_held(host))
    seconds = time.perf_counter() - began
    sys.stdout.write(
        f"{edits:,} random edits in the window: {steps:,} steps, {seconds:.0f} s with undoing; "
        f"equal to the start after each {ROUND:,}: {is_right}\n"
    )
    for number, one in enumerate(held, 1):
        traced = f", {one.traced_bytes / 1024:,.0f} KiB traced" if one.traced_bytes else ""
        sys.stdout.write(
            f"  after round {number}: {one.python_objects:,} Python objects, "
            f"{one.qt_objects:,} Qt objects{traced}\n"
        )
    host.hide()
    host.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return is_right


def _held(host: QWidget) -> Held:
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QGuiApplication.clipboard().clear()
    gc.collect()
    traced = tracemalloc.get_traced_memory()[0]
    return Held(len(gc.get_objects()), traced, len(host.findChildren(QObject)))


def random_edit(panel: BuildPanel, rng: np.random.Generator) -> None:
    """One edit that a user could make, by the document or by the widgets."""
    document, cards = panel.document, panel.stack_list
    count = len(document.stack.layers)
    row = int(rng.integers(count)) if count else -1
    if count > MOST_LAYERS:
        document.remove_layers(range(0, count, 2))
        return
    cards.choose_layers((row,))
    kinds = (_by_document, _by_keys, _by_drop, _by_form, _by_palette, _by_fix)
    kinds[rng.integers(len(kinds))](panel, row, rng)


def _by_document(panel: BuildPanel, row: int, rng: np.random.Generator) -> None:
    document, count = panel.document, len(panel.document.stack.layers)
    what = int(rng.integers(6))
    if what == 0:
        document.insert_layer(int(rng.integers(count + 1)), _any_spec(rng))
    elif what == 1:
        document.change_input((int(rng.integers(1, 4)), 28, int(rng.integers(20, 40))))
    elif what == 2:
        document.rename(f"Stack {rng.integers(100)}")
    elif what == 3 and count:
        document.move_layers({row, int(rng.integers(count))}, int(rng.integers(count + 1)))
    elif what == 4 and count:
        document.remove_layers({row, int(rng.integers(count))})
    elif count:
        layer = document.stack.layers[row]
        numbers = [info for info in layer.fields() if info.kind in {"int", "pair"}]
        if numbers:
            name = numbers[rng.integers(len(numbers))].name
            value = int(rng.integers(SMALLEST, LARGEST))
            document.change_layer(row, layer.replaced(**{name: value}))


def _by_keys(panel: BuildPanel, row: int, rng: np.random.Generator) -> None:
    del row
    key, modifier = Qt.Key, Qt.KeyboardModifier
    keys = (
        (key.Key_Delete, modifier.NoModifier),
        (key.Key_D, modifier.ControlModifier),
        (key.Key_X, modifier.ControlModifier),
        (key.Key_C, modifier.ControlModifier),
        (key.Key_V, modifier.ControlModifier),
        (key.Key_Up, modifier.AltModifier),
        (key.Key_Down, modifier.AltModifier),
        (key.Key_Down, modifier.ShiftModifier),
        (key.Key_Z, modifier.ControlModifier),
        (key.Key_Z, modifier.ControlModifier | modifier.ShiftModifier),
    )
    for _ in range(2):
        QTest.keyClick(panel.stack_list, *keys[rng.integers(len(keys))])


def _by_drop(panel: BuildPanel, row: int, rng: np.random.Generator) -> None:
    """A layer out of the palette, dropped between two cards."""
    del row
    cards = panel.stack_list
    position = QPointF(40, float(rng.integers(cards.viewport().height())))
    data = mime_of([_any_spec(rng)])
    action, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    nothing = Qt.KeyboardModifier.NoModifier
    QCoreApplication.sendEvent(
        cards.viewport(), QDropEvent(position, action, data, button, nothing)
    )


def _by_form(panel: BuildPanel, row: int, rng: np.random.Generator) -> None:
    """A number typed, digit by digit."""
    del row
    boxes = panel.inspector.form.findChildren(QAbstractSpinBox)
    shown = [box for box in boxes if box.isVisible() and box.isEnabled()]
    if shown:
        box = shown[rng.integers(len(shown))]
        box.selectAll()
        QTest.keyClicks(box, str(rng.integers(SMALLEST, 40)))


def _by_palette(panel: BuildPanel, row: int, rng: np.random.Generator) -> None:
    del row
    entries = [n for n, each in enumerate(panel.palette_box.layers.rows) if each.entry is not None]
    panel.palette_box.layers.make_current(entries[rng.integers(len(entries))])
    QTest.keyClick(panel.palette_box.layers, Qt.Key.Key_Return)
    if rng.integers(8) == 0:
        presets = list(PRESETS.values())
        panel.open_preset(presets[rng.integers(len(presets))])


def _by_fix(panel: BuildPanel, row: int, rng: np.random.Generator) -> None:
    del row
    fixes = panel.document.fixes
    if fixes:
        panel.stack_list.apply_fix(int(rng.integers(len(fixes))))


def _any_spec(rng: np.random.Generator) -> LayerSpec:
    kinds = list(registered_specs().values())
    return kinds[rng.integers(len(kinds))]()


if __name__ == "__main__":
    sys.exit(main())
