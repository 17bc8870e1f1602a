"""What holds for every target: no layer forgotten, source that compiles, files written in full."""

import ast

import numpy as np
import pytest

from engine.basics.errors import ShapeError
from engine.basics.geometry import Shape
from engine.export import ExportError, convert_weights, export, target_named, targets
from engine.export.from_pytorch import expected_tensors
from engine.export.keras_weights import keras_tensors
from engine.export.place import places
from engine.export.target import ExportedFile
from engine.layers import (
    BatchNorm2dSpec,
    Conv2dSpec,
    DenseSpec,
    DropoutSpec,
    FlattenSpec,
    MaxPool2dSpec,
    ReLUSpec,
)
from engine.layers.spec import LayerSpec, registered_specs
from engine.networks.model_file import Model, load_model, save_model
from engine.networks.network import Sequential
from engine.networks.presets import PRESETS
from engine.networks.stack import Stack, describe
from tests.engine.export.random_stacks import random_network, random_stack

TEXT_TARGETS = [target.key for target in targets() if target.is_text]
INPUTS: tuple[Shape, ...] = ((2, 9, 8), (2, 9), (6,))
LENET = PRESETS["lenet5"].stack


def one_layer_stack(spec):
    """A stack of that layer alone, on an input that it takes."""
    for shape in INPUTS:
        stack = Stack("One", shape, (spec,))
        if describe(stack).problem is None:
            return stack
    pytest.fail(f"no input shape for {spec}: add one to INPUTS")


class UnheardOfSpec(LayerSpec):
    """A layer that no target knows."""

    kind = "UnheardOf"
    title = "Unheard of"

    def words(self):
        return "?"

    def output_shape(self, input_shape):
        return input_shape

    def build(self, input_shape, rng, dtype):
        raise NotImplementedError


@pytest.mark.parametrize("target", targets(), ids=lambda target: target.key)
def test_no_target_forgets_a_layer_type(target):
    for entry in target.entries:
        default = entry.dispatch(LayerSpec)
        forgotten = [
            kind for kind, spec in registered_specs().items() if entry.dispatch(spec) is default
        ]
        assert forgotten == []


def test_keras_has_a_rule_for_all_weights():
    for spec_type in registered_specs().values():
        stack = one_layer_stack(spec_type())
        convert_weights(Sequential(stack, np.random.default_rng(0)))


def test_the_random_stacks_hold_every_layer_type():
    used = {type(spec) for seed in range(50) for spec in random_stack(seed).layers}
    assert used == set(registered_specs().values())


@pytest.mark.parametrize("key", TEXT_TARGETS)
@pytest.mark.parametrize("kind", registered_specs())
def test_source_of_each_layer_type_compiles(key, kind):
    source = target_named(key).code(one_layer_stack(registered_specs()[kind]()))
    compile(source, "exported.py", "exec")


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("key", TEXT_TARGETS)
def test_source_of_a_random_stack_compiles_and_holds_every_layer(key, seed):
    stack = random_stack(seed)
    source = target_named(key).code(stack)
    compile(source, "exported.py", "exec")
    sign = "#" if key != "numpy" else "    #"
    for place in places(stack):
        assert f"{sign} {place.index}" in source


@pytest.mark.parametrize("key", TEXT_TARGETS)
def test_a_layer_that_a_target_does_not_know_is_named(key):
    stack = Stack("Strange", (1, 4, 4), (ReLUSpec(), UnheardOfSpec()))
    with pytest.raises(ExportError, match=r"Layer 2, Unheard of: .* does not know"):
        target_named(key).code(stack)


@pytest.mark.parametrize("key", TEXT_TARGETS)
def test_a_stack_that_does_not_fit_is_refused(key):
    with pytest.raises(ShapeError, match="Layer 1, Dense"):
        target_named(key).code(Stack("Wrong", (1, 4, 4), (DenseSpec(),)))


@pytest.mark.parametrize("key", TEXT_TARGETS)
def test_an_empty_stack_has_source_too(key):
    compile(target_named(key).code(Stack("Empty", (1, 4, 4))), "exported.py", "exec")


