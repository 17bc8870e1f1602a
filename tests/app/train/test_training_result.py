"""What is said of a run that has ended: each way to end, kept or not, with its numbers."""

from dataclasses import replace

import numpy as np
import pytest

from app.train.training import Ending, Outcome, Started
from app.train.training_result import judge
from engine.basics.errors import DataError
from engine.networks.network import Sequential
from engine.networks.presets import PRESETS
from engine.training.trainer import Diverged

NETWORK = Sequential(PRESETS["simplecnn"].stack, np.random.default_rng(0))
FINISHED = Outcome(Ending.FINISHED, Started("MNIST", 900, 1_100), 5, 40, 67.0, NETWORK, 5, 0.975)
STOPPED = replace(FINISHED, ending=Ending.STOPPED, best_epoch=0)
USES = f"Draw now uses {NETWORK.stack.name}"
BEST = f"Finished in 1:07. {USES} with the weights of epoch"
RIGHT = ": 97.50 % of the 1,100 held-out images right"


@pytest.mark.parametrize(
    ("outcome", "wanted", "is_lesson", "sentence"),
    [
        (
            FINISHED,
            5,
            False,
            f"{BEST} 5, which did best{RIGHT}.",
        ),
        (
            replace(FINISHED, best_epoch=3, validation_accuracy=None),
            9,
            False,
            f"{BEST} 3, which did best. Epochs 4 to 5 were no better.",
        ),
        (
            replace(FINISHED, best_epoch=4),
            9,
            False,
            f"{BEST} 4, which did best{RIGHT}. Epoch 5 was no better.",
        ),
        (
            STOPPED,
            9,
            False,
            f"Stopped after 1:07. {USES} as it stands{RIGHT}.",
        ),
        (
            replace(STOPPED, validation_accuracy=None),
            9,
            False,
            f"Stopped after 1:07. {USES} as it stands.",
        ),
        (FINISHED, 5, True, "Finished in 1:07. Draw keeps the network that it has."),
        (STOPPED, 5, True, "Stopped after 1:07. Draw keeps the network that it has."),
    ],
)
def test_the_sentence_says_how_it_ended_and_what_draw_uses(outcome, wanted, is_lesson, sentence):
    result = judge(outcome, None, wanted, is_lesson=is_lesson)
    assert (result.ending, result.message) == (outcome.ending, sentence)
    assert result.kept is NETWORK
    assert result.is_in_use is not is_lesson


def test_a_run_stopped_within_its_first_epoch_takes_no_networks_place_unasked():
    result = judge(replace(STOPPED, epochs=0, batches=3), None, 5, is_lesson=False)
    assert not result.is_in_use
    assert result.kept is NETWORK
    assert result.message == (
        "Stopped after 1:07, before the first epoch was over. Draw keeps the network that it has."
    )


@pytest.mark.parametrize("outcome", [None, replace(STOPPED, network=None)])
def test_a_run_stopped_at_once_has_learnt_nothing(outcome):
    result = judge(outcome, None, 5, is_lesson=False)
    assert (result.ending, result.kept) == (Ending.STOPPED, None)
    assert result.message == "Stopped before anything was learnt."
    assert not result.is_in_use


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (DataError("The images are gone."), "The images are gone."),
        (KeyError("weight"), "The run ended with an error."),
    ],
)
def test_an_error_is_said_in_its_sentence_if_it_has_one(error, sentence):
    result = judge(FINISHED, error, 5, is_lesson=False)
    assert (result.ending, result.message, result.error) == (None, sentence, error)
    assert (result.kept, result.is_in_use) == (None, False)


def test_a_run_that_diverged_says_so_and_keeps_its_last_good_weights():
    diverged = Diverged(3, 1, 3, "Loss is not a number any more in step 3.")
    outcome = replace(STOPPED, ending=Ending.DIVERGED, divergence=diverged)
    result = judge(outcome, None, 5, is_lesson=False)
    assert (result.ending, result.message) == (Ending.DIVERGED, diverged.message)
    assert (result.divergence, result.kept, result.is_in_use) == (diverged, NETWORK, False)
