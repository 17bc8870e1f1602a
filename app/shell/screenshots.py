"""Pictures of every workspace with something to see in each, and one that moves: for the README.

Works without a display. The user's own settings are left alone.
"""

from __future__ import annotations

import math
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, QEventLoop, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.kit.export.run_files import Frame, shared_palette, write_gif
from app.look.pictures import pixels_of
from app.look.theme import ThemeController
from app.shell.application import make_application
from app.shell.main_window import MainWindow
from app.shell.workspaces import KEYS, Workspaces
from app.state.settings import Settings
from app.train.setup.data_choices import DataChoices
from app.train.setup.training_choices import IMAGES, VALIDATION, TrainingChoices
from engine.basics.errors import DataError
from engine.ink.rendering import Stroke

WIDTH, HEIGHT = 1280, 720
THEMES = ("light", "dark")
ANIMATION = "draw-and-step.gif"
_ANIMATION_SIZE = (1120, 700)
_FRAME_MS = 100
_TRAINING_SECONDS = 300

Place = tuple[float, float]
"""Across and down, in the 280 × 280 box of a sheet."""
Places = tuple[Place, ...]


def take_pictures(directory: Path, *, force: bool = False) -> int:
    """Write ``<workspace>-<theme>.png`` for all workspaces and an animation; return the exit code.

    Qt must be able to open a window, on a screen or off. ``force`` replaces what is there.

    Raises:
        DataError: if there are some, and they are not to be replaced.
    """
    names = [f"{key}-{theme}.png" for key in KEYS for theme in THEMES]
    there = [name for name in (*names, ANIMATION) if (directory / name).exists()]
    if there and not force:
        raise DataError(
            f"{directory / there[0]} exists already. Choose another folder, or replace the "
            "pictures in it by --force."
        )
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(Path(folder) / "settings.ini")
        try:
            directory.mkdir(parents=True, exist_ok=True)
            _take_all(directory, settings)
        except OSError as error:
            reason = error.strerror or error
            sys.stderr.write(f"cnnviz cannot write pictures to {directory}: {reason}.\n")
            return 1
    return 0


def _take_all(directory: Path, settings: Settings) -> None:
    with window_with_something_to_see(settings) as window:
        _take_still(window, directory)
        window.look.set_mode("light")
        _take_moving(window, directory / ANIMATION)


@contextmanager
def window_with_something_to_see(settings: Settings) -> Iterator[MainWindow]:
    """The main window, shown, with a drawing; a run in Train would be short. Closed at the end."""
    application = make_application()
    _choose_short_training(settings)
    look = ThemeController(application, "light")
    window = MainWindow(settings, look)
    window.resize(WIDTH, HEIGHT)
    window.show()
    window.start_up()
    draw_a_three(window)
    try:
        yield window
    finally:
        window.workspaces.train.stop_and_join(_TRAINING_SECONDS * 1000)
        window.hide()
        window.deleteLater()
        _pass_time()


def draw_a_three(window: MainWindow) -> None:
    """Put a 3 on the sheet whose lower bow is so nearly closed that it might also be an 8."""
    upper, lower = _bow(134, 98, 46, 42, -160, 80), _bow(134, 186, 56, 48, -80, 225)
    window.workspaces.draw.sketch.replace((Stroke((*upper, *lower)),))


# Pictures that stand still


def _take_still(window: MainWindow, directory: Path) -> None:
    window.workspaces.step.stepper.go_to(2)
    train = Workspaces.train.key  # last, as it changes the network of the others
    for key in (*(key for key in KEYS if key != train), train):
        window.open_workspace(key)
        if key == train:
            train_shortly(window)
        for theme in THEMES:
            window.look.set_mode(theme)
            settle(window)
            file = directory / f"{key}-{theme}.png"
            if not window.grab().save(str(file)):
                raise OSError(f"{file.name} was not written")


def _choose_short_training(settings: Settings) -> None:
    """Set up a run that takes seconds, on digits that need no download."""
    choices = TrainingChoices(settings, DataChoices())
    choices.choose_source("generated")
    for name, value in ((IMAGES, 1500), (VALIDATION, 300), ("epochs", 6)):
        choices.set_value(name, value)


