"""Exported Keras source with its converted weights, against the engine. Keras runs on PyTorch."""

import os
import subprocess
import sys

import numpy as np
import pytest

from engine.export import convert_weights, export, target_named
from engine.networks.model_file import Model
from engine.networks.presets import PRESETS
from tests.engine.export.random_stacks import random_batch, random_network, random_stack
from tests.engine.layers import samples

pytestmark = [
    pytest.mark.keras,
    # Keras on PyTorch, of NumPy 2
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]

STACKS = {f"random {seed}": random_stack(seed) for seed in range(50)} | {
    key: preset.stack for key, preset in PRESETS.items()
}
STACKS |= samples.STACKS


@pytest.fixture(scope="module")
def keras():
    pytest.importorskip("torch")
    os.environ.setdefault("KERAS_BACKEND", "torch")  # before Keras is imported
    return pytest.importorskip("keras")


def module_of(source):
    """The names that exported source defines."""
    names = {"__name__": "exported", "__file__": __file__}
    exec(compile(source, "exported.py", "exec"), names)  # noqa: S102 - what is tested
    return names


@pytest.mark.parametrize("name", STACKS)
def test_keras_gives_the_engines_outputs(keras, name, tmp_path):
    stack = STACKS[name]
    network = random_network(stack)
    code, weights = export(Model(network, None), target_named("keras"), tmp_path / "net.py")
    model = module_of(code.read_text(encoding="utf-8"))["load_model"](weights)
    x = random_batch(stack)
    expected = network.forward(x)
    outputs = model.predict_on_batch(np.moveaxis(x, 1, -1))
    if outputs.ndim > 2:
        outputs = np.moveaxis(outputs, -1, 1)
    np.testing.assert_allclose(outputs, expected, atol=1e-5 * max(1, np.abs(expected).max()))


def test_converted_weights_go_in_as_they_are(keras):
    network = random_network(PRESETS["lenet5"].stack)
    model = module_of(target_named("keras").code(network.stack))["build_model"]()
    model.set_weights(convert_weights(network))
    assert model.count_params() == 61_706


def test_exported_source_runs_as_a_program(keras, tmp_path):
    network = random_network(PRESETS["lenet5"].stack)
    export(Model(network, None), target_named("keras"), tmp_path / "net.py")
    done = subprocess.run(
        [sys.executable, "net.py"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | {"KERAS_BACKEND": "torch"},
    )
    assert "[[" in done.stdout
