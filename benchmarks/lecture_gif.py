"""How long the 4×4 run takes as a GIF, and how large it is.

Run by hand: ``QT_QPA_PLATFORM=offscreen python -m benchmarks.lecture_gif``.
"""

from __future__ import annotations

import tempfile
import time
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QWidget

from app.kit.export.run_job import RunFormat
from app.look.theme import ThemeController
from app.shell.application import make_application
from app.state.settings import Settings
from app.step.exports import StepExports
from app.step.lab import LabModel
from app.step.stepper import Stepper
from engine.lab import OPERATIONS, example_state


def main() -> None:
    """Write every pass of the example with padding 0 and 1; print steps, seconds, bytes."""
    application = make_application()
    look = ThemeController(application, "light")
    window = QWidget()
    stepper = Stepper(LabModel())
    stepper.set_speed(2.0)
    print(f"{'pass':32} steps  seconds    bytes   ({look.mode}, 1280×720, 2 steps a second)")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        exports = StepExports(stepper, Settings(folder / "settings.ini"), window)
        for padding in (0, 1):
            state = replace(example_state(), padding=(padding, padding))
            for info in OPERATIONS[state.operation].passes:
                stepper.model.set_state(replace(state, pass_=info.key))
                path = folder / "run.gif"
                loop = QEventLoop()
                exports.ended.connect(loop.quit)
                start = time.perf_counter()
                exports.save_run(RunFormat.GIF, path)
                loop.exec()
                seconds = time.perf_counter() - start
                title = f"{info.title}, padding {padding}"
                size = path.stat().st_size
                print(f"{title:32} {stepper.count:5}  {seconds:7.2f}  {size:7,}")
    window.deleteLater()


if __name__ == "__main__":
    main()
