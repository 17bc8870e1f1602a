"""Saliency, Grad-CAM and occlusion, against finite differences, loops and sums by hand."""

import numpy as np
import pytest

from engine.basics.errors import ShapeError
from engine.insight.attribution import (
    CamLayer,
    Occlusion,
    Score,
    ScoreGradients,
    ScoreKind,
    cam_layers,
    enlarge,
    grad_cam,
    saliency,
)
from engine.insight.meddling import Meddling
from engine.layers import (
    AvgPool2dSpec,
    BatchNorm2dSpec,
    Conv2dSpec,
    DenseSpec,
    DropoutSpec,
    FlattenSpec,
    SoftmaxSpec,
    TanhSpec,
)
from engine.networks.network import Sequential
from engine.networks.presets import DIGITS, PRESETS
from engine.networks.stack import Stack

SMALL = (2, 6, 5)
SMOOTH = Stack(
    "Smooth",
    SMALL,
    (
        Conv2dSpec(3, (3, 3), (1, 1), (1, 1)),
        BatchNorm2dSpec(),
        TanhSpec(),
        DropoutSpec(0.5),
        AvgPool2dSpec(),
        FlattenSpec(),
        DenseSpec(4),
    ),
)
WITH_SOFTMAX = Stack("With softmax", SMALL, (*SMOOTH.layers, SoftmaxSpec()))
EPSILON = 1e-5


def made(stack, seed=3):
    """A float64 network whose batch normalisation has averages of its own."""
    rng = np.random.default_rng(seed)
    network = Sequential(stack, rng, np.float64)
    for layer in network.layers:
        if "running_mean" in layer.state:
            layer.state["running_mean"][...] = rng.normal(size=3)
            layer.state["running_var"][...] = rng.uniform(0.5, 2, 3)
            layer.parameters["weight"][...] = rng.uniform(0.5, 2, 3)
    return network


def from_layer(network, x, start):
    """The output when ``x`` goes in before layer ``start``."""
    for layer in network.layers[start:]:
        x = layer.forward(x)
    return x


def score_of(outputs, score, *, is_softmax):
    """The score written out anew."""
    logits = np.log(outputs) if is_softmax else outputs
    if score.kind is ScoreKind.LOGIT:
        return logits[score.label]
    powers = np.exp(logits / score.temperature)
    return powers[score.label] / powers.sum()


@pytest.mark.parametrize(
    ("stack", "score"),
    [
        (SMOOTH, Score(2, ScoreKind.LOGIT)),
        (SMOOTH, Score(1, ScoreKind.PROBABILITY, 1.5)),
        (WITH_SOFTMAX, Score(1, ScoreKind.PROBABILITY, 1.5)),
    ],
    ids=["logit", "probability", "probability before a softmax"],
)
def test_gradients_of_image_and_layers_are_difference_quotients(stack, score):
    network = made(stack)
    image = np.random.default_rng(5).normal(size=SMALL)
    is_softmax = stack is WITH_SOFTMAX
    found = ScoreGradients(network).of(image, score)
    assert found.value == pytest.approx(
        score_of(network.forward(image[None])[0], score, is_softmax=is_softmax), abs=1e-6
    )
    inputs = [image, *found.activations]
    gradients = [found.image, *found.gradients]
    rng = np.random.default_rng(0)
    for start, (values, gradient) in enumerate(zip(inputs, gradients, strict=True)):
        if gradient is None:
            assert start == len(stack.layers)
            continue
        assert gradient.shape == values.shape
        for place in rng.integers(values.size, size=12):
            index = np.unravel_index(place, values.shape)
            sides = []
            for sign in (1, -1):
                nudged = values.copy()
                nudged[index] += sign * EPSILON
                outputs = from_layer(network, nudged[None], start)[0]
                sides.append(score_of(outputs, score, is_softmax=is_softmax))
            quotient = (sides[0] - sides[1]) / (2 * EPSILON)
            assert gradient[index] == pytest.approx(quotient, abs=1e-6)


def test_the_logit_before_a_softmax_is_that_of_the_stack_without_it():
    with_softmax, without = made(WITH_SOFTMAX), made(SMOOTH)
    image = np.random.default_rng(5).normal(size=SMALL)
    found = ScoreGradients(with_softmax).of(image, Score(2))
    expected = ScoreGradients(without).of(image, Score(2))
    np.testing.assert_allclose(found.image, expected.image)
    assert found.gradients[-1] is None
    assert found.value == expected.value


def test_a_muted_map_passes_no_gradient_and_averages_stay():
    network = made(SMOOTH)
    before = [np.array(values) for values in network.arrays()]
    muted = Meddling().with_muted((1, 2), is_muted=True).apply(network)
    found = ScoreGradients(muted).of(np.ones(SMALL), Score(0))
    assert not found.activations[1][2].any()
    assert found.gradients[0] is not None
    assert not found.gradients[0][2].any()
    assert found.gradients[0][1].any()
    for values, kept in zip(network.arrays(), before, strict=True):
        np.testing.assert_array_equal(values, kept)


