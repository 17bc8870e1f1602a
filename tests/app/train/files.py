"""Opening data in Train, and training on it."""

from pathlib import Path

from pytestqt.qtbot import QtBot

from app.train.panel import TrainPanel
from tests.app.train.driving import TIMEOUT, click


def never() -> bool:
    """Nothing is cancelled."""
    return False


def ignore(*_: object) -> None:
    """Progress that nobody reads."""


def opened(qtbot: QtBot, panel: TrainPanel, path: Path) -> None:
    """Open a file or folder, and wait until it is read or refused."""
    with qtbot.waitSignal(panel.data.files.ended, timeout=TIMEOUT):
        panel.sources.open(path)


def start_and_wait(qtbot: QtBot, panel: TrainPanel) -> None:
    """A run of one epoch, to its end."""
    panel.form.run.boxes["epochs"].setValue(1)
    click(panel.form.start)
    qtbot.waitUntil(lambda: panel.session.result is not None, timeout=TIMEOUT)
    qtbot.waitUntil(lambda: not panel.session.is_active, timeout=TIMEOUT)
