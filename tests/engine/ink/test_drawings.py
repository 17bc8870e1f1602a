"""Drawings and their JSON form."""

import json

import numpy as np
import pytest

from engine.basics.errors import DataError
from engine.ink.drawing_json import drawings_from_json, read_drawings
from engine.ink.drawings import PastedImage, Stroke, within_box
from engine.ink.preprocess import prepare
from engine.ink.rendering import render


def test_json_lists_become_strokes_in_order():
    (seven, dot) = drawings_from_json([[[[10, 20], [30.5, 20]], [[5, 5]]], [[[1, 2]]]])
    strokes = [mark for mark in seven if isinstance(mark, Stroke)]
    assert [mark.points for mark in strokes] == [((10.0, 20.0), (30.5, 20.0)), ((5.0, 5.0),)]
    assert dot == (Stroke(((1.0, 2.0),)),)


def test_no_drawings_and_a_drawing_without_strokes_are_allowed():
    assert drawings_from_json([]) == []
    assert drawings_from_json([[]]) == [()]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"a": 1}, r"must hold a list of drawings; got \{"),
        ([3], "Drawing 1 must be a list of strokes; got 3"),
        ([[[[1, 2]]], [7]], r"list of \[x, y\] \(drawing 2, stroke 1\); got 7"),
        ([[[[1, 2], [3]]]], r"point 2 of drawing 1, stroke 1 is \[3\]"),
        ([[[[1, "2"]]]], r"point 1 of drawing 1, stroke 1 is \[1, '2'\]"),
        ([[[[1, float("nan")]]]], "point 1"),
        ([[[[1e300, 1]]]], "point 1"),
        ([[[]]], "drawing 1, stroke 1 has none"),
    ],
)
def test_what_is_no_drawing_is_named(data, sentence):
    with pytest.raises(DataError, match=sentence):
        drawings_from_json(data)


def test_a_long_wrong_value_is_shown_shortened():
    with pytest.raises(DataError) as caught:
        drawings_from_json("x" * 1000)
    assert len(str(caught.value)) < 120


def test_drawings_are_read_from_a_file(tmp_path):
    path = tmp_path / "drawings.json"
    path.write_text(json.dumps([[[[1, 2], [3, 4]]]]))
    assert read_drawings(path) == [(Stroke(((1.0, 2.0), (3.0, 4.0)), 1.0),)]


@pytest.mark.parametrize("content", [b"no json", b"\xff\xfe\x00", b"[" * 100_000])
def test_a_file_that_is_no_json_is_refused(tmp_path, content):
    path = tmp_path / "drawings.json"
    path.write_bytes(content)
    with pytest.raises(DataError, match="must be a JSON file of drawings"):
        read_drawings(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(DataError, match=r"There is no file .*gone\.json"):
        read_drawings(tmp_path / "gone.json")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"points": ()}, "at least one point"),
        ({"points": ((0.0, float("inf")),)}, "finite"),
        ({"points": ((0.0, 1e9),)}, r"near the 280×280 box; a point is at \(0, 1e\+09\)"),
        ({"points": ((0.0, 0.0),), "width": 0.0}, "width must be above 0, up to 560; it is 0"),
        ({"points": ((0.0, 0.0),), "width": float("nan")}, "width must be above 0"),
        ({"points": ((0.0, 0.0),), "pressures": (float("nan"),)}, "finite pressures"),
        ({"points": ((0.0, 0.0),), "pressures": (1.0, 1.0)}, "one pressure per point"),
    ],
)
def test_a_stroke_that_cannot_be_drawn_is_refused(arguments, sentence):
    with pytest.raises(DataError, match=sentence):
        Stroke(**arguments)


def test_a_pasted_picture_fills_the_box_as_far_as_its_proportions_allow():
    assert PastedImage(np.ones((10, 20), np.float32)).placed_box == (0, 70, 280, 140)


@pytest.mark.parametrize("shape", [(0, 4), (4,), (2, 2, 3)])
def test_a_pasted_picture_needs_two_axes(shape):
    with pytest.raises(DataError, match=r"\(H, W\)"):
        PastedImage(np.zeros(shape, np.float32))


def test_a_pasted_picture_needs_an_area():
    with pytest.raises(DataError, match="box with an area"):
        PastedImage(np.zeros((2, 2), np.float32), (0, 0, 10, 0))


@pytest.mark.parametrize(("size", "width"), [(40, 5.2), (100, 13.0), (260, 33.8)])
def test_the_pen_suits_the_size_of_a_drawing_that_names_none(size, width):
    ((down, across),) = drawings_from_json([[[[9, 9], [9, 9 + size]], [[9, 20], [15, 20]]]])
    assert isinstance(down, Stroke)
    assert isinstance(across, Stroke)
    assert down.width == pytest.approx(width)
    assert across.width == down.width


def test_a_dot_without_a_width_gets_the_usual_pen():
    assert drawings_from_json([[[[5, 5]]]]) == [(Stroke(((5.0, 5.0),), 18.0),)]


def test_a_stroke_may_name_its_width():
    data = [[{"points": [[10, 10], [10, 90]], "width": 24}, [[0, 0], [100, 0]]]]
    ((thick, usual),) = drawings_from_json(data)
    assert thick == Stroke(((10.0, 10.0), (10.0, 90.0)), 24.0)
    assert isinstance(usual, Stroke)
    assert usual.width == pytest.approx(13.0)


def test_a_small_drawing_becomes_as_thick_as_the_same_one_large():
    shape = np.array([[0, 0], [60, 0], [40, 50], [30, 100]])
    images = [
        prepare(render(drawings_from_json([[(20 + shape * scale).tolist()]])[0])).image
        for scale in (0.5, 2.2)
    ]
    assert images[0].sum() == pytest.approx(images[1].sum(), rel=0.1)  # as thick


def test_a_drawing_within_the_box_stays_as_it_is():
    drawing = (Stroke(((0.0, 0.0), (280.0, 280.0)), 90.0),)
    assert within_box(drawing) is drawing
    assert within_box(()) == ()


def test_a_drawing_that_leaves_the_box_is_scaled_and_moved_into_it():
    (line, bar) = within_box(
        (Stroke(((100.0, 0.0), (100.0, 448.0)), 40.0), Stroke(((0.0, 50.0), (200.0, 50.0)), 40.0))
    )
    assert isinstance(line, Stroke)
    assert isinstance(bar, Stroke)
    assert line.points == ((140.0, 28.0), (140.0, 252.0))
    assert bar.points == ((90.0, 53.0), (190.0, 53.0))
    assert line.width == bar.width == 20.0


def test_a_small_drawing_beside_the_box_keeps_its_size():
    (line,) = within_box((Stroke(((-50.0, 10.0), (-50.0, 110.0)), 13.0),))
    assert line == Stroke(((140.0, 90.0), (140.0, 190.0)), 13.0)


def test_the_pen_suits_drawings_larger_than_the_box_too():
    ((line,),) = drawings_from_json([[[[0, 0], [0, 500]]]])
    assert isinstance(line, Stroke)
    assert line.width == pytest.approx(65)