def _bow(
    x: float, y: float, width: float, height: float, start: float, end: float, pieces: int = 28
) -> Places:
    """Points on an ellipse around (x, y) from one angle to another, in degrees, clockwise."""
    angles = np.radians(np.linspace(start, end, pieces + 1)).tolist()
    return tuple((x + width * math.cos(a), y + height * math.sin(a)) for a in angles)


def train_shortly(window: MainWindow) -> None:
    """Run a short training to its end."""
    settle(window)
    train = window.workspaces.train
    train.start()
    for _ in range(_TRAINING_SECONDS * 5):
        if not train.session.is_active:
            break
        settle(window)
    train.session.stop_and_join(_TRAINING_SECONDS * 1000)


# The picture that moves


def _take_moving(window: MainWindow, file: Path) -> None:
    """A digit drawn stroke by stroke, with the answer that follows, then a few steps in Step."""
    window.files.use_bundled()
    window.resize(*_ANIMATION_SIZE)
    frames = [*_drawing(window), *_stepping(window)]
    write_gif(file, frames, len(frames), _FRAME_MS, shared_palette(frames[::5]))


def _drawing(window: MainWindow) -> Iterator[Frame]:
    """One frame for each piece of a 4."""
    draw = window.workspaces.draw
    draw.sketch.clear()
    window.open_workspace(Workspaces.draw.key)
    strokes = (
        (*_line((112, 56), (84, 150), 7), *_line((84, 150), (200, 150), 7)),
        _line((172, 62), (160, 226), 9),
    )
    yield from _held(window, 4)
    for stroke in strokes:
        _mouse(draw.canvas, QEvent.Type.MouseButtonPress, stroke[0])
        for place in stroke[1:]:
            _mouse(draw.canvas, QEvent.Type.MouseMove, place)
            yield from _held(window, 1)
        _mouse(draw.canvas, QEvent.Type.MouseButtonRelease, stroke[-1])
        yield from _held(window, 5)


def _stepping(window: MainWindow) -> Iterator[Frame]:
    """The four windows of a kernel that answers to strokes like the input's."""
    window.open_workspace(Workspaces.step.key)
    step = window.workspaces.step
    step.model.set_state(
        replace(
            step.model.state,
            input=np.array([[[0.0, 0, 2, 9], [0, 2, 9, 2], [2, 9, 2, 0], [9, 2, 0, 0]]]),
            kernel=np.array([[[[0.0, -1, 1], [-1, 1, -1], [1, -1, 0]]]]),
            bias=np.zeros(1),
            grad_output=np.ones((1, 2, 2)),
        )
    )
    for position in range(4):
        step.stepper.go_to(position)
        yield from _held(window, 7)


def _line(start: Place, end: Place, pieces: int) -> Places:
    return tuple(map(tuple, np.linspace(start, end, pieces + 1).tolist()))


def _mouse(canvas: QWidget, kind: QEvent.Type, place: Place) -> None:
    """Let the left button do something at a place of the canvas."""
    spot = QPointF(place[0] / 280 * canvas.width(), place[1] / 280 * canvas.height())
    left = Qt.MouseButton.LeftButton
    event = QMouseEvent(
        kind, spot, canvas.mapToGlobal(spot), left, left, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(canvas, event)


def _held(window: MainWindow, count: int) -> list[Frame]:
    """The window as it is now, for so many frames."""
    settle(window)
    return [pixels_of(window.grab().toImage())[:, :, :3]] * count


def settle(window: MainWindow) -> None:
    """Let all that waits for the event loop take place, until the open workspace shows it all.

    Time alone is no sign of that: on a busy computer an answer may be there before the layers are.
    """
    _pass_time()
    while not window.workspaces.current.is_up_to_date:
        _pass_time()


def _pass_time() -> None:
    loop = QEventLoop()
    QTimer.singleShot(150, loop.quit)
    loop.exec()
