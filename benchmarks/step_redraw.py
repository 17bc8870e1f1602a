"""How long a step of the sliding-window lab takes, from the key to the painted window.

Run by hand: ``QT_QPA_PLATFORM=offscreen python -m benchmarks.step_redraw [WIDTH HEIGHT]``.
"""

from __future__ import annotations

import statistics
import sys
import time

from PySide6.QtWidgets import QApplication

from app.panels.step import StepPanel
from app.theme import ThemeController
from app.viewmodels.stepper import WAYS, Operation


def main() -> None:
    """Step through every pass with padding 1 and print the median and the worst, per step."""
    width, height = (int(text) for text in sys.argv[1:3]) if len(sys.argv) > 2 else (1844, 984)
    application = QApplication([])
    look = ThemeController(application, "light")
    panel = StepPanel()
    panel.resize(width, height)
    panel.show()
    panel.stepper.set_padding(1)
    print(f"{width}×{height}, {look.mode}: milliseconds per step")
    for operation in Operation:
        panel.stepper.set_operation(operation)
        for number, way in enumerate(WAYS[operation]):
            panel.stepper.set_way(number)
            times = []
            for _ in range(3):
                panel.stepper.first()
                application.processEvents()
                for _ in range(panel.stepper.count - 1):
                    start = time.perf_counter()
                    panel.stepper.next()
                    application.processEvents()
                    times.append(1000 * (time.perf_counter() - start))
            median, worst = statistics.median(times), max(times)
            print(f"{operation.value:15} {way.title:17} median {median:5.2f}  worst {worst:5.2f}")
    panel.close()


if __name__ == "__main__":
    main()
