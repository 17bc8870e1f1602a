"""Networks that memory cannot hold are refused before anything is taken."""

import pytest

from engine.basics.errors import DataError
from engine.layers import Conv2dSpec, DenseSpec, FlattenSpec
from engine.networks.presets import PRESETS
from engine.networks.stack import Stack, describe
from engine.training.setup import check_paired_memory, check_training_memory, training_bytes

HUGE = Stack(
    name="Huge",
    input_shape=(1, 28, 28),
    layers=(
        Conv2dSpec(out_channels=4096, kernel_size=(3, 3), padding=(1, 1)),
        FlattenSpec(),
        DenseSpec(4096),
        DenseSpec(10),
    ),
)


def test_lenet5_needs_its_weights_four_times_and_a_batch_of_outputs():
    report = describe(PRESETS["lenet5"].stack)
    outputs = 4704 * 2 + 1176 + 1600 * 2 + 400 * 2 + 120 * 2 + 84 * 2 + 10
    assert training_bytes(report, 64) == 4 * 4 * 61_706 + 64 * 4 * outputs


@pytest.mark.parametrize(("free", "is_refused"), [(10**10, True), (10**12, False), (None, False)])
def test_what_does_not_fit_is_refused_with_both_numbers(monkeypatch, free, is_refused):
    monkeypatch.setattr("engine.basics.memory.free_memory", lambda: free)
    report = describe(HUGE)
    if not is_refused:
        check_training_memory(report, "Huge", 64)
        return
    with pytest.raises(DataError, match="13,153,423,370 parameters") as caught:
        check_training_memory(report, "Huge", 64)
    assert "9.3 GiB are free" in str(caught.value)


def test_networks_side_by_side_need_the_sum(monkeypatch):
    report = describe(PRESETS["lenet5"].stack)
    each = training_bytes(report, 64)
    monkeypatch.setattr("engine.basics.memory.free_memory", lambda: 2 * each)
    check_paired_memory([report, report], 64)
    check_training_memory(report, "LeNet-5", 64)
    with pytest.raises(DataError, match=r"these 3 networks need about .* Choose fewer channels"):
        check_paired_memory([report] * 3, 64)