def test_weights_changed_later_are_followed():
    network = made(SMOOTH)
    gradients = ScoreGradients(network)
    image = np.ones(SMALL)
    before = gradients.of(image, Score(0)).value
    network.layers[-1].parameters["bias"][0] += 2
    assert gradients.of(image, Score(0)).value == pytest.approx(before + 2)


def test_a_class_that_is_none_and_a_stack_without_scores_are_refused():
    with pytest.raises(ShapeError, match="no class 4"):
        ScoreGradients(made(SMOOTH)).of(np.ones(SMALL), Score(4))
    maps = Sequential(Stack("Maps", DIGITS, (Conv2dSpec(2, (3, 3)),)), np.random.default_rng(0))
    with pytest.raises(ShapeError, match="one score per class"):
        ScoreGradients(maps)


def test_saliency_is_the_largest_slope_of_all_channels():
    gradient = np.array([[[1.0, -2.0]], [[-3.0, 0.5]]])
    np.testing.assert_array_equal(saliency(gradient), [[3.0, 2.0]])


def test_grad_cam_by_hand():
    maps = np.array([[[1.0, 2.0], [0.0, 4.0]], [[3.0, 0.0], [1.0, 1.0]]])
    slopes = np.array([[[2.0, 0.0], [0.0, 2.0]], [[-1.0, -1.0], [-1.0, -1.0]]])
    # weights: means 1 and −1; 1·1 − 1·3 = −2 → 0, 1·2 − 0 = 2, 0 − 1 → 0, 4 − 1 = 3
    np.testing.assert_array_equal(grad_cam(maps, slopes), [[0.0, 2.0], [0.0, 3.0]])


def test_grad_cam_refuses_what_is_no_map():
    with pytest.raises(ShapeError, match="feature maps"):
        grad_cam(np.ones(3), np.ones(3))


@pytest.mark.parametrize(("shape", "wanted"), [((10, 10), (28, 28)), ((1, 3), (4, 7))])
def test_enlarging_is_bilinear(shape, wanted):
    grid = np.random.default_rng(2).normal(size=shape)
    found = enlarge(grid, *wanted)
    assert found.shape == wanted
    for row in range(wanted[0]):
        for column in range(wanted[1]):
            y = min(max((row + 0.5) * shape[0] / wanted[0] - 0.5, 0), shape[0] - 1)
            x = min(max((column + 0.5) * shape[1] / wanted[1] - 0.5, 0), shape[1] - 1)
            expected = sum(
                grid[i, j] * max(0, 1 - abs(y - i)) * max(0, 1 - abs(x - j))
                for i in range(shape[0])
                for j in range(shape[1])
            )
            assert found[row, column] == pytest.approx(expected)


def test_a_convolution_is_looked_at_behind_its_activation():
    assert cam_layers(PRESETS["lenet5"].stack) == (
        CamLayer(0, 1, (28, 28)),
        CamLayer(3, 4, (10, 10)),
    )
    behind_norm = cam_layers(PRESETS["lenet5-batchnorm"].stack)
    assert [(one.convolution, one.layer) for one in behind_norm] == [(0, 2), (4, 6)]
    assert cam_layers(PRESETS["dense"].stack) == ()


def test_occlusion_is_what_a_loop_over_patches_finds():
    network = Sequential(PRESETS["simplecnn"].stack, np.random.default_rng(1), np.float64)
    image = np.zeros(DIGITS)
    image[0, 8:20, 10:18] = np.random.default_rng(2).random((12, 8))
    found = Occlusion(network, image, 3, 5, 0.5, 2.0)
    rows = {row: found.row(row) for row in (0, 12, 27)}
    whole = shares(network, image, 2.0)[3]
    assert found.probability == pytest.approx(whole)
    for row, drops in rows.items():
        for column in range(0, 28, 3):
            hidden = image.copy()
            for i in range(28):
                for j in range(28):
                    if abs(i - row) <= 2 and abs(j - column) <= 2:
                        hidden[0, i, j] = 0.5
            assert drops[column] == pytest.approx(whole - shares(network, hidden, 2.0)[3])


def shares(network, image, temperature):
    powers = np.exp(network.forward(image[None])[0] / temperature)
    return powers / powers.sum()


def test_blank_patches_on_paper_change_nothing():
    network = Sequential(PRESETS["simplecnn"].stack, np.random.default_rng(1))
    image = np.zeros(DIGITS, np.float32)
    image[0, 10:18, 12:16] = 1
    found = Occlusion(network, image, 0, 3)
    assert not found.row(0).any()
    assert found.everywhere().shape == (28, 28)
    assert found.everywhere().any()


def test_occlusion_refuses_an_even_patch_and_a_class_that_is_none():
    network = Sequential(PRESETS["simplecnn"].stack, np.random.default_rng(1))
    with pytest.raises(ShapeError, match="odd"):
        Occlusion(network, np.zeros(DIGITS), 0, 4)
    with pytest.raises(ShapeError, match="no class 10"):
        Occlusion(network, np.zeros(DIGITS), 10, 3)
