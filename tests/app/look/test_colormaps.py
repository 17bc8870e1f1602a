"""Colour maps: white at zero, symmetric, readable text, the published viridis."""

import numpy as np
import pytest

from app.look import colormaps

WHITE = [255, 255, 255, 255]


@pytest.mark.parametrize("table", [colormaps.diverging(), colormaps.gradient_diverging()])
def test_zero_is_exactly_white_on_a_symmetric_range(table):
    low, high = colormaps.symmetric_range([[-3.0, 0.0, 2.0]])
    assert (low, high) == (-3.0, 3.0)
    assert colormaps.apply([[0.0]], table, low, high)[0, 0].tolist() == WHITE


def test_signs_have_the_colours_of_the_design():
    red, _, blue, _ = colormaps.apply([[-1.0]], colormaps.diverging(), -1, 1)[0, 0]
    assert blue > red
    red, _, blue, _ = colormaps.apply([[1.0]], colormaps.diverging(), -1, 1)[0, 0]
    assert red > blue
    red, green, _, _ = colormaps.apply([[1.0]], colormaps.gradient_diverging(), -1, 1)[0, 0]
    assert green > red
    red, green, _, _ = colormaps.apply([[-1.0]], colormaps.gradient_diverging(), -1, 1)[0, 0]
    assert red > green


def test_viridis_is_the_published_one():
    # matplotlib's table at entries 0, 64, 128, 192 and 255
    expected = [[68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [253, 231, 37]]
    ours = colormaps.viridis()[[0, 64, 128, 192, 255], :3].astype(int)
    assert np.abs(ours - expected).max() <= 6


def test_values_outside_the_range_take_the_end_colours_and_nan_is_transparent():
    image = colormaps.apply([[-9.0, 9.0, np.nan, np.inf]], colormaps.grey(), 0, 1)
    assert image[0, :, 0].tolist() == [0, 255, 0, 255]
    assert image[0, :, 3].tolist() == [255, 255, 0, 255]
    assert image.dtype == np.uint8


def test_a_range_of_no_width_gives_the_middle():
    assert colormaps.apply([[5.0]], colormaps.diverging(), 5, 5)[0, 0].tolist() == WHITE
    assert colormaps.symmetric_range(np.zeros((2, 2))) == (-1.0, 1.0)


@pytest.mark.parametrize(
    "table",
    [
        colormaps.diverging(),
        colormaps.gradient_diverging(),
        colormaps.viridis(),
        colormaps.grey(),
    ],
)
def test_text_can_be_read_on_every_colour_of_every_map(table):
    for red, green, blue, _ in table.tolist():
        text = colormaps.text_colour_on((red, green, blue))
        assert colormaps.contrast(text, f"#{red:02x}{green:02x}{blue:02x}") >= 4.2


def test_contrast_of_black_on_white_is_twenty_one():
    assert colormaps.contrast("#000000", "#ffffff") == pytest.approx(21.0)
