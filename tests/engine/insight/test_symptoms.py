"""What goes wrong is recognised, told once, with its numbers; what goes well is left alone."""

import numpy as np
import pytest

from engine.insight.layer_health import dead_units
from engine.insight.symptoms import SymptomWatch, in_words
from engine.layers import Conv2dSpec, DenseSpec, FlattenSpec, ReLUSpec
from engine.networks.network import Sequential
from engine.networks.stack import Stack
from engine.training.chance import Chance
from engine.training.events import BatchDone, EpochDone

STACK = Stack(
    "Small",
    (1, 6, 6),
    (Conv2dSpec(out_channels=4), ReLUSpec(), FlattenSpec(), DenseSpec(out_features=10)),
)


CHANCE = Chance(0.1, 1000, 10)


def batch(step: int, loss: float, rate: float = 0.05) -> BatchDone:
    return BatchDone(step, 1, step, 1000, loss, 0.1, rate)


def epoch(number: int, training: float, validation: float, accuracy: float = 0.9) -> EpochDone:
    return EpochDone(number, 20, training, accuracy, validation, accuracy, 1.0, is_best=False)


@pytest.fixture
def watch() -> SymptomWatch:
    return SymptomWatch(classes=10, optimizer="sgd")


@pytest.fixture
def network() -> Sequential:
    return Sequential(STACK, np.random.default_rng(0))


def images() -> np.ndarray:
    return np.random.default_rng(1).standard_normal((20, 1, 6, 6), np.float32)


def test_a_loss_that_stays_at_ln_10_is_no_learning(watch):
    assert watch.take(batch(250, 2.3)) is None
    symptom = watch.take(epoch(1, 2.3026, 2.3027, accuracy=0.1))
    assert symptom is not None
    assert symptom.kind == "no learning"
    assert "ln 10 = 2.303" in symptom.text
    assert "250 batches" in symptom.text
    assert "Find a learning rate" in symptom.advice  # 0.05 is usual: nobody can tell the way
    assert watch.take(epoch(2, 2.3026, 2.3027, accuracy=0.1)) is None


def test_a_slow_start_is_not_called_that(watch):
    watch.take(batch(20, 2.3))
    assert watch.take(epoch(1, 2.3026, 2.3027, accuracy=0.1)) is None
    assert watch.take(epoch(2, 2.1, 1.9, accuracy=0.4)) is None


def test_training_by_heart_is_overfitting(watch):
    for number, (training, validation) in enumerate([(0.5, 0.45), (0.3, 0.40), (0.2, 0.42)], 1):
        assert watch.take(epoch(number, training, validation)) is None
    assert watch.take(epoch(4, 0.12, 0.46)) is None
    symptom = watch.take(epoch(5, 0.08, 0.52))
    assert symptom is not None
    assert symptom.kind == "overfitting"
    assert "since epoch 2" in symptom.text
    assert "from 0.400 to 0.520" in symptom.text


def test_at_the_end_overfitting_has_the_last_figures(watch):
    assert list(watch.at_the_end(0.9, CHANCE)) == []
    told = [watch.take(epoch(1, 0.5, 0.45)), watch.take(epoch(2, 0.3, 0.744))]
    told += [watch.take(epoch(3, 0.2, 0.80)), watch.take(epoch(4, 0.1, 0.834))]
    assert [symptom is not None for symptom in told] == [False, False, False, True]
    assert watch.take(epoch(5, 0.01, 1.296)) is None
    (last,) = watch.at_the_end(0.9, CHANCE)
    assert last.kind == "overfitting"
    assert "from 0.450 to 1.296" in last.text
    assert "from 0.500 to 0.010" in last.text
    watch.take(epoch(6, 0.01, 0.44))
    assert list(watch.at_the_end(0.9, CHANCE)) == []


def test_losses_that_fall_together_are_no_symptom(watch):
    for number in range(1, 9):
        assert watch.take(epoch(number, 1 / number, 1.1 / number)) is None


