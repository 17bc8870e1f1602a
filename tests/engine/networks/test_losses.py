"""Losses: the literal of the course, finite differences, and what must not be given."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.basics.errors import NotReadyError, ShapeError
from engine.loops import numerical_gradient
from engine.networks.losses import (
    CrossEntropy,
    MeanSquaredError,
    SoftmaxCrossEntropy,
    make_loss,
    softmax,
)

LOGITS = np.array([[2.0, 1.0, 0.1]])


def test_softmax_cross_entropy_of_the_course():
    loss = SoftmaxCrossEntropy()
    assert loss.forward(LOGITS, np.array([0])) == pytest.approx(0.41703, abs=5e-6)
    np.testing.assert_allclose(softmax(LOGITS), [[0.6590, 0.2424, 0.0986]], atol=5e-5)
    np.testing.assert_allclose(loss.backward(), [[-0.34100, 0.24243, 0.09857]], atol=5e-6)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 5), st.integers(2, 6), st.integers(0, 99))
def test_gradients_equal_finite_differences(N, classes, seed):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, classes, N)
    for loss in (SoftmaxCrossEntropy(), CrossEntropy(), MeanSquaredError()):
        outputs = softmax(rng.standard_normal((N, classes)))
        loss.forward(outputs, labels)
        gradient = loss.backward().copy()
        expected = numerical_gradient(lambda: loss.forward(outputs, labels), outputs)  # noqa: B023
        np.testing.assert_allclose(gradient, expected, rtol=1e-5, atol=1e-7)


def test_parts_of_a_batch_add_up_to_the_whole():
    rng = np.random.default_rng(0)
    outputs, labels = rng.standard_normal((7, 3)), rng.integers(0, 3, 7)
    loss = SoftmaxCrossEntropy()
    whole, gradient = loss.forward(outputs, labels), loss.backward().copy()
    parts = [slice(0, 4), slice(4, 7)]
    assert sum(loss.forward(outputs[p], labels[p], of=7) for p in parts) == pytest.approx(whole)
    pieces = []
    for part in parts:
        loss.forward(outputs[part], labels[part], of=7)
        pieces.append(loss.backward().copy())
    np.testing.assert_allclose(np.concatenate(pieces), gradient)


def test_huge_logits_and_certain_mistakes_stay_finite():
    labels = np.array([0])
    assert SoftmaxCrossEntropy().forward(np.array([[-1e4, 1e4]]), labels) == 2e4
    assert np.isfinite(CrossEntropy().forward(np.array([[0.0, 1.0]]), labels))


@pytest.mark.parametrize(
    ("outputs", "labels", "sentence"),
    [
        (LOGITS, np.array([3]), "from 0 to 2"),
        (LOGITS, np.array([-1]), "from 0 to 2"),
        (LOGITS, np.array([0, 1]), "one label per sample"),
        (LOGITS, np.array([0.0]), "whole numbers"),
        (LOGITS[None], np.array([0]), "needs outputs of shape"),
    ],
)
def test_labels_that_do_not_fit_are_explained(outputs, labels, sentence):
    with pytest.raises(ShapeError, match=sentence):
        SoftmaxCrossEntropy().forward(outputs, labels)


@pytest.mark.parametrize("loss", [SoftmaxCrossEntropy(), CrossEntropy(), MeanSquaredError()])
def test_backward_before_forward_says_so(loss):
    with pytest.raises(NotReadyError):
        loss.backward()


def test_the_loss_fits_the_end_of_the_stack():
    assert isinstance(make_loss("cross-entropy", of_probabilities=False), SoftmaxCrossEntropy)
    assert isinstance(make_loss("cross-entropy", of_probabilities=True), CrossEntropy)
    assert isinstance(make_loss("mean squared error", of_probabilities=True), MeanSquaredError)
    with pytest.raises(ShapeError, match="must be one of"):
        make_loss("hinge", of_probabilities=False)
