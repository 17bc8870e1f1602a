"""The holder of the network that Draw uses: copies, files, and nothing lost when one fails."""

import numpy as np
import pytest

from app.state.networks import NetworkHolder
from engine.basics.errors import ModelFileError, NotReadyError
from engine.networks.model_file import TrainingRecord
from engine.networks.network import Sequential
from engine.networks.presets import PRESETS
from engine.networks.stack import Stack

RECORD = TrainingRecord("MNIST", 55_000, 5, 0.99, 0, "2026-01-02")


@pytest.fixture
def network():
    return Sequential(PRESETS["simplecnn"].stack, np.random.default_rng(1))


@pytest.fixture
def holder(qapp):
    return NetworkHolder()


def test_it_is_empty_at_first_and_says_so(holder):
    assert not holder.has_network
    assert not holder.accepts_digits
    assert holder.title == "No network"
    with pytest.raises(NotReadyError, match="Open a model file, or train one"):
        _ = holder.network


def test_it_keeps_a_copy(qtbot, holder, network):
    with qtbot.waitSignal(holder.network_changed):
        holder.set_network(network, RECORD)
    before = holder.network.parameters.copy()
    network.parameters += 1
    assert np.array_equal(holder.network.parameters, before)
    assert holder.record == RECORD


def test_the_bundled_network_is_lenet5_for_digits(holder):
    holder.load_bundled()
    assert holder.network.parameter_count == 61_706
    assert holder.accepts_digits
    assert holder.record is not None


def test_only_digit_networks_accept_digits(holder):
    dense = PRESETS["simplecnn"].stack.layers[-2:]
    holder.set_network(Sequential(Stack("Small", (1, 14, 14), dense)), None)
    assert holder.has_network
    assert not holder.accepts_digits


def test_save_and_open_bring_back_weights_and_record(tmp_path, holder, network):
    holder.set_network(network, RECORD)
    holder.save(tmp_path / "mine.safetensors")
    other = NetworkHolder()
    other.open(tmp_path / "mine.safetensors")
    assert other.record == RECORD
    assert np.array_equal(other.network.parameters, network.parameters)


def test_a_file_that_cannot_be_used_changes_nothing(tmp_path, holder, network):
    holder.set_network(network, RECORD)
    kept = holder.network
    damaged = tmp_path / "damaged.safetensors"
    damaged.write_bytes(b"no such thing")
    with pytest.raises(ModelFileError):
        holder.open(damaged)
    assert holder.network is kept
    assert holder.record == RECORD
