"""The lab's state without a window: moving, choosing, playing in time."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QTimer

from app.step.stepper import SPEEDS, Stepper
from engine.lab import OPERATIONS, Operation, Pass
from engine.traces import GradInputCorrelation, GradInputScatter
from tests.app.step.reading import ways


class Clock:
    """Time that stands still until told otherwise."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def stepper(qapp):
    stepper = Stepper()
    yield stepper
    stepper.pause()


def pad(stepper, padding):
    state = replace(stepper.model.state, padding=(padding, padding), step=0)
    stepper.model.set_state(state)


def test_opens_on_the_first_window_of_the_forward_pass(stepper):
    assert stepper.pass_ is Pass.FORWARD
    assert (stepper.position, stepper.count, stepper.channel) == (0, 8, 0)


def test_steps_stop_at_both_ends(stepper):
    stepper.previous()
    assert stepper.position == 0
    stepper.last()
    stepper.next()
    assert stepper.position == 7
    stepper.go_to(-3)
    assert stepper.position == 0


def test_the_channel_follows_the_step_and_the_step_the_channel(stepper, qtbot):
    stepper.go_to(2)
    with qtbot.waitSignals([stepper.position_changed, stepper.channel_changed]):
        stepper.set_channel(1)
    assert stepper.position == 6
    stepper.go_to(1)
    assert stepper.channel == 0
    stepper.set_channel(5)
    assert stepper.channel == 0


def test_the_channel_is_kept_by_a_change_of_pass_and_padding(stepper):
    stepper.set_channel(1)
    stepper.model.choose_pass(Pass.GRAD_KERNEL)
    assert (stepper.channel, stepper.position) == (1, 4)
    pad(stepper, 1)
    assert (stepper.channel, stepper.position, stepper.count) == (1, 16, 32)


def test_gathering_sums_over_channels_so_choosing_one_moves_nothing(stepper):
    stepper.model.choose_pass(Pass.GRAD_INPUT)
    assert isinstance(stepper.trace, GradInputScatter)
    stepper.model.choose_way(1)
    assert isinstance(stepper.trace, GradInputCorrelation)
    stepper.go_to(5)
    stepper.set_channel(1)
    assert (stepper.position, stepper.channel) == (5, 1)


def test_an_unknown_way_or_pass_changes_nothing(stepper, qtbot):
    with qtbot.assertNotEmitted(stepper.trace_changed):
        stepper.model.choose_way(7)
        stepper.model.choose_pass(Pass.LOSS)
        stepper.model.choose_pass(Pass.FORWARD)


def test_gradients_toggle_back_to_the_one_seen_last(stepper):
    seen: list[str] = []
    stepper.trace_changed.connect(lambda: seen.append(stepper.pass_))
    stepper.toggle_gradients()
    stepper.model.choose_pass(Pass.GRAD_BIAS)
    stepper.toggle_gradients()
    stepper.toggle_gradients()
    assert seen == ["grad_input", "grad_bias", "forward", "grad_bias"]


@pytest.mark.parametrize("operation", [Operation.CONV2D, Operation.CONV1D])
@pytest.mark.parametrize("pass_", [Pass.GRAD_INPUT, Pass.GRAD_KERNEL])
def test_all_ways_end_on_the_same_numbers(stepper, operation, pass_):
    stepper.model.choose_operation(operation)
    stepper.model.choose_pass(pass_)
    assert len(OPERATIONS[operation].pass_info(pass_).ways) == len(ways(stepper)) == 2
    results = []
    for way in range(len(ways(stepper))):
        stepper.model.choose_way(way)
        results.append(stepper.trace.result.tolist())
    assert all(result == results[0] for result in results)


def timer(stepper):
    return stepper.findChild(QTimer)


def test_playing_visits_every_step_and_stops_at_the_last(stepper, qtbot):
    visited: list[int] = []
    stepper.position_changed.connect(visited.append)
    pad(stepper, 1)
    stepper.set_speed(8)
    stepper.go_to(26)
    visited.clear()
    stepper.play()
    qtbot.waitUntil(lambda: not stepper.is_playing, timeout=20_000)
    assert visited == [27, 28, 29, 30, 31]


def test_playing_from_the_end_begins_again(stepper):
    stepper.last()
    stepper.play()
    assert stepper.position == 0
    assert stepper.is_playing
    stepper.toggle_play()
    assert not stepper.is_playing


def test_a_late_timer_does_not_make_the_steps_after_it_late(qapp):
    clock = Clock()
    stepper = Stepper(clock=clock)
    stepper.set_speed(8)
    stepper.play()
    assert timer(stepper).interval() == 125
    clock.now += 0.185  # 60 ms late
    timer(stepper).timeout.emit()
    assert stepper.position == 1
    assert timer(stepper).interval() == 65  # due at 0.250
    clock.now += 0.065
    timer(stepper).timeout.emit()
    assert timer(stepper).interval() == 125
    stepper.pause()


def test_after_a_long_stall_steps_do_not_race(qapp):
    clock = Clock()
    stepper = Stepper(clock=clock)
    stepper.set_speed(8)
    stepper.play()
    clock.now += 10.0
    timer(stepper).timeout.emit()
    assert timer(stepper).interval() == 0
    timer(stepper).timeout.emit()
    assert timer(stepper).interval() == 125
    assert stepper.position == 2
    stepper.pause()


def test_the_speed_stays_within_its_range(stepper):
    stepper.set_speed(100)
    assert stepper.speed == SPEEDS[-1]
    stepper.set_speed(0)
    assert stepper.speed == SPEEDS[0]
