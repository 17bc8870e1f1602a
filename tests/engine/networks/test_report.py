"""What the report adds to shapes: receptive fields, memory, and the table as text."""

import csv
import io

import numpy as np
import pytest

from engine.basics.errors import ModelFileError
from engine.basics.geometry import Axis, Reach
from engine.layers import Conv1dSpec, Conv2dSpec, DenseSpec, FlattenSpec
from engine.layers.reading import UnknownSettingSpec, UnknownSpec
from engine.layers.spec import FAMILIES, registered_specs
from engine.networks.losses import SoftmaxCrossEntropy
from engine.networks.network import Sequential
from engine.networks.presets import DIGITS, PRESETS
from engine.networks.stack import Stack, describe
from engine.networks.stack_table import FORMATS, comma_separated, latex, markdown

LENET5 = PRESETS["lenet5"].stack


def test_receptive_fields_of_lenet5():
    fields = [row.receptive_field for row in describe(LENET5).rows]
    five, six, fourteen, sixteen, whole = ((n, n) for n in (5, 6, 14, 16, 28))
    assert fields == [five, five, six, fourteen, fourteen, sixteen, sixteen, *[whole] * 5]


def test_three_3x3_see_as_far_as_one_7x7():
    def field(*kernels):
        return (
            describe(Stack("", DIGITS, tuple(Conv2dSpec(4, (k, k)) for k in kernels)))
            .rows[-1]
            .receptive_field
        )

    assert field(3, 3, 3) == field(7) == (7, 7)
    assert field(5, 3) == (7, 7)


def test_stride_and_dilation_widen_the_reach():
    behind = Reach().through(Axis(28, 3, stride=2)).through(Axis(13, 3, dilation=2))
    assert behind == Reach(size=11, jump=2)


@pytest.mark.parametrize("key", ["lenet5", "nin", "all-convolutional", "one-7x7"])
def test_the_receptive_field_is_where_the_input_makes_a_difference(key):
    """Count the input cells whose change reaches the middle number of each layer."""
    stack = PRESETS[key].stack
    network = Sequential(stack, np.random.default_rng(3), np.float64)
    for spec, layer in zip(stack.layers, network.layers, strict=True):
        if spec.kind in {"ReLU", "MaxPool2d"}:  # which let only some changes through
            vars(layer)["forward"] = lambda x, pool=spec.kind == "MaxPool2d", spec=spec, **_: (
                _mean_pool(x, spec.kernel_size) if pool else x
            )
    base = np.random.default_rng(0).standard_normal((1, 1, 28, 28))
    pictures = np.repeat(base, 28, axis=0)
    pictures[np.arange(28), 0, np.arange(28), :] += 1.0  # picture i differs in row i
    report = describe(stack)
    before, after = base, pictures
    for row, layer in zip(report.rows, network.layers, strict=True):
        before, after = layer.forward(before), layer.forward(after)
        if before.ndim != 4:
            break
        middle = before.shape[2] // 2
        change = np.abs(after - before)[:, :, middle].max(axis=(1, 2))
        assert row.receptive_field is not None
        assert (change > 1e-9).sum() == row.receptive_field[0], row


