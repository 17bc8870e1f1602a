"""Exported ONNX graphs: valid for the checker, and run by onnxruntime with the engine's outputs."""

import numpy as np
import pytest

from engine.export import ExportError, export, onnx_graph, target_named
from engine.layers import ReLUSpec
from engine.networks.model_file import Model
from engine.networks.presets import PRESETS
from engine.networks.stack import Stack
from tests.engine.export.random_stacks import random_batch, random_network, random_stack
from tests.engine.layers import samples

pytestmark = pytest.mark.onnx

STACKS = {f"random {seed}": random_stack(seed) for seed in range(50)} | {
    key: preset.stack for key, preset in PRESETS.items()
}
STACKS |= samples.STACKS


@pytest.fixture(scope="module")
def onnx():
    return pytest.importorskip("onnx")


@pytest.fixture(scope="module")
def onnxruntime():
    return pytest.importorskip("onnxruntime")


@pytest.mark.parametrize("name", STACKS)
def test_onnxruntime_gives_the_engines_outputs(onnx, onnxruntime, name, tmp_path):
    stack = STACKS[name]
    network = random_network(stack)
    (path,) = export(Model(network, None), target_named("onnx"), tmp_path / "net.onnx")
    onnx.checker.check_model(path, full_check=True)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    for count in (1, 3):
        x = random_batch(stack, count=count)
        expected = network.forward(x)
        (outputs,) = session.run(["output"], {"input": x})
        np.testing.assert_allclose(outputs, expected, atol=1e-5 * max(1, np.abs(expected).max()))


def test_the_opset_is_as_stated(onnx):
    model = onnx_graph.onnx_model(random_network(PRESETS["lenet5"].stack))
    assert [(entry.domain, entry.version) for entry in model.opset_import] == [("", 17)]
    assert "opset 17" in target_named("onnx").about


def test_weights_keep_their_names(onnx):
    network = random_network(PRESETS["lenet5"].stack)
    graph = onnx_graph.onnx_model(network).graph
    stored = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in graph.initializer}
    assert stored.keys() == network.state_dict().keys()
    np.testing.assert_array_equal(stored["7.weight"], network.state_dict()["7.weight"])


@pytest.mark.parametrize("layers", [(), (ReLUSpec(),)])
def test_the_smallest_stacks(onnx, onnxruntime, layers):
    network = random_network(Stack('odd "name" \ud800', (3,), layers))
    model = onnx_graph.onnx_model(network)
    session = onnxruntime.InferenceSession(model.SerializeToString())
    x = np.array([[-1, 0, 1]], np.float32)
    np.testing.assert_array_equal(session.run(None, {"input": x})[0], network.forward(x))


def test_what_exceeds_the_format_is_said(onnx, monkeypatch):
    monkeypatch.setattr(onnx_graph, "LARGEST_BYTES", 1000)
    with pytest.raises(ExportError, match="at most 2 GiB; the weights of LeNet-5"):
        onnx_graph.onnx_model(random_network(PRESETS["lenet5"].stack))