@pytest.mark.parametrize("key", TEXT_TARGETS)
@pytest.mark.parametrize(
    "name", ['"""\nimport os\nos.abort()\n"""', "a\\", "\ud800", "{weights}", "'''", '"']
)
def test_a_name_cannot_become_code(key, name):
    plain = target_named(key).code(Stack("Plain", (1, 28, 28), LENET.layers))
    source = target_named(key).code(Stack(name, (1, 28, 28), LENET.layers))
    source.encode()
    expected, found = ast.parse(plain), ast.parse(source)
    assert [ast.dump(node) for node in found.body[1:]] == [
        ast.dump(node) for node in expected.body[1:]
    ]


@pytest.mark.parametrize("key", TEXT_TARGETS)
def test_a_file_name_cannot_become_code(key):
    source = target_named(key).code(LENET, 'a") or print("b\n.npz')
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    assert 'a") or print("b\n.npz' in [
        argument.value
        for node in calls
        for argument in node.args
        if isinstance(argument, ast.Constant)
    ]


def test_pytorch_keeps_one_module_a_layer():
    """So that indices, and with them names of weights, stay: counted in the syntax tree."""
    for seed in range(20):
        stack = random_stack(seed)
        tree = ast.parse(target_named("pytorch").code(stack))
        (build,) = [
            node
            for node in tree.body
            if isinstance(node, ast.FunctionDef) and node.name == "build_model"
        ]
        (returned,) = [node for node in build.body if isinstance(node, ast.Return)]
        assert isinstance(returned.value, ast.Call)
        assert len(returned.value.args) == len(stack.layers)


def test_pytorch_says_the_settings_that_differ():
    stack = Stack(
        "Settings",
        (4, 9, 9),
        (
            Conv2dSpec(6, (3, 2), (2, 1), (1, 0), dilation=(1, 2), groups=2, bias=False),
            Conv2dSpec(6, (2, 2), padding_mode="same"),
            Conv2dSpec(6, (2, 2), (2, 2), padding_mode="same"),
            BatchNorm2dSpec(momentum=0.25, epsilon=0.001),
            MaxPool2dSpec((3, 3), (2, 2), (1, 1)),
            DropoutSpec(0.3),
        ),
    )
    source = target_named("pytorch").code(stack)
    settings = "kernel_size=(3, 2), stride=(2, 1), padding=(1, 0), dilation=(1, 2), groups=2"
    for line in (
        f"        nn.Conv2d(4, 6, {settings}, bias=False),  # 0: 6×5×7\n",
        '        nn.Conv2d(6, 6, kernel_size=2, padding="same"),  # 1: 6×5×7\n',
        # 5 cells: 3 windows of 2 with stride 2 need 6; 7 cells: 4 windows need 8
        "        PaddedConv2d(6, 6, kernel_size=2, stride=2, around=(0, 1, 0, 1)),  # 2: 6×3×4\n",
        "        nn.BatchNorm2d(6, eps=0.001, momentum=0.25),  # 3: 6×3×4\n",
        "        nn.MaxPool2d(kernel_size=3, stride=2, padding=1),  # 4: 6×2×2\n",
        "        nn.Dropout(0.3),  # 5: 6×2×2\n",
    ):
        assert line in source


def test_keras_says_the_settings_that_differ():
    stack = Stack(
        "Settings",
        (4, 9, 9),
        (
            Conv2dSpec(6, (3, 2), (2, 2), (1, 0), groups=2, bias=False),
            Conv2dSpec(6, (3, 3), (2, 2), dilation=(2, 1), padding_mode="same"),
            BatchNorm2dSpec(momentum=0.25, epsilon=0.001),
            MaxPool2dSpec((3, 3), (2, 2), (1, 1)),
            FlattenSpec(),
        ),
    )
    source = target_named("keras").code(stack)
    settings = "kernel_size=(3, 2), strides=2, groups=2, use_bias=False"
    for line in (
        "            layers.ZeroPadding2D(((1, 1), (0, 0))),\n",
        f"            layers.Conv2D(6, {settings}),  # 0: 5×4×6\n",
        # Keras refuses stride with dilation: the stride goes to a pooling of single cells
        "            layers.Conv2D(6, kernel_size=3, dilation_rate=(2, 1)),\n",
        "            layers.MaxPooling2D(pool_size=1, strides=2),  # 1: 3×2×6\n",
        "            layers.BatchNormalization(momentum=0.75, epsilon=0.001),  # 2: 3×2×6\n",
        "            layers.Permute((3, 1, 2)),\n            layers.Flatten(),",
    ):
        assert line in source


