"""Calibration: the temperature that makes probabilities come true."""

import dataclasses
import json

import numpy as np
import pytest

from engine.basics.errors import DataError, ModelFileError
from engine.layers.dense import DenseSpec
from engine.layers.flatten import FlattenSpec
from engine.layers.softmax import SoftmaxSpec
from engine.networks.calibration import (
    Calibration,
    calibrate,
    calibration_error,
    class_scores,
    evidence,
    fit_temperature,
)
from engine.networks.model_file import TrainingRecord, load_model, save_model
from engine.networks.network import Sequential
from engine.networks.stack import Stack
from tests.engine.datasets import squares


def drawn_labels(logits, rng):
    """Labels that come as often as softmax says."""
    shares = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    return np.array([rng.choice(len(row), p=row) for row in shares])


@pytest.mark.parametrize("sharpening", [0.5, 1.0, 3.0])
def test_the_temperature_undoes_a_sharpening(sharpening):
    rng = np.random.default_rng(0)
    honest = rng.normal(0, 2, (4000, 5))
    labels = drawn_labels(honest, rng)
    assert fit_temperature(honest * sharpening, labels) == pytest.approx(sharpening, rel=0.1)


def test_the_error_of_a_network_that_is_always_sure_is_its_share_of_mistakes():
    probabilities = np.array([[1.0, 0.0]] * 10)
    assert calibration_error(probabilities, np.array([0] * 7 + [1] * 3)) == pytest.approx(0.3)


def test_probabilities_that_come_true_have_no_error():
    probabilities = np.array([[0.75, 0.25]] * 4 + [[0.5, 0.5]] * 2)
    labels = np.array([0, 0, 0, 1, 0, 1])
    assert calibration_error(probabilities, labels) == pytest.approx(0)


def test_a_temperature_changes_no_answer():
    logits = np.random.default_rng(1).normal(0, 3, (50, 10)).astype(np.float32)
    plain, hot = (Calibration(value).probabilities(logits) for value in (1.0, 2.5))
    assert (plain.argmax(1) == hot.argmax(1)).all()
    assert hot.max(1).mean() < plain.max(1).mean()
    assert hot.sum(1) == pytest.approx(1)


def test_the_evidence_of_equal_logits_is_theirs_and_the_number_of_classes():
    assert evidence(np.array([500.0, 500.0])) == pytest.approx(500.0 + 0.693147)


def test_what_older_files_say_besides_is_passed_over():
    assert Calibration.from_dict({"temperature": 2.0, "least_evidence": 5.4}) == Calibration(2.0)


@pytest.mark.parametrize("temperature", [0, -1, float("nan"), float("inf")])
def test_a_temperature_is_positive(temperature):
    with pytest.raises(DataError, match="above 0"):
        Calibration(temperature)


def test_calibrating_a_network_measures_on_images_it_was_not_fitted_on():
    data = squares(80)
    network = Sequential(
        Stack("Small", data.images.shape[1:], (FlattenSpec(), DenseSpec(data.classes))),
        np.random.default_rng(0),
    )
    calibration = calibrate(network, data.images, data.labels)
    assert calibration.temperature > 0
    assert calibration.error_after is not None
    assert 0 <= calibration.error_after <= 1


def test_few_images_teach_nothing():
    data = squares(10)
    stack = Stack("Small", data.images.shape[1:], (FlattenSpec(), DenseSpec(data.classes)))
    assert (
        calibrate(Sequential(stack, np.random.default_rng(0)), data.images, data.labels)
        == Calibration()
    )


def test_a_softmax_at_the_end_gives_the_same_probabilities():
    x = np.random.default_rng(3).random((4, 1, 2, 2), np.float32)
    stack = Stack("With", (1, 2, 2), (FlattenSpec(), DenseSpec(3), SoftmaxSpec()))
    network = Sequential(stack, np.random.default_rng(0))
    scores = class_scores(network, x)
    assert Calibration().probabilities(scores) == pytest.approx(network.forward(x), abs=1e-6)


def test_no_probability_is_rounded_to_none_or_all():
    logits = np.array([[40.0, 0.0, -200.0], [0.0, 0.0, 0.0]], np.float32)
    shares = Calibration().probabilities(logits)
    assert shares.dtype == np.float32
    assert 0.9999999 < shares[0, 0] < 1
    assert 0 < shares[0, 2] < 1e-40
    assert shares[1] == pytest.approx([1 / 3] * 3)
    assert Calibration().probabilities(logits[:, :1]).tolist() == [[1.0], [1.0]]


RECORD = TrainingRecord("Squares", 60, 1, 0.5, 0, "2026-01-01")


def small_network():
    stack = Stack("Small", (1, 2, 2), (FlattenSpec(), DenseSpec(3)))
    return Sequential(stack, np.random.default_rng(0))


def test_a_model_file_keeps_the_calibration(tmp_path):
    calibration = Calibration(1.25, 0.02, 0.01)
    record = dataclasses.replace(RECORD, calibration=calibration)
    save_model(tmp_path / "net.safetensors", small_network(), record)
    assert load_model(tmp_path / "net.safetensors").record == record


def test_a_record_from_before_calibration_can_be_read():
    old = dataclasses.asdict(RECORD)
    del old["calibration"]
    assert TrainingRecord.from_dict(json.loads(json.dumps(old))).calibration is None


@pytest.mark.parametrize("bad", [{"temperature": 0}, {"temperature": "warm"}, 7])
def test_a_damaged_calibration_is_refused(bad):
    data = dataclasses.asdict(RECORD) | {"calibration": bad}
    with pytest.raises(ModelFileError, match="training record"):
        TrainingRecord.from_dict(data)


def test_a_temperature_that_does_harm_is_not_kept(monkeypatch):
    data = squares(60)
    stack = Stack("Small", data.images.shape[1:], (FlattenSpec(), DenseSpec(data.classes)))
    monkeypatch.setattr("engine.networks.calibration.fit_temperature", lambda *_: 50.0)
    network = Sequential(stack, np.random.default_rng(0))
    network.parameters *= 40  # sure of itself, so that cooling it down can only help by chance
    kept = calibrate(network, data.images, data.labels)
    assert kept.temperature in {1.0, 50.0}
    assert kept.error_after is not None
    assert kept.error_before is not None
    assert kept.error_after <= kept.error_before
