"""Freeze: a paused run's next step, walked through by clicks and keys, against the engine."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.train.freeze.page import TrainFreeze
from app.train.freeze.step_walk import Stage, StageKind
from app.train.inside.layer_health_table import norm
from app.train.training_session import SessionState
from engine.basics.numbers import show
from engine.insight.shown_layer import Unit
from engine.lab import LabState, Operation, Pass, trace_of
from engine.layers.activations import TanhSpec
from engine.layers.conv import Conv2dSpec
from engine.layers.dense import DenseSpec
from engine.layers.flatten import FlattenSpec
from engine.layers.regularization import BatchNorm2dSpec
from engine.networks.stack import Stack
from tests.app.train.driving import LEFT, TIMEOUT, click, open_page, part_of

Key = Qt.Key


def one_batch(qtbot, panel):
    before = panel.session.curves.batches
    click(panel.form.one_batch)
    walk = part_of(panel, TrainFreeze).walk
    qtbot.waitUntil(
        lambda: (
            panel.session.state is SessionState.PAUSED
            and panel.session.curves.batches > before
            and walk.is_ready
        ),
        timeout=TIMEOUT,
    )


def test_before_a_pause_the_page_says_how_to_get_there(panel):
    page = open_page(panel, TrainFreeze)
    assert "Pause a run" in page.promise.sentence.text()
    assert page.promise.isVisible()


def test_the_walk_ends_where_the_run_goes_next(qtbot, panel):
    open_page(panel, TrainFreeze)
    one_batch(qtbot, panel)
    walk = part_of(panel, TrainFreeze).walk
    loss, number = walk.loss, walk.frozen.step.number
    after = {(update.layer, update.name): update.after for update in walk.updates}
    one_batch(qtbot, panel)
    assert panel.session.last_batch.step == number
    assert abs(panel.session.last_batch.loss - loss) < 1e-4 * abs(loss)
    for update in walk.updates:
        np.testing.assert_allclose(
            update.before, after[update.layer, update.name], rtol=1e-3, atol=1e-5
        )


def test_keys_walk_through_all_stages_and_the_strips_fill(qtbot, panel):
    page = open_page(panel, TrainFreeze)
    one_batch(qtbot, panel)
    walk = part_of(panel, TrainFreeze).walk
    layers = len(walk.frozen.step.stack.layers)
    kinds = [stage.kind for stage in walk.stages]
    assert kinds.count(StageKind.FORWARD) == layers
    assert kinds.count(StageKind.LOSS) == 1
    assert kinds.count(StageKind.BACKWARD) == layers - 1
    page.setFocus()
    assert page.title.text().startswith("Forward: 1 ")  # where it opens: with something to see
    assert [look.values is None for look in page.forward.layers] == [False] + [True] * (layers - 1)
    np.testing.assert_array_equal(page.forward.layers[0].values, walk.image.values[1])
    for _ in range(layers):
        QTest.keyClick(page, Key.Key_Right)
    assert page.title.text() == "Loss"
    probability = walk.image.probabilities[walk.image.label]
    assert abs(walk.image.loss + np.log(probability)) < 1e-4
    assert [look.values is None for look in page.backward.layers] == [True] * (layers - 1) + [False]
    np.testing.assert_array_equal(page.backward.layers[-1].values, walk.image.gradients[-1])
    QTest.keyClick(page, Key.Key_End)
    assert page.title.text().startswith("Update: ")
    assert "w ← " in page.sentence.text()
    assert not page.next.isEnabled()
    QTest.keyClick(page, Key.Key_Home)
    assert page.title.text().startswith("Step 2, epoch 1")


def test_another_image_of_the_batch_by_the_arrow(qtbot, panel):
    page = open_page(panel, TrainFreeze)
    one_batch(qtbot, panel)
    walk = part_of(panel, TrainFreeze).walk
    before = walk.image.values[0]
    QTest.mouseClick(page.answer.next, LEFT)
    qtbot.waitUntil(lambda: walk.is_ready, timeout=TIMEOUT)
    assert walk.image.index == 1
    assert not np.array_equal(walk.image.values[0], before)
    np.testing.assert_array_equal(walk.image.values[0], walk.frozen.step.images[1])


def test_any_number_opens_its_window_in_step(qtbot, panel):
    page = open_page(panel, TrainFreeze)
    one_batch(qtbot, panel)
    opened: list[LabState] = []
    panel.window_wanted.connect(opened.append)
    unit = Unit(0, (1, 3, 4))
    place = page.forward.position_of(unit).toPoint()
    QTest.mouseClick(page.forward, LEFT, pos=place)
    chosen = page.forward.chosen
    QTest.mouseClick(page.step_button, LEFT)
    walk = part_of(panel, TrainFreeze).walk
    state = opened[0]
    weight = walk.frozen.network.layers[0].parameters["weight"]
    np.testing.assert_allclose(state.kernel, weight)
    np.testing.assert_allclose(state.input, walk.image.values[0])
    assert state.channel == chosen.index[0]
    second = next(stage.layer for stage in walk.stages if stage.kind is StageKind.BACKWARD)
    walk.go_to(walk.stages.index(Stage(StageKind.BACKWARD, second)))
    page.backward.window_wanted.emit(Unit(0, chosen.index))
    assert opened[1].pass_ is Pass.GRAD_INPUT
    np.testing.assert_allclose(opened[1].grad_output, walk.image.gradients[2])


def test_a_run_that_goes_on_leaves_the_page_empty(qtbot, panel):
    page = open_page(panel, TrainFreeze)
    one_batch(qtbot, panel)
    click(panel.form.pause)
    qtbot.waitUntil(lambda: not part_of(panel, TrainFreeze).walk.is_ready, timeout=TIMEOUT)
    assert page.promise.isVisible()


def test_an_update_shows_weights_and_biases(qtbot, panel):
    page = open_page(panel, TrainFreeze)
    one_batch(qtbot, panel)
    walk = part_of(panel, TrainFreeze).walk
    page.setFocus()
    QTest.keyClick(page, Key.Key_End)
    weights, biases = walk.updates_here
    assert (weights.name, biases.name) == ("weight", "bias")
    shown = [maps.maps for maps in page.maps.sets]
    np.testing.assert_array_equal(shown[2][0], weights.change)
    shown = [maps.maps.ravel() for maps in page.more_maps.sets]
    np.testing.assert_array_equal(shown, [biases.before, biases.gradient, biases.change])
    assert page.more_maps.isVisible()
    assert f"10 biases: {norm('b')} = " in page.sentence.text()
    assert "b ← " in page.sentence.text()


def test_a_layer_without_windows_says_what_becomes_of_a_number(qtbot, panel):
    specs = (Conv2dSpec(out_channels=2), BatchNorm2dSpec(), TanhSpec(), FlattenSpec(), DenseSpec())
    panel.document.replace_stack(Stack("odd", (1, 28, 28), specs), "Odd")
    page = open_page(panel, TrainFreeze)
    one_batch(qtbot, panel)
    said: list[str] = []
    panel.status_message.connect(said.append)
    walk = part_of(panel, TrainFreeze).walk
    walk.go_to(len(walk.stages) - 1)
    place = (1, 9, 9)
    page.forward.window_wanted.emit(Unit(1, place))
    page.backward.window_wanted.emit(Unit(0, place))
    values, gradients = walk.image.values, walk.image.gradients
    assert said[0] == (
        "Batch normalisation has no window. The number "
        f"{show(float(values[1][place])).text} in this place "
        f"becomes {show(float(values[2][place])).text}."
    )
    assert said[1].endswith(f"becomes {show(float(gradients[1][place])).text} here.")


def test_a_number_of_tanh_opens_in_step_both_ways(qtbot, panel):
    specs = (Conv2dSpec(out_channels=2), TanhSpec(), FlattenSpec(), DenseSpec())
    panel.document.replace_stack(Stack("odd", (1, 28, 28), specs), "Odd")
    page = open_page(panel, TrainFreeze)
    one_batch(qtbot, panel)
    walk = part_of(panel, TrainFreeze).walk
    walk.go_to(len(walk.stages) - 1)
    place = (1, 9, 9)
    values, gradients = walk.image.values, walk.image.gradients
    with qtbot.waitSignal(panel.window_wanted) as forward:
        page.forward.window_wanted.emit(Unit(1, place))
    (state,) = forward.args
    assert state.operation is Operation("tanh")
    update = trace_of(state)[state.step].updates[0]
    assert update.target.index == place
    assert np.isclose(update.after, np.tanh(float(values[1][place])), atol=1e-6)
    with qtbot.waitSignal(panel.window_wanted) as backward:
        page.backward.window_wanted.emit(Unit(0, place))
    (state,) = backward.args
    update = trace_of(state)[state.step].updates[0]
    assert update.target.index == place
    assert np.isclose(update.after, float(gradients[1][place]), rtol=1e-3, atol=1e-9)


def test_one_strip_at_a_time_over_the_whole_width(qtbot, panel):
    page = open_page(panel, TrainFreeze)
    one_batch(qtbot, panel)
    walk = part_of(panel, TrainFreeze).walk
    strips = (page.forward, page.backward)
    assert [strip.isVisible() for strip in strips] == [True, False]
    assert page.forward.visibleRegion().boundingRect().width() >= 0.95 * page.width()
    click(page.direction.button(1))
    assert [strip.isVisible() for strip in strips] == [False, True]
    assert walk.stage == Stage(StageKind.BACKWARD, 1)  # the nearest to layer 1, which has none
    kinds = []
    for part in (2, 0):
        click(page.direction.button(part))
        kinds.append((walk.stage.kind, page.maps.isVisible(), page.direction.index))
    assert kinds == [(StageKind.UPDATE, True, 2), (StageKind.FORWARD, False, 0)]


def test_to_turn_round_keeps_the_layer(qtbot, panel):
    open_page(panel, TrainFreeze)
    one_batch(qtbot, panel)
    walk = part_of(panel, TrainFreeze).walk
    walk.go_to(walk.stages.index(Stage(StageKind.FORWARD, 3)))
    walk.turn_to(StageKind.BACKWARD)
    assert walk.stage == Stage(StageKind.BACKWARD, 3)
    walk.turn_to(StageKind.FORWARD)
    assert walk.stage == Stage(StageKind.FORWARD, 3)
    walk.go_to(walk.stages.index(Stage(StageKind.LOSS)))
    walk.turn_to(StageKind.BACKWARD)
    assert walk.stage == Stage(StageKind.BACKWARD, len(panel.session.job.stack.layers) - 1)
