"""``cnnviz classify --strokes``: ten probabilities for any ink, of any size."""

import dataclasses
import json
import re

import numpy as np
import pytest
from PIL import Image, ImageDraw

from app.cli import bundled_model, main
from engine.ink.rendering import Stroke, render
from engine.networks.calibration import Calibration
from engine.networks.model_file import load_model, save_model

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


@pytest.mark.parametrize(("size", "corner"), [(500, 0), (200, 150), (100, -60), (20_000, 5_000)])
def test_a_digit_that_leaves_the_box_is_read_all_the_same(size, corner, tmp_path, capsys):
    inside, outside = asked([at(SEVEN, 160), at(SEVEN, size, corner)], tmp_path, capsys)
    before, after = ([float(word) for word in line.split()] for line in (inside, outside))
    assert np.argmax(after) == 7
    assert max(after) == pytest.approx(max(before), abs=0.1)


def test_a_digit_gets_ten_probabilities_and_what_is_none_a_sentence(tmp_path, capsys):
    scribble = [[[40 + 20 * i, 60 if i % 2 else 220] for i in range(11)]]
    cross = [[[80, 60], [200, 220]], [[200, 60], [80, 220]]]
    lines = asked([scribble, cross, [[[5, 5]]], [], at(SEVEN, 100)], tmp_path, capsys)
    for line in lines[:3]:
        assert re.fullmatch(r"refused: It looks like no digit\. The nearest digit is \d\.", line)
    assert lines[3].startswith("refused: There is no ink")
    assert len(lines[4].split()) == 10


def test_an_image_that_is_no_digit_is_named(tmp_path, capsys):
    picture = Image.new("L", (120, 120), 255)
    pen = ImageDraw.Draw(picture)
    pen.line((20, 20, 100, 100), fill=0, width=9)
    pen.line((100, 20, 20, 100), fill=0, width=9)
    picture.save(tmp_path / "cross.png")
    assert main(["classify", str(tmp_path / "cross.png")]) == 1
    assert "cross.png: It looks like no digit." in capsys.readouterr().err


def test_in_a_number_what_is_no_digit_is_a_question_mark(tmp_path, capsys):
    cross = [[[100, 20], [160, 120]], [[160, 20], [100, 120]]]
    (line,) = asked([[*at(SEVEN, 100), *cross]], tmp_path, capsys, "--number")
    assert line.startswith("7? (")
    assert line.endswith(", no digit)")


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


def test_digits_side_by_side_are_read_as_a_number(tmp_path, capsys):
    strokes = [*at(SEVEN, 100), [[x + 140, y] for x, y in at(ONE, 100)[0]], [[300, 20], [300, 121]]]
    (line, blank) = asked([strokes, []], tmp_path, capsys, "--number")
    assert line.startswith("711 (")
    assert line.count("%") == 3
    assert blank.startswith("refused: ")


def test_a_picture_of_a_number_is_read(tmp_path, capsys):
    ink = np.hstack([render((Stroke(tuple(map(tuple, 40 + SEVEN * 180)), 20),))] * 2)
    path = tmp_path / "number.png"
    Image.fromarray((255 * (1 - ink)).astype(np.uint8)).save(path)
    assert main(["classify", "--number", str(path), str(tmp_path / "gone.png")]) == 1
    seen = capsys.readouterr()
    assert seen.out.startswith(f"{path}: 77 (")
    assert "no file" in seen.err


def test_several_digits_given_as_one_are_refused_with_the_way_to_read_them(tmp_path, capsys):
    strokes = [*at(SEVEN, 100), [[x + 140, y] for x, y in at(ONE, 100)[0]], [[300, 20], [300, 121]]]
    (line,) = asked([strokes], tmp_path, capsys)
    assert line.startswith("refused: It looks like no digit.")
    assert line.endswith(" 3 digits side by side? --number reads 711.")
    ink = np.hstack([render((Stroke(tuple(map(tuple, 40 + SEVEN * 180)), 20),))] * 3)
    path = tmp_path / "number.png"
    Image.fromarray((255 * (1 - ink)).astype(np.uint8)).save(path)
    assert main(["classify", str(path)]) == 1
    assert "--number reads 777." in capsys.readouterr().err


def test_a_scribble_is_refused_without_a_number(tmp_path, capsys):
    scribble = [[[40 + 20 * i, 60 if i % 2 else 220] for i in range(11)]]
    (line,) = asked([scribble], tmp_path, capsys)
    assert "--number" not in line


def test_touching_digits_are_read_as_a_number(tmp_path, capsys):
    seven = [[40, 50], [120, 50], [70, 200]]
    one, foot = [[124, 48], [118, 200]], [[95, 200], [150, 200]]
    (line,) = asked([[seven, one, foot]], tmp_path, capsys, "--number")
    assert line.startswith("71 (")
