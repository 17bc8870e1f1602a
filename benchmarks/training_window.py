"""The whole window on Train, made and started by program: what the benchmarks of Train share."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer

from app.look.theme import ThemeController
from app.shell.application import make_application
from app.shell.main_window import MainWindow
from app.state.settings import Settings
from app.train.panel import TrainPanel
from engine.layers import Conv2dSpec, DenseSpec, FlattenSpec, MaxPool2dSpec, ReLUSpec
from engine.layers.spec import LayerSpec
from engine.networks.presets import PRESETS
from engine.networks.stack import Stack

POLL_MS = 5


def _conv(kernels: int) -> tuple[LayerSpec, ...]:
    return (Conv2dSpec(out_channels=kernels, padding=(1, 1)), ReLUSpec())


FOUR_3X3 = Stack(
    "Four 3×3",
    (1, 28, 28),
    (
        *_conv(32),
        *_conv(32),
        MaxPool2dSpec(),
        *_conv(64),
        *_conv(64),
        MaxPool2dSpec(),
        FlattenSpec(),
        DenseSpec(out_features=10),
    ),
)

NETWORKS = {
    "lenet5": PRESETS["lenet5"].stack,
    "four-3x3": FOUR_3X3,
    "small": PRESETS["simplecnn"].stack,
}


def wait(milliseconds: int) -> None:
    """Let the window live for so long."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def wait_until(is_done: Callable[[], bool], seconds: float = 600) -> None:
    """Let the window live until something is so; end the program if it never is."""
    loop = QEventLoop()
    timer = QTimer(interval=POLL_MS)
    timer.timeout.connect(lambda: loop.quit() if is_done() else None)
    timer.start()
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    if not is_done():
        loop.exec()
    if not is_done():
        sys.exit("The window did not get there in time.")


@contextmanager
def window_on_train(data: Path | None) -> Iterator[MainWindow]:
    """The window, 1920×1080, light, on Train; with generated digits where there is no MNIST."""
    application = make_application()
    look = ThemeController(application, "light")
    with tempfile.TemporaryDirectory() as folder:
        window = MainWindow(Settings(Path(folder) / "settings.ini"), look, None, data)
        window.resize(1920, 1080)
        window.show()
        window.start_up()
        window.open_workspace("train")
        panel = window.workspaces.train
        if data is None:
            panel.sources.choose_source("generated")
        yield window
        panel.stop_and_join(10_000)
        window.hide()


def start_run(panel: TrainPanel, network: str, batch: int, images: int | None = None) -> None:
    """Train a network for longer than any measurement, and wait for its first batches."""
    panel.document.replace_stack(NETWORKS[network], "Open a network")
    panel.form.run.boxes["batch_size"].setValue(batch)
    panel.form.run.boxes["epochs"].setValue(1000)
    if images is not None:
        panel.form.images.boxes["images"].setValue(images)
    panel.start()
    if not panel.session.is_active:
        sys.exit(f"Training did not start: {panel.view.notice.text}")
    wait_until(lambda: panel.session.curves.batches > 2)


def stop_run(panel: TrainPanel) -> None:
    """End the run, and wait for its end."""
    panel.session.stop()
    wait_until(lambda: not panel.session.is_active)


def page_titles(panel: TrainPanel) -> list[str]:
    """What can be shown below the curves."""
    return list(panel.view.pages.choice.options)
