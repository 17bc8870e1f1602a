"""Build and Reference: time from an edit, or a choice, to everything that shows its report.

    python -m benchmarks.build_edits [--repeats 60]

The windows are shown throughout (without a screen unless told otherwise), with the bundled network
open, so that an edit is also answered by the cards, the fixes, the form, the totals and what is
said of the trained weights. Painting is not counted. Beside the time on the clock stands that of
the processor, which tells more on a machine that has other things to do. No weights are allocated
for any of the stacks: the most that is allocated at a time while VGG19 is edited is printed.
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

from PySide6.QtWidgets import QWidget

from app.build.panel import BuildPanel
from app.reference.architectures import ArchitecturesPage
from app.shell.application import make_application
from app.state.document import StackDocument, report_on
from app.state.networks import NetworkHolder
from engine.costs import ARCHITECTURES, Architecture
from engine.layers import ReLUSpec
from engine.networks.presets import PRESETS
from engine.networks.stack import Stack

Times = tuple[float, float]
"""Seconds on the clock and of the processor."""


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--repeats", type=int, default=60)
    repeats: int = parser.parse_args().repeats
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = make_application()
    networks = NetworkHolder()
    networks.load_bundled()
    vgg19 = ARCHITECTURES["vgg19"].stack
    if vgg19 is None:
        return 1
    for stack in (PRESETS["lenet5"].stack, vgg19):
        _measure_edits(stack, networks, application.processEvents, repeats)
    _measure_allocation(vgg19)
    _measure_architectures(application.processEvents)
    return 0


def _measure_edits(
    stack: Stack, networks: NetworkHolder, settle: Callable[[], object], repeats: int
) -> None:
    """Edits of all kinds at the first layer, where all shapes behind it follow."""
    document = StackDocument(stack)
    host = _shown(BuildPanel(document, networks))
    settle()
    flatten = next(row for row, spec in enumerate(stack.layers) if spec.kind == "Flatten")
    kernels = stack.layers[0]
    edits: dict[str, Callable[[int], None]] = {
        "kernels of layer 1": lambda number: document.change_layer(
            0, kernels.replaced(out_channels=1 + number % 60)
        ),
        "insert a layer in front": lambda _: document.insert_layer(0, ReLUSpec()),
        "move it to the end": lambda _: document.move_layer(0, len(stack.layers)),
        "remove Flatten: a fault, with fixes": lambda _: document.remove_layer(flatten),
        "other pictures": lambda number: document.change_input((1 + number % 3, 40, 40)),
    }
    reports = [_seconds(partial(report_on, stack)) for _ in range(repeats)]
    _say(f"{stack.name}: report alone", reports)
    for name, edit in edits.items():
        times = []
        for number in range(repeats):
            times.append(_seconds(partial(edit, number)))
            settle()
            document.undo_stack.setIndex(0)
            settle()
        _say(f"{stack.name}: {name}", times)
    _let_go(host, settle)


def _measure_allocation(stack: Stack) -> None:
    document = StackDocument(stack)
    tracemalloc.start()
    document.change_layer(0, stack.layers[0].replaced(out_channels=128))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    sys.stdout.write(f"{stack.name}: at most {most / 1024:.0f} KiB allocated during an edit\n")


def _measure_architectures(settle: Callable[[], object]) -> None:
    """Each network chosen in Reference, for the first time and then again."""
    page = ArchitecturesPage()
    host = _shown(page)
    settle()
    keys = list(ARCHITECTURES)
    for key in ("vgg19", "resnet152", "densenet121"):
        entry, row = ARCHITECTURES[key], keys.index(key)
        times = []
        for _ in range(10):
            page.table.choose((row + 1) % len(keys))
            settle()
            times.append(_seconds(partial(page.table.choose, row)))
        report = [_seconds(partial(_draw, entry)) for _ in range(10)]
        _say(f"{entry.title}: report of {len(entry.report.rows)} layers", report)
        _say(f"{entry.title}: chosen in Reference for the first time", times[:1])
        _say(f"{entry.title}: chosen again", times[1:])
    _let_go(host, settle)


def _draw(entry: Architecture) -> None:
    entry.draw().report()


def _shown(widget: QWidget) -> QWidget:
    """A window with the widget in it."""
    host = QWidget()
    host.resize(1280, 720)
    widget.setParent(host)
    widget.setGeometry(host.rect())
    host.show()
    return host


def _let_go(host: QWidget, settle: Callable[[], object]) -> None:
    host.hide()
    host.deleteLater()
    settle()


def _seconds(do: Callable[[], object]) -> Times:
    began, worked = time.perf_counter(), time.thread_time()
    do()
    return time.perf_counter() - began, time.thread_time() - worked


def _say(what: str, times: list[Times]) -> None:
    clock, processor = ([1e3 * each[place] for each in times] for place in (0, 1))
    sys.stdout.write(
        f"{what}: median {statistics.median(clock):.2f} ms, worst of {len(times)} "
        f"{max(clock):.2f} ms; processor {statistics.median(processor):.2f} and "
        f"{max(processor):.2f} ms\n"
    )


if __name__ == "__main__":
    sys.exit(main())