def _mean_pool(x, kernel):
    (K_h, K_w), (N, C, H, W) = kernel, x.shape
    cut = x[:, :, : H // K_h * K_h, : W // K_w * K_w]
    return cut.reshape(N, C, H // K_h, K_h, W // K_w, K_w).mean(axis=(3, 5))


def test_a_sequence_has_one_axis_and_unknown_layers_have_no_field():
    rows = describe(Stack("", (2, 16), (Conv1dSpec(3, 5), FlattenSpec(), DenseSpec()))).rows
    assert [row.receptive_field for row in rows] == [(5,), (5,), (16,)]
    assert describe(Stack("", DIGITS, (DenseSpec(),))).rows[0].receptive_field is None


def test_activations_take_four_bytes_a_number():
    report = describe(LENET5)
    assert report.rows[0].activation_bytes == 18_816
    numbers = 4704 * 2 + 1176 + 1600 * 2 + 400 * 2 + 240 + 168 + 10
    assert report.activation_bytes == 4 * numbers


def test_every_layer_is_listed_under_a_heading():
    families = [spec.family for spec in registered_specs().values()]
    assert set(families) == set(FAMILIES) - {"other"}


@pytest.mark.parametrize(
    ("key", "parameters"),
    [
        ("lenet5-1998", 61_706),
        ("lenet5-dropout", 61_706),
        ("lenet5-batchnorm", 61_706 + 2 * 6 + 2 * 16),
        ("all-convolutional", 160 + 2_320 + 4_640 + 9_248 + 330),
        ("three-3x3", 160 + 3 * 2_320 + 7_850),
        ("one-7x7", 160 + 12_560 + 7_850),
        ("nin", 416 + 2 * 272 + 12_832 + 1_056 + 330),
        ("small-vgg", 160 + 2_320 + 4_640 + 9_248 + 100_416 + 650),
    ],
)
def test_presets_have_the_parameters_counted_by_hand(key, parameters):
    assert describe(PRESETS[key].stack, 10).parameters == parameters


@pytest.mark.parametrize("key", PRESETS)
def test_every_preset_learns(key):
    rng = np.random.default_rng(0)
    network = Sequential(PRESETS[key].stack, rng)
    assert network.stack.input_shape == DIGITS
    assert describe(network.stack, 10).problem is None
    loss = SoftmaxCrossEntropy()
    images, labels = rng.random((4, *DIGITS), np.float32), np.array([1, 2, 3, 4])
    assert np.isfinite(loss.forward(network.forward(images, training=True), labels))
    network.backward(loss.backward())
    assert np.isfinite(network.gradients).all()
    parts = np.split(network.gradients, [1, network.gradients.size // 2])
    assert all(part.any() for part in parts[1:])


@pytest.mark.parametrize("name", FORMATS)
def test_a_table_has_a_line_for_every_layer(name):
    text = FORMATS[name](describe(LENET5))
    assert sum("Convolution 2-D" in line for line in text.splitlines()) == 2
    assert "61706" in text.replace(",", "")


def test_the_tables_are_what_their_readers_expect():
    report = describe(LENET5)
    head, *rows = csv.reader(io.StringIO(comma_separated(report)))
    assert head[:2] == ["#", "Layer"]
    assert rows[1] == [
        "1", "Convolution 2-D", "6 kernels 5×5, padding 2", "6×28×28", "156", "117600", "18816",
        "5×5",
    ]  # fmt: skip
    assert len({len(row) for row in rows}) == 1
    lines = markdown(report).splitlines()
    assert lines[1] == "| --- | --- | --- | --- | ---: | ---: | ---: | ---: |"
    assert {line.count("|") for line in lines} == {9}
    assert r"6$\times$28$\times$28 & 156 & 117,600 & 18,816 & 5$\times$5 \\" in latex(report)
    assert r"\# & Layer" in latex(report)


def test_layers_that_do_not_fit_have_question_marks():
    rows = comma_separated(describe(Stack("", DIGITS, (DenseSpec(),)))).splitlines()
    assert rows[2].endswith("?,?,?,?,?")


def test_an_unknown_layer_is_kept_and_explained():
    data = Stack("", DIGITS, (FlattenSpec(), DenseSpec())).to_dict()
    magic = {"kind": "Magic2d", "strength": [1, {"of": "what"}], "colour": None}
    data["layers"].insert(1, magic)
    stack = Stack.from_dict(data)
    assert stack.to_dict() == data
    assert Stack.from_json(stack.to_json()) == stack
    unknown = stack.layers[1]
    assert isinstance(unknown, UnknownSpec)
    assert hash(unknown) == hash(stack.layers[1])
    assert unknown.words().startswith("Magic2d, strength")
    report = describe(stack, 10)
    assert report.faulty_row is report.rows[1]
    assert report.problem is not None
    assert "'Magic2d'" in report.problem
    assert "newer cnnviz" in report.problem


def test_an_unknown_setting_is_kept_and_explained():
    data = Stack("", DIGITS, (FlattenSpec(), DenseSpec())).to_dict()
    data["layers"][1] |= {"spectral": {"norm": 2}, "colour": None}
    stack = Stack.from_dict(data)
    assert stack.to_dict() == data
    assert Stack.from_json(stack.to_json()) == stack
    strange = stack.layers[1]
    assert isinstance(strange, UnknownSettingSpec)
    assert strange.known == DenseSpec()
    assert "colour None" in strange.words()
    problem = describe(stack, 10).problem
    assert problem is not None
    assert "Dense has no settings 'spectral' and 'colour' in this cnnviz" in problem
    assert "newer cnnviz" in problem


def test_a_value_out_of_range_is_named_with_its_layer_whatever_else_is_strange():
    data = Stack("", DIGITS, (FlattenSpec(), DenseSpec())).to_dict()
    data["layers"][1] |= {"out_features": 0, "colour": None}
    with pytest.raises(ModelFileError, match=r"Layer 2 cannot be read\. Dense: .* got 0\."):
        Stack.from_dict(data)


def test_what_a_newer_file_holds_beside_the_stack_goes_back_into_the_file():
    data = Stack("", DIGITS, (FlattenSpec(), DenseSpec())).to_dict() | {"notes": ["für", 7]}
    stack = Stack.from_dict(data)
    assert stack.to_dict() == data
    assert stack.with_layers(()).to_dict()["notes"] == ["für", 7]