def test_a_loss_far_above_guessing_is_unstable(watch):
    told = [watch.take(batch(step, 20.0)) for step in range(1, 301)]
    symptoms = [symptom for symptom in told if symptom is not None]
    assert [symptom.kind for symptom in symptoms] == ["unstable"]
    assert "20.0 over the last 100 batches" in symptoms[0].text


def test_a_fresh_network_is_alive(watch, network):
    assert dead_units(network, images())[1][0] == 0
    assert watch.look_inside(network, images()) is None


def test_channels_that_are_0_for_every_image_are_dead(watch, network):
    bias = network.layers[0].parameters["bias"]
    bias[:2] = -100
    assert dead_units(network, images()) == {1: (2, 4)}
    assert watch.look_inside(network, images()) is None
    bias[:] = -100
    symptom = watch.look_inside(network, images())
    assert symptom is not None
    assert symptom.kind == "dead"
    assert "Layer 2, ReLU" in symptom.text
    assert "100 %" in symptom.text


def test_an_output_that_never_changes_is_told(watch, network):
    network.layers[3].parameters["weight"][:] *= 1e-9
    symptom = watch.look_inside(network, images())
    assert symptom is not None
    assert symptom.kind == "constant"
    assert "20 held-out images" in symptom.text


@pytest.mark.parametrize(("value", "words"), [(0.0, "are all 0"), (0.3, "are the same")])
def test_kernels_that_are_alike_are_told_and_explain_that_nothing_is_learnt(
    watch: SymptomWatch, network: Sequential, value: float, words: str
) -> None:
    network.layers[0].parameters["weight"][:] = value
    symptom = watch.look_inside(network, images())
    assert symptom is not None
    assert symptom.kind == "alike"
    assert f"layer 1, Convolution 2-D, {words} for each of its 4 kernels" in symptom.evidence
    assert "He suits ReLU" in symptom.advice
    watch.take(batch(250, 2.3))
    assert watch.take(epoch(1, 2.3026, 2.3027, accuracy=0.1)) is None


def test_a_loss_far_above_guessing_is_not_called_no_learning(watch: SymptomWatch) -> None:
    watch.take(batch(250, 95_537.0))
    assert watch.take(epoch(1, 95_537.0, 27.0, accuracy=0.1)) is None


def test_what_is_seen_is_followed_by_one_piece_of_advice_on_all_of_it(
    watch: SymptomWatch, network: Sequential
) -> None:
    told = [watch.take(batch(step, 2.3, rate=0.2)) for step in range(1, 251)]
    told.append(watch.take(epoch(1, 2.3026, 2.3027, accuracy=0.1)))
    network.layers[0].parameters["bias"][:] = -100
    told.append(watch.look_inside(network, images()))
    symptoms = [symptom for symptom in told if symptom is not None]
    assert [symptom.kind for symptom in symptoms] == ["no learning", "dead"]
    *evidence, advice = in_words(symptoms)
    assert evidence == [symptom.evidence for symptom in symptoms]
    assert advice.count("learning rate") == 1
    assert "smaller learning rate, such as 0.02." in advice


def test_a_run_that_ends_no_better_than_chance_is_told_at_its_end(watch: SymptomWatch) -> None:
    watch.take(batch(250, 2.3, rate=1e-4))
    (symptom,) = watch.at_the_end(0.11, CHANCE)
    assert symptom.kind == "chance"
    assert "11.0 % of the 1,000 held-out images" in symptom.evidence
    assert "larger learning rate, such as 0.05." in symptom.advice
    assert list(watch.at_the_end(None, CHANCE)) == []


def test_one_that_had_no_time_is_told_to_go_on(watch: SymptomWatch) -> None:
    watch.take(batch(3, 2.3))
    (symptom,) = watch.at_the_end(0.11, CHANCE)
    assert symptom.kind == "early"
    assert "longer" in symptom.advice
