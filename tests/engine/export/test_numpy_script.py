"""The exported NumPy script, run as a program of its own, against the engine."""

import os
import subprocess
import sys

import numpy as np
import pytest

from engine.export import export, target_named
from engine.networks.model_file import Model
from engine.networks.presets import PRESETS
from tests.engine.export.random_stacks import random_batch, random_network, random_stack

STACKS = {f"random {seed}": random_stack(seed) for seed in range(10)} | {
    key: preset.stack for key, preset in PRESETS.items()
}


def run_script(network, x, folder):
    """Outputs of the exported script, in a Python that finds nothing of this project."""
    export(Model(network, None), target_named("numpy"), folder / "network.py")
    np.save(folder / "inputs.npy", x)
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment |= {"OPENBLAS_NUM_THREADS": "1"}  # arrays are small, and other tests run beside
    subprocess.run(
        [sys.executable, "network.py", "inputs.npy", "outputs.npy"],
        cwd=folder,
        env=environment,
        check=True,
    )
    return np.load(folder / "outputs.npy")


@pytest.mark.parametrize("name", STACKS)
def test_the_script_gives_the_engines_outputs(name, tmp_path):
    stack = STACKS[name]
    network = random_network(stack)
    x = random_batch(stack)
    outputs = run_script(network, x, tmp_path)
    expected = network.forward(x)
    assert outputs.dtype == np.float32
    np.testing.assert_allclose(outputs, expected, atol=2e-5 * max(1, np.abs(expected).max()))


def test_the_script_imports_numpy_and_the_standard_library_only():
    source = target_named("numpy").code(PRESETS["lenet5"].stack)
    imported = {
        line.split()[1].split(".")[0]
        for line in source.splitlines()
        if line.startswith(("import ", "from "))
    }
    assert imported == {"__future__", "collections", "numpy", "pathlib", "sys", "typing"}


def test_the_script_holds_only_the_functions_that_it_uses():
    source = target_named("numpy").code(PRESETS["simplecnn"].stack)
    assert "def convolution(" in source
    assert "def max_pool(" not in source
