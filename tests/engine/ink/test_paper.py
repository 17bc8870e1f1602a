"""Photographed pages: the light falls unevenly, and every pixel has noise."""

import numpy as np
import pytest

from engine.basics.errors import DataError
from engine.ink.paper import evenly_lit
from engine.ink.preprocess import ink_box, ink_from_image


def lit_page(noise=5.0, ink=90.0):
    """A page under a lamp, with a bar of ink at 30…89, 50…59. Shape (120, 160), as in a file."""
    y, x = np.mgrid[-1:1:120j, -1:1:160j]
    page = 200 - 60 * x - 30 * y - 25 * (x * x + y * y)
    page += np.random.default_rng(1).normal(0, noise, page.shape)
    page[30:90, 50:60] -= ink
    return np.clip(page, 0, 255).astype(np.uint8)


def test_ink_is_found_under_uneven_light():
    ink = ink_from_image(lit_page())
    assert ink_box(ink) == (30, 50, 60, 10)
    assert ink[30:90, 50:60].min() > 0.5


def test_light_ink_on_a_dark_unevenly_lit_board():
    ink = ink_from_image(255 - lit_page())
    assert ink_box(ink) == (30, 50, 60, 10)


def test_the_light_is_taken_away_and_the_level_stays():
    y, x = np.mgrid[-1:1:40j, -1:1:30j]
    falling = (0.5 + 0.2 * x - 0.1 * y + 0.1 * x * y).astype(np.float32)
    border = np.concatenate((falling[0], falling[-1], falling[1:-1, 0], falling[1:-1, -1]))
    assert evenly_lit(falling) == pytest.approx(np.full((40, 30), np.median(border)), abs=1e-6)


def test_ink_that_crosses_the_border_does_not_bend_the_paper():
    y, x = np.mgrid[-1:1:120j, -1:1:160j]
    page = 0.7 + 0.2 * x - 0.1 * y
    page[:60, 70:80] -= 0.5
    even = evenly_lit(page.astype(np.float32))
    assert np.ptp(even[70:]) < 0.02


def test_an_even_page_keeps_every_bit():
    page = np.full((20, 20), 0.9, np.float32)
    page[5:15, 8:12] = 0.1
    assert np.array_equal(evenly_lit(page), page)


@pytest.mark.parametrize("noise", [3.0, 8.0])
def test_noise_and_light_alone_are_no_ink(noise):
    with pytest.raises(DataError, match="needs ink"):
        ink_from_image(lit_page(noise, ink=0))
