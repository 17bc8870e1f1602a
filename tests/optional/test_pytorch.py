"""PyTorch as a yardstick: outputs, gradients, optimisers' steps, exported source, imported weights.

Everything but the float32 files is compared in float64, where agreement is a matter of rounding.
"""

import subprocess
import sys
import warnings
from dataclasses import replace

import numpy as np
import pytest

from engine.export import export, target_named
from engine.export.from_pytorch import import_weights
from engine.layers import DropoutSpec
from engine.networks.model_file import Model
from engine.networks.presets import PRESETS
from engine.networks.stack import Stack
from engine.training.optimizers import SGD, Adam, AdamW, RMSProp
from tests.engine.export.random_stacks import random_batch, random_network, random_stack
from tests.engine.layers.samples import EVERY_CASE

pytestmark = pytest.mark.torch

SEEDS = range(50)
STEPS = 20
DECAY = 0.01
RATE = 0.01
TOLERANCE = 1e-9
"""Relative to the largest number compared, at least 1."""

DIVIDED_TOLERANCE = 1e-7
"""After steps divided by √squares + ε: where a gradient is 0 but for rounding, as before a batch
norm, ε = 1e-8 makes 1e-7 of a rounding error of 1e-15, 20 times over, times the rate."""


@pytest.fixture(scope="module")
def torch():
    torch = pytest.importorskip("torch")
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # for arrays this small, more only wait for each other
    yield torch
    torch.set_num_threads(threads)


@pytest.fixture(autouse=True)
def _even_kernels_are_fine():
    """PyTorch warns that "same" padding of an even kernel takes a copy."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Using padding='same' with even kernel")
        yield


def module_of(source):
    """The names that exported source defines."""
    names = {"__name__": "exported", "__file__": __file__}
    exec(compile(source, "exported.py", "exec"), names)  # noqa: S102 - what is tested
    return names


def torch_twin(torch, network):
    """The exported source as a module with the network's weights, in float64."""
    model = module_of(target_named("pytorch").code(network.stack))["build_model"]().double()
    state = {name: torch.tensor(value) for name, value in network.state_dict().items()}
    model.load_state_dict(state)
    return model


def without_chance(stack):
    """Dropout that drops nothing, as two libraries never draw the same numbers."""
    layers = [DropoutSpec(0.0) if isinstance(s, DropoutSpec) else s for s in stack.layers]
    return replace(stack, layers=tuple(layers))


def assert_close(found, expected, what="", tolerance=TOLERANCE):
    size = max(1.0, float(np.abs(expected).max(initial=0)))
    np.testing.assert_allclose(found, expected, rtol=0, atol=tolerance * size, err_msg=what)


@pytest.mark.parametrize("seed", SEEDS)
def test_outputs_are_pytorchs(torch, seed):
    stack = random_stack(seed)
    network = random_network(stack, seed, np.float64)
    x = random_batch(stack, seed, dtype=np.float64)
    model = torch_twin(torch, network).eval()
    with torch.no_grad():
        expected = model(torch.tensor(x)).numpy()
    assert_close(network.forward(x), expected)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_layers_output_is_pytorchs(torch, seed):
    stack = random_stack(seed)
    network = random_network(stack, seed, np.float64)
    x = random_batch(stack, seed, dtype=np.float64)
    value = torch.tensor(x)
    with torch.no_grad():
        for found, module in zip(
            network.activations(x), torch_twin(torch, network).eval(), strict=True
        ):
            value = module(value)
            assert_close(found, value.numpy())


@pytest.mark.parametrize("seed", SEEDS)
def test_gradients_are_pytorchs(torch, seed):
    stack = without_chance(random_stack(seed))
    network = random_network(stack, seed, np.float64)
    model = torch_twin(torch, network).train()
    x = random_batch(stack, seed, dtype=np.float64)
    inputs = torch.tensor(x, requires_grad=True)
    outputs = model(inputs)
    weighting = np.random.default_rng(seed).standard_normal(tuple(outputs.shape))
    (outputs * torch.tensor(weighting)).sum().backward()
    if network.layers:
        network.layers[0].needs_input_grad = True
    assert_close(network.forward(x, training=True), outputs.detach().numpy(), "training outputs")
    assert_close(network.backward(weighting), inputs.grad.numpy(), "gradient of the input")
    expected = {name: value.grad.numpy() for name, value in model.named_parameters()}
    for index, layer in enumerate(network.layers):
        for name, found in layer.gradients.items():
            assert_close(found, expected[f"{index}.{name}"], f"gradient of {index}.{name}")


@pytest.mark.parametrize(("spec", "shape"), EVERY_CASE)
def test_every_kind_with_every_setting_is_pytorchs(torch, spec, shape):
    (spec,) = without_chance(Stack("One", shape, (spec,))).layers
    stack = Stack("One", shape, (spec,))
    network = random_network(stack, 0, np.float64)
    network.layers[0].needs_input_grad = True
    model = torch_twin(torch, network).train()
    x = random_batch(stack, 0, dtype=np.float64)
    inputs = torch.tensor(x, requires_grad=True)
    outputs = model(inputs)
    weighting = np.random.default_rng(0).standard_normal(tuple(outputs.shape))
    (outputs * torch.tensor(weighting)).sum().backward()
    assert_close(network.forward(x, training=True), outputs.detach().numpy())
    assert_close(network.backward(weighting), inputs.grad.numpy())


