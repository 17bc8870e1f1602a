"""Playing the largest grids of *Step*: every step is painted, however fast they fall due."""

import numpy as np
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication

from app.step.panel import StepPanel
from engine.lab import LabState, Pass

SPEED = 8


class FastClock:
    """Time in which a step is always due at once: it leaps as far as a step takes."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now

    def leap(self):
        self.now += 1 / SPEED


class Painted(QObject):
    """Notes at which position of the scrubber it was painted."""

    def __init__(self, panel):
        super().__init__(panel)
        self.steps: list[int] = []
        self.scrubber = panel.transport.scrubber
        self.scrubber.installEventFilter(self)

    def eventFilter(self, watched, event):
        if watched is self.scrubber and event.type() == QEvent.Type.Paint:
            self.steps.append(self.scrubber.position)
        return False


def largest():
    """12×12, 3 input and 4 output channels: 576 windows."""
    rng = np.random.default_rng(1)
    return LabState(
        input=rng.integers(0, 10, (3, 12, 12)).astype(float),
        kernel=rng.integers(-2, 3, (4, 3, 3, 3)).astype(float),
        bias=np.zeros(4),
        grad_output=rng.integers(-4, 5, (4, 12, 12)).astype(float),
        padding=(1, 1),
    )


def play_to_the_end(panel, clock, qtbot, steps):
    """Play the last ``steps`` steps; what was painted, and what should have been."""
    last = panel.stepper.count - 1
    panel.stepper.go_to(last - steps)
    QApplication.processEvents()
    painted = Painted(panel)
    panel.stepper.position_changed.connect(lambda _: clock.leap())
    panel.stepper.set_speed(SPEED)
    panel.stepper.play()
    qtbot.waitUntil(lambda: not panel.stepper.is_playing, timeout=30_000)
    qtbot.waitUntil(lambda: painted.steps[-1:] == [last], timeout=30_000)
    return painted.steps, list(range(last - steps + 1, last + 1))


def shown(qtbot, pass_):
    clock = FastClock()
    panel = StepPanel(clock=clock)
    qtbot.addWidget(panel)
    panel.resize(1216, 640)
    panel.model.set_state(largest())
    panel.model.choose_pass(pass_)
    panel.show()
    qtbot.waitUntil(panel.isVisible)
    return panel, clock


def test_no_step_of_the_largest_grid_is_dropped_while_playing(qtbot, look):
    panel, clock = shown(qtbot, Pass.FORWARD)
    assert panel.stepper.count == 576
    painted, due = play_to_the_end(panel, clock, qtbot, 40)
    assert painted == due
    output = panel.picture.stage.pane("output").grid
    assert output.value_at(11, 11) is not None


def test_no_step_of_a_gradient_is_dropped_either(qtbot, look):
    panel, clock = shown(qtbot, Pass.GRAD_INPUT)
    painted, due = play_to_the_end(panel, clock, qtbot, 40)
    assert painted == due
