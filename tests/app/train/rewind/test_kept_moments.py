"""Which moments of a run are kept, without a window."""

import numpy as np

from app.train.rewind.moments import MomentKept, MomentObserver
from engine.networks.network import Sequential
from engine.networks.presets import PRESETS
from engine.training.trainer import BatchDone, Trainer, TrainingConfig
from engine.training.weight_history import pack
from tests.app.small_data import bars


def test_the_weights_are_kept_at_the_steps_that_are_due():
    network = Sequential(PRESETS["simplecnn"].stack, np.random.default_rng(0))
    trainer = Trainer(network, bars(300, 0), bars(20, 1), TrainingConfig(epochs=2, batch_size=10))
    observer = MomentObserver()
    kept = list(observer.began(trainer))
    by_hand = {0: pack(network)}
    for event in trainer.run():
        if isinstance(event, BatchDone):
            by_hand[event.step] = pack(network)
        kept += observer.took(event, trainer)
    kept += observer.ended(trainer)
    reports = [each for each in kept if isinstance(each, MomentKept)]
    assert len(reports) == len(kept)
    moments = [each.moment for each in reports]
    assert [moment.step for moment in moments] == [
        *range(21), 22, 24, 26, 28, 30, 33, 36, 39, 42, 46, 50, 55, 60, 60,
    ]  # fmt: skip
    for moment in moments:
        assert np.array_equal(moment.values, by_hand[moment.step])
    assert (moments[25].step, moments[25].epoch, moments[25].batch) == (30, 1, 30)
    assert (moments[26].step, moments[26].epoch, moments[26].batch) == (33, 2, 3)
    assert [each.is_start for each in reports].index(False) == 1
    assert {each.steps for each in reports} == {60}


def test_a_run_that_diverged_does_not_end_in_weights_of_another_step():
    network = Sequential(PRESETS["simplecnn"].stack, np.random.default_rng(0))
    config = TrainingConfig(epochs=1, batch_size=10, learning_rate=1e12)
    trainer = Trainer(network, bars(300, 0), bars(20, 1), config)
    observer = MomentObserver()
    list(observer.began(trainer))
    for event in trainer.run():
        list(observer.took(event, trainer))
    assert not list(observer.ended(trainer))