OPTIMIZERS = {
    "sgd": (
        lambda w: SGD(w, weight_decay=DECAY),
        lambda torch, p: torch.optim.SGD(p, RATE, weight_decay=DECAY),
    ),
    "momentum": (
        lambda w: SGD(w, momentum=0.9, weight_decay=DECAY),
        lambda torch, p: torch.optim.SGD(p, RATE, momentum=0.9, weight_decay=DECAY),
    ),
    "nesterov": (
        lambda w: SGD(w, momentum=0.9, nesterov=True, weight_decay=DECAY),
        lambda torch, p: torch.optim.SGD(p, RATE, momentum=0.9, nesterov=True, weight_decay=DECAY),
    ),
    "rmsprop": (
        lambda w: RMSProp(w, weight_decay=DECAY),
        lambda torch, p: torch.optim.RMSprop(p, RATE, weight_decay=DECAY),
    ),
    "adam": (
        lambda w: Adam(w, weight_decay=DECAY),
        lambda torch, p: torch.optim.Adam(p, RATE, weight_decay=DECAY),
    ),
    "adamw": (
        lambda w: AdamW(w, weight_decay=DECAY),
        lambda torch, p: torch.optim.AdamW(p, RATE, weight_decay=DECAY),
    ),
}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_twenty_steps_are_pytorchs(torch, name, seed):
    ours, theirs = OPTIMIZERS[name]
    stack = without_chance(random_stack(seed))
    network = random_network(stack, seed, np.float64)
    model = torch_twin(torch, network).train()
    own, other = ours(network.parameters), theirs(torch, model.parameters())
    for step in range(STEPS):
        x = random_batch(stack, 100 * seed + step, dtype=np.float64)
        outputs = network.forward(x, training=True)
        target = np.random.default_rng(step).uniform(-1, 1, outputs.shape)
        network.backward(2 * (outputs - target) / outputs.size)
        own.step(network.gradients, RATE)
        other.zero_grad()
        torch.nn.functional.mse_loss(model(torch.tensor(x)), torch.tensor(target)).backward()
        other.step()
    expected = {key: value.detach().numpy() for key, value in model.state_dict().items()}
    tolerance = TOLERANCE if isinstance(own, SGD) else DIVIDED_TOLERANCE
    for key, found in network.state_dict().items():
        assert_close(found, expected[key], key, tolerance)


@pytest.mark.parametrize("name", [*PRESETS, *range(8)])
def test_exported_source_with_the_weights_file_gives_the_engines_outputs(torch, name, tmp_path):
    stack = PRESETS[name].stack if isinstance(name, str) else random_stack(name)
    network = random_network(stack)
    written = export(Model(network, None), target_named("pytorch"), tmp_path / "net.py")
    loaded = module_of(written[0].read_text(encoding="utf-8"))["load_model"](written[1])
    x = random_batch(stack)
    expected = network.forward(x)
    with torch.no_grad():
        outputs = loaded(torch.tensor(x)).numpy()
    np.testing.assert_allclose(outputs, expected, atol=1e-5 * max(1, np.abs(expected).max()))


def test_exported_source_runs_as_a_program(torch, tmp_path):
    network = random_network(PRESETS["lenet5"].stack)
    export(Model(network, None), target_named("pytorch"), tmp_path / "net.py")
    done = subprocess.run(
        [sys.executable, "net.py"], cwd=tmp_path, check=True, capture_output=True, text=True
    )
    assert done.stdout.startswith("tensor([[")


def test_a_state_dict_saved_by_pytorch_comes_back(torch, tmp_path):
    """A network of PyTorch's with names of its own, saved in its own way."""
    from safetensors.torch import save_file  # noqa: PLC0415 - needs torch

    nn = torch.nn
    model = nn.Sequential()
    for name, module in (
        ("conv1", nn.Conv2d(1, 6, 5, padding=2)),
        ("relu1", nn.ReLU()),
        ("pool1", nn.MaxPool2d(2)),
        ("conv2", nn.Conv2d(6, 16, 5)),
        ("relu2", nn.ReLU()),
        ("pool2", nn.MaxPool2d(2)),
        ("flatten", nn.Flatten()),
        ("fc1", nn.Linear(400, 120)),
        ("relu3", nn.ReLU()),
        ("fc2", nn.Linear(120, 84)),
        ("relu4", nn.ReLU()),
        ("fc3", nn.Linear(84, 10)),
    ):
        model.add_module(name, module)
    save_file(model.state_dict(), tmp_path / "theirs.safetensors")
    network, match = import_weights(tmp_path / "theirs.safetensors", PRESETS["lenet5"].stack)
    assert match.names["11.weight"] == "fc3.weight"
    x = random_batch(network.stack)
    with torch.no_grad():
        expected = model(torch.tensor(x)).numpy()
    np.testing.assert_allclose(network.forward(x), expected, atol=1e-5)
