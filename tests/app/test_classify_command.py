"""``cnnviz classify --strokes``: ten probabilities for any ink, of any size."""

import dataclasses
import json

import numpy as np
import pytest

from app.cli import bundled_model, main
from engine.calibration import Calibration
from engine.model_file import load_model, save_model

SEVEN = np.array([[0, 0], [60, 0], [40, 50], [30, 100]]) / 100
ONE = np.array([[0, 0], [0, 100]]) / 100


def asked(drawings, tmp_path, capsys, *options):
    path = tmp_path / "drawings.json"
    path.write_text(json.dumps(drawings))
    assert main(["classify", *options, "--strokes", str(path)]) == 0
    return capsys.readouterr().out.splitlines()


def at(shape, size, corner=20):
    return [(corner + shape * size).tolist()]


@pytest.mark.parametrize("size", [30, 60, 120, 240])
@pytest.mark.parametrize(("shape", "digit"), [(SEVEN, 7), (ONE, 1)])
def test_a_digit_of_any_size_is_recognised(shape, digit, size, tmp_path, capsys):
    (line,) = asked([at(shape, size)], tmp_path, capsys)
    probabilities = [float(word) for word in line.split()]
    assert len(probabilities) == 10
    assert np.argmax(probabilities) == digit
    assert sum(probabilities) == pytest.approx(1, abs=1e-5)


def test_any_ink_gets_ten_probabilities_and_no_ink_a_sentence(tmp_path, capsys):
    scribble = [[[40 + 20 * i, 60 if i % 2 else 220] for i in range(11)]]
    lines = asked([scribble, [[[5, 5]]], [], at(SEVEN, 100)], tmp_path, capsys)
    assert [len(line.split()) == 10 for line in lines] == [True, True, False, True]
    assert lines[2].startswith("refused: ")


def test_the_temperature_of_the_network_is_applied(tmp_path, capsys):
    model = load_model(bundled_model())
    assert model.record is not None
    highest = []
    for temperature in (1.0, 4.0):
        record = dataclasses.replace(model.record, calibration=Calibration(temperature))
        path = tmp_path / "net.safetensors"
        save_model(path, model.network, record)
        (line,) = asked([at(SEVEN, 100)], tmp_path, capsys, "--model", str(path))
        highest.append(max(map(float, line.split())))
    assert highest[1] < highest[0]
