"""Strokes to pixels: the geometry of the pen, and growing strokes beside finished ones."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.basics.errors import DataError, NotReadyError
from engine.ink.rendering import InkRaster, PastedImage, Stroke, render

coordinates = st.floats(-30, 310, allow_nan=False, width=32)
points = st.lists(st.tuples(coordinates, coordinates), min_size=1, max_size=12)
widths = st.floats(0.1, 60)


def exact_coverage(start, end, radius, size=280):
    """The same capsule from its definition, one pixel after the other, in float64."""
    picture = np.zeros((size, size))
    (ax, ay), (bx, by) = start, end
    dx, dy = bx - ax, by - ay
    for row in range(size):
        for column in range(size):
            px, py = column + 0.5 - ax, row + 0.5 - ay
            along = max(0.0, min(1.0, (px * dx + py * dy) / (dx * dx + dy * dy)))
            distance = math.hypot(px - along * dx, py - along * dy)
            picture[row, column] = max(0.0, min(1.0, radius + 0.5 - distance))
    return picture


def test_a_blank_drawing_is_paper():
    assert render(()).shape == (280, 280)
    assert render(()).dtype == np.float32
    assert not render(()).any()


def test_a_line_is_the_capsule_around_it():
    start, end = (20.3, 11.7), (61.9, 40.2)
    expected = exact_coverage(start, end, 6.5, size=80)
    picture = InkRaster(280, [Stroke((start, end), width=13.0)]).pixels
    assert picture[:80, :80] == pytest.approx(expected, abs=2e-4)
    assert not picture[80:].any()


def test_a_long_line_has_no_seams():
    start, end = (5.0, 8.0), (271.0, 190.0)
    assert render([Stroke((start, end))]) == pytest.approx(
        exact_coverage(start, end, 9.0), abs=2e-4
    )


def test_a_single_point_is_a_round_dot():
    picture = render([Stroke(((140.0, 140.0),), width=40.0)])
    assert picture.sum() == pytest.approx(math.pi * 20**2, rel=0.005)
    assert np.array_equal(picture, picture.T)
    assert np.array_equal(picture, picture[::-1])


def test_the_edge_is_smooth_and_the_middle_is_full():
    picture = render([Stroke(((40.0, 100.0), (240.0, 100.0)), width=18.0)])
    assert picture[100, 140] == 1
    assert picture[108, 140] == 1  # centre 8.5 below the line, radius 9
    assert picture[109, 140] == 0  # centre 9.5 below
    shifted = render([Stroke(((40.0, 100.25), (240.0, 100.25)), width=18.0)])
    assert shifted[109, 140] == pytest.approx(0.25, abs=1e-4)


def test_crossing_strokes_keep_the_darker_ink():
    a, b = Stroke(((50.0, 50.0), (200.0, 210.0))), Stroke(((200.0, 50.0), (50.0, 210.0)))
    assert np.array_equal(render([a, b]), np.maximum(render([a]), render([b])))


def test_the_eraser_takes_away_what_it_covers():
    ink = Stroke(((50.0, 140.0), (230.0, 140.0)), width=30.0)
    eraser = Stroke(((140.0, 60.0), (140.0, 220.0)), width=24.0, erases=True)
    wiped = 1 - render([Stroke(eraser.points, eraser.width)])
    assert np.array_equal(render([ink, eraser]), np.minimum(render([ink]), wiped))
    assert render([ink, eraser])[140, 140] == 0


def test_ink_after_the_eraser_is_ink_again():
    line = Stroke(((50.0, 140.0), (230.0, 140.0)))
    assert np.array_equal(
        render([line, Stroke(line.points, 60, erases=True), line]), render([line])
    )


def test_pressure_widens_the_line():
    picture = render([Stroke(((40.0, 140.0), (240.0, 140.0)), 20.0, pressures=(0.2, 1.0))])
    across = picture.sum(axis=0)
    assert across[40] == pytest.approx(4, abs=0.3)
    assert across[140] == pytest.approx(12, abs=0.3)
    assert across[239] == pytest.approx(20, abs=0.3)


def test_no_pressure_still_leaves_a_hairline():
    assert render([Stroke(((40.0, 140.0), (240.0, 140.0)), pressures=(0.0, 0.0))])[139:141].any()


@settings(max_examples=60, deadline=None)
@given(points, widths, st.booleans(), st.lists(st.floats(0, 2), min_size=12, max_size=12))
def test_a_growing_stroke_has_the_pixels_of_a_finished_one(path, width, erases, pressures):
    before = (Stroke(((30.0, 30.0), (250.0, 250.0)), 70.0),)
    raster = InkRaster(marks=before)
    raster.begin(path[0], width, erases=erases, pressure=pressures[0])
    for point, pressure in zip(path[1:], pressures[1:], strict=False):
        raster.extend(point, pressure)
    grown = raster.pixels.copy()
    assert np.array_equal(grown, render((*before, raster.end())))


@settings(max_examples=40, deadline=None)
@given(points, widths)
def test_nothing_changes_outside_the_reported_region(path, width):
    raster = InkRaster()
    raster.begin(path[0], width)
    for point in path[1:]:
        before = raster.pixels.copy()
        region = raster.extend(point)
        changed = before != raster.pixels
        if region is not None:
            left, top, right, bottom = region
            assert 0 <= left < right <= 280
            assert 0 <= top < bottom <= 280
            changed[top:bottom, left:right] = False
        assert not changed.any()


@settings(max_examples=40, deadline=None)
@given(points, widths)
def test_ink_stays_between_paper_and_full(path, width):
    picture = render([Stroke(tuple(path), width)])
    assert picture.min() >= 0
    assert picture.max() <= 1


def test_a_stroke_outside_the_box_leaves_no_ink():
    raster = InkRaster()
    assert raster.add(Stroke(((-90.0, -90.0), (-40.0, 400.0)))) is None
    assert not raster.pixels.any()


def test_a_smaller_picture_shows_the_same_drawing():
    stroke = Stroke(((70.0, 70.0), (210.0, 200.0)), width=40.0)
    blocks = render([stroke]).reshape(28, 10, 28, 10).mean((1, 3))
    assert np.abs(render([stroke], 28) - blocks).max() < 0.25
    assert render([stroke], 28).sum() == pytest.approx(blocks.sum(), rel=0.02)


def test_a_pasted_picture_fills_its_box():
    pixels = np.array([[1, 0], [0, 0.5]], np.float32)
    picture = render([PastedImage(pixels, (100, 40, 20, 30))])
    assert (picture[40:55, 100:110] == 1).all()
    assert (picture[55:70, 110:120] == 0.5).all()
    assert picture.sum() == pytest.approx(15 * 10 * 1.5)


def test_a_pasted_picture_keeps_its_proportions_and_may_hang_over_the_edge():
    wide = render([PastedImage(np.ones((1, 2), np.float32))])
    assert (wide[70:210] == 1).all()
    assert wide.sum() == 140 * 280
    hanging = render([PastedImage(np.ones((2, 2), np.float32), (-50, 260, 100, 100))])
    assert hanging.sum() == 50 * 20
    assert not render([PastedImage(np.ones((2, 2), np.float32), (300, 0, 10, 10))]).any()


def test_the_pen_moves_only_after_it_was_set_down():
    raster = InkRaster()
    with pytest.raises(NotReadyError, match="begin"):
        raster.extend((1.0, 2.0))
    raster.begin((1.0, 2.0))
    assert raster.is_drawing
    raster.end()
    with pytest.raises(NotReadyError, match="begin"):
        raster.end()


def test_a_point_that_is_nowhere_is_refused():
    with pytest.raises(DataError, match="finite"):
        InkRaster().begin((float("nan"), 2.0))
    raster = InkRaster()
    raster.begin((1.0, 2.0))
    with pytest.raises(DataError, match="finite"):
        raster.extend((float("nan"), 2.0))


def test_clear_leaves_a_blank_sheet():
    raster = InkRaster()
    raster.begin((140.0, 140.0))
    raster.clear()
    assert not raster.pixels.any()
    assert not raster.is_drawing
