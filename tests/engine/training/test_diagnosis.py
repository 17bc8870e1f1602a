"""Where a run that diverges went wrong, and what is said of the reason."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.layers import DenseSpec, FlattenSpec, SoftmaxSpec
from engine.layers.base import Array
from engine.networks.losses import SoftmaxCrossEntropy, UnclippedLog
from engine.networks.network import Sequential
from engine.networks.stack import Stack
from engine.training.diagnosis import locate_non_finite
from engine.training.trainer import Diverged, Trainer, TrainingConfig
from tests.engine.datasets import squares

STACK = Stack("Two", (1, 8, 8), (FlattenSpec(), DenseSpec(out_features=5), DenseSpec(3)))
LABELS = np.array([0, 1, 2, 1])


def network(stack: Stack = STACK) -> Sequential:
    return Sequential(stack, np.random.default_rng(0))


def images() -> Array:
    return np.random.default_rng(1).random((4, 1, 8, 8), np.float32)


def test_weights_that_are_not_finite_come_first() -> None:
    broken = network()
    broken.layers[2].parameters["weight"][0, 0] = np.nan
    fault = locate_non_finite(broken, images(), LABELS, SoftmaxCrossEntropy())
    assert fault.what == "the weights of layer 3, Dense, are no longer finite"
    assert fault.remedy == ""


def test_an_output_too_large_is_explained_by_its_factors() -> None:
    large = network()
    large.layers[1].parameters["weight"][:] = 2e30
    large.layers[2].parameters["weight"][:] = 3e20
    fault = locate_non_finite(large, images(), LABELS, SoftmaxCrossEntropy())
    assert fault.what == "the output of layer 3, Dense, is no longer finite"
    assert "its weights 3.0e+20" in fault.why
    assert "3.4e+38, the largest number that float32 holds" in fault.why


def test_the_logarithm_of_negative_outputs_is_explained() -> None:
    fault = locate_non_finite(network(), images(), LABELS, UnclippedLog())
    outputs = network().forward(images())
    picked = outputs[np.arange(4), LABELS]
    assert fault.what == "the loss is no longer finite"
    assert "layer 3, Dense, is no softmax" in fault.why
    assert f"{sum(value < 0 for value in picked)} are negative" in fault.why
    assert f"such as −{-picked.min():.3g}" in fault.why
    assert "softmax" in fault.remedy


def test_a_probability_rounded_to_0_is_explained() -> None:
    stack = STACK.with_layers([*STACK.layers, SoftmaxSpec()])
    sure = network(stack)
    sure.layers[2].parameters["weight"][:] = 0
    sure.layers[2].parameters["bias"][:] = (0, 500, 0)
    fault = locate_non_finite(sure, images(), LABELS, UnclippedLog())
    assert "of 4 for the right class 2 are rounded to 0" in fault.why


def test_the_unclipped_logarithm_is_right_where_there_is_one() -> None:
    loss = UnclippedLog()
    outputs = np.array([[0.5, 0.25], [0.2, 0.8]])
    assert loss.forward(outputs, np.array([0, 1])) == pytest.approx(
        -(math.log(0.5) + math.log(0.8)) / 2
    )
    np.testing.assert_allclose(loss.backward(), [[-1.0, 0], [0, -0.625]])
    assert math.isnan(loss.forward(-outputs, np.array([0, 1])))
    assert math.isinf(loss.forward(outputs * 0, np.array([0, 1])))


def test_the_course_s_error_ends_a_run_with_its_explanation() -> None:
    config = TrainingConfig(loss="unclipped logarithm", batch_size=32)
    run = Trainer(network(), squares(96), squares(40, seed=1), config)
    last = list(run.run())[-1]
    assert isinstance(last, Diverged)
    assert "the loss is no longer finite" in last.message
    assert "negative number has no logarithm" in last.message
    assert "Try softmax with cross-entropy" in last.message
    assert "learning rate" not in last.message