def test_keras_reads_flattened_maps_cell_by_cell():
    """Two channels of 1×2: features c0w0 c0w1 c1w0 c1w1 here, c0w0 c1w0 c0w1 c1w1 in Keras."""
    stack = Stack("Small", (2, 1, 2), (FlattenSpec(), ReLUSpec(), DenseSpec(1, bias=False)))
    network = Sequential(stack, np.random.default_rng(0))
    network.parameters[...] = [1, 2, 3, 4]
    (kernel,) = convert_weights(network)
    np.testing.assert_array_equal(kernel, [[1], [3], [2], [4]])


def test_keras_kernels_lie_window_first():
    stack = Stack("Small", (2, 5, 5), (Conv2dSpec(3, (1, 2)),))
    network = random_network(stack)
    kernel, bias = convert_weights(network)
    weight = network.state_dict()["0.weight"]
    assert kernel.shape == (1, 2, 2, 3)
    assert kernel[0, 1, 0, 2] == weight[2, 0, 0, 1]
    assert bias.shape == (3,)


def test_weights_without_a_rule_are_not_passed_over():
    with pytest.raises(NotImplementedError):
        keras_tensors(ReLUSpec(), {"weight": np.ones(3)}, None)


def test_shapes_of_tensors_are_known_without_building():
    for stack in [*(random_stack(seed) for seed in range(50)), LENET]:
        built = Sequential(stack, np.random.default_rng(0)).state_dict()
        assert expected_tensors(stack) == {name: value.shape for name, value in built.items()}


def test_targets_are_found_by_name():
    assert [target.key for target in targets()] == ["pytorch", "keras", "numpy", "onnx"]
    with pytest.raises(ExportError, match="pytorch, keras, numpy, onnx; got 'caffe'"):
        target_named("caffe")


def test_a_binary_format_has_no_code():
    with pytest.raises(ExportError, match="no code to show"):
        target_named("onnx").code(LENET)


@pytest.fixture
def model():
    return Model(random_network(LENET), None)


@pytest.fixture
def model_path(model, tmp_path):
    path = tmp_path / "mine.safetensors"
    save_model(path, model.network)
    return path


def test_code_and_weights_are_written_side_by_side(model, tmp_path):
    for key, suffix in (("keras", ".npz"), ("numpy", ".npz"), ("pytorch", ".safetensors")):
        written = export(model, target_named(key), tmp_path / f"as_{key}.py")
        assert written == (tmp_path / f"as_{key}.py", tmp_path / f"as_{key}{suffix}")
        assert f'"as_{key}{suffix}"' in written[0].read_text(encoding="utf-8")
    weights = load_model(tmp_path / "as_pytorch.safetensors").network
    np.testing.assert_array_equal(weights.parameters, model.network.parameters)


def test_the_network_file_itself_serves_pytorch(model, model_path, tmp_path):
    written = export(model, target_named("pytorch"), tmp_path / "net.py", model_path)
    assert written == (tmp_path / "net.py",)
    assert '"mine.safetensors"' in written[0].read_text(encoding="utf-8")


def test_the_network_file_is_never_written_over(model, model_path):
    with pytest.raises(ExportError, match="is the network itself"):
        export(model, target_named("pytorch"), model_path, model_path)


def test_code_and_weights_do_not_share_a_file(model, tmp_path):
    with pytest.raises(ExportError, match=r"Give the code a name in \.py"):
        export(model, target_named("keras"), tmp_path / "net.npz")
    assert not list(tmp_path.iterdir())


def test_another_network_beside_it_is_never_written_over(model, model_path, tmp_path):
    before = model_path.read_bytes()
    other = Model(random_network(LENET, seed=1), None)
    with pytest.raises(ExportError, match="holds another network"):
        export(other, target_named("pytorch"), tmp_path / "mine.py")
    assert model_path.read_bytes() == before
    assert not (tmp_path / "mine.py").exists()


def test_files_can_be_made_without_writing(model):
    code, weights = target_named("numpy").files(model, "net")
    assert (code.name, weights.name) == ("net.py", "net.npz")
    assert isinstance(code, ExportedFile)
    assert weights.content[:2] == b"PK"
