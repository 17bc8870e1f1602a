"""A run can start from the weights that an edit of the trained network has left."""

import numpy as np
import pytest
from PySide6.QtTest import QTest

from app.state.networks import NetworkHolder
from app.train.training import Ending, TrainingJob, TrainingWorker
from engine.networks.network import Sequential
from engine.networks.presets import PRESETS
from engine.training.trainer import TrainingConfig
from tests.app.small_data import BarsSource
from tests.app.train.driving import LEFT, TIMEOUT

STACK = PRESETS["simplecnn"].stack


@pytest.fixture
def panel(make_panel):
    networks = NetworkHolder()
    networks.set_network(Sequential(STACK, np.random.default_rng(5)), None)
    return make_panel(networks=networks)


def choice_of(panel):
    (choice,) = [part.choice for part in panel.parts if hasattr(part, "choice")]
    return choice


def tick(choice):
    QTest.mouseClick(choice.box, LEFT, pos=choice.box.rect().center() * 0.1)


def started_with(panel, qtbot):
    """Take one batch of a run, stop it, and return its job."""
    QTest.mouseClick(panel.form.one_batch, LEFT)
    job = panel.session.job
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        QTest.mouseClick(panel.form.stop, LEFT)
    return job


def test_the_unchanged_network_starts_afresh_unless_told_otherwise(panel, qtbot):
    choice = choice_of(panel)
    assert choice.isVisible()
    assert choice.box.text() == "Start from the trained weights"
    assert not choice.is_chosen
    assert started_with(panel, qtbot).start is None
    tick(choice)
    assert choice.is_chosen
    assert sorted(started_with(panel, qtbot).start) == sorted(panel.networks.original.state_dict())


def test_an_edited_network_goes_on_from_what_is_kept(panel, qtbot):
    trained = panel.networks.original.state_dict()
    panel.document.insert_layer(0, PRESETS["lenet5-dropout"].stack.layers[8])
    choice = choice_of(panel)
    assert choice.box.text() == "Start from the kept weights"
    assert choice.note.text() == (
        "Of SimpleCNN, which Draw uses. All layers keep their weights. "
        "Without the tick, all are new."
    )
    assert not choice.is_chosen  # an edit ticks nothing
    tick(choice)
    job = started_with(panel, qtbot)
    np.testing.assert_array_equal(job.start["1.weight"], trained["0.weight"])


def test_without_the_tick_all_weights_are_new(panel, qtbot):
    panel.document.change_layer(0, STACK.layers[0].replaced(stride=(2, 2)))
    assert not choice_of(panel).isVisible()  # nothing fits any more
    panel.document.undo_stack.undo()
    panel.document.change_layer(3, STACK.layers[3].replaced(bias=False))
    panel.document.rename("Mine")
    assert not choice_of(panel).is_chosen
    assert started_with(panel, qtbot).start is None


def test_nothing_is_offered_for_another_stack_or_one_that_does_not_fit(panel):
    panel.document.remove_layer(2)
    assert not choice_of(panel).isVisible()
    panel.document.undo_stack.undo()
    assert choice_of(panel).isVisible()
    panel.document.replace_stack(PRESETS["nin"].stack, "Open preset")
    assert not choice_of(panel).isVisible()


def test_the_worker_starts_from_given_weights_and_draws_the_others():
    given = Sequential(STACK, np.random.default_rng(5)).state_dict()
    config = TrainingConfig(epochs=1, batch_size=32, learning_rate=1e-9, seed=3)
    start = {name: value for name, value in given.items() if name.startswith("0.")}
    worker = TrainingWorker(TrainingJob(STACK, BarsSource(), 40, 8, config, start=start))
    worker.work()
    assert worker.outcome is not None
    assert worker.outcome.ending is Ending.FINISHED
    assert worker.outcome.network is not None
    learnt = worker.outcome.network.state_dict()
    drawn = Sequential(STACK, np.random.default_rng(3)).state_dict()
    np.testing.assert_allclose(learnt["0.weight"], given["0.weight"], atol=1e-6)
    np.testing.assert_allclose(learnt["3.weight"], drawn["3.weight"], atol=1e-6)
