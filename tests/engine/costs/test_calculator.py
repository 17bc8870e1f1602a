"""The calculator: the course's three cases, padding rules, and the questions asked backwards."""

import itertools

import pytest

from engine.basics.errors import ShapeError
from engine.basics.geometry import Axis
from engine.costs.calculator import COURSE_CASES, Answer, halving_strides, keeping_padding
from engine.layers import Conv2dSpec


@pytest.mark.parametrize(
    ("index", "output", "parameters", "unread"),
    [(0, (6, 142, 142), 168, 0), (1, (48, 58, 58), 10_416, 0), (2, (20, 9, 9), 1_820, 1)],
)
def test_the_cases_of_the_course(index, output, parameters, unread):
    case = COURSE_CASES[index]
    answer = Answer(case.input_shape, case.spec)
    assert answer.output_shape == output
    assert answer.parameters == parameters
    assert [axis.unread_input for axis in answer.axes] == [unread, unread]


def test_the_costs_of_lenets_first_convolution():
    spec = Conv2dSpec(out_channels=6, kernel_size=(5, 5), padding=(2, 2))
    answer = Answer((1, 28, 28), spec)
    assert (answer.parameters, answer.multiply_adds) == (156, 117_600)
    assert (answer.input_bytes, answer.output_bytes, answer.parameter_bytes) == (3136, 18816, 624)
    assert answer.formulas[0] == "height (28 + 2·2 − 5)/1 + 1 = 28"


def test_a_kernel_that_does_not_fit_is_explained():
    with pytest.raises(ShapeError, match="does not fit"):
        Answer((1, 4, 4), Conv2dSpec(kernel_size=(5, 5)))


def test_same_in_pytorch_needs_stride_one_and_in_keras_rounds_up():
    pytorch, keras = Answer((3, 7, 10), Conv2dSpec(stride=(2, 2))).same
    assert pytorch.output is None
    assert keras.output == (4, 5)
    pytorch, keras = Answer((3, 7, 10), Conv2dSpec(kernel_size=(4, 3))).same
    assert pytorch.output == keras.output == (7, 10)
    assert pytorch.axes is not None
    assert (pytorch.axes[0].padding, pytorch.axes[0].after) == (1, 2)


def test_the_padding_that_keeps_the_size_does_keep_it():
    for size, kernel, stride, dilation in itertools.product(
        range(1, 12), range(1, 6), range(1, 4), range(1, 3)
    ):
        before, after = keeping_padding(size, kernel, stride, dilation)
        axis = Axis(size, kernel, stride, before, dilation, padding_after=after)
        assert axis.output == size
        assert after - before in {0, 1}


def test_well_known_paddings():
    assert keeping_padding(28, 3) == (1, 1)
    assert keeping_padding(28, 5) == (2, 2)
    assert keeping_padding(28, 1) == (0, 0)
    assert keeping_padding(28, 2) == (0, 1)
    assert keeping_padding(28, 3, dilation=2) == (2, 2)


def test_strides_that_halve_the_size():
    assert list(halving_strides(28, 2)) == [2]
    assert list(halving_strides(224, 3, 1)) == [2]
    assert list(halving_strides(4, 3)) == [1]  # two windows already
    assert list(halving_strides(9, 9)) == []
