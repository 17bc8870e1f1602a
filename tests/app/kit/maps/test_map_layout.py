"""Where maps lie: in whole rows where that costs little, else as large as there is room for."""

import numpy as np
import pytest

from app.kit.maps.map_layout import lay_out


def grid(shape, width, height):
    """How many maps stand next to each other, and how many below each other."""
    corners = lay_out(shape, width, height, 2).corners
    return tuple(len(np.unique(corners[:, axis])) for axis in (0, 1))


@pytest.mark.parametrize("box", [(94, 124), (110, 175), (150, 150), (260, 200)])
def test_16_maps_are_4_by_4(box):
    assert grid((16, 10, 10), *box) == (4, 4)


@pytest.mark.parametrize("box", [(94, 124), (110, 175), (140, 260)])
def test_ten_classes_are_2_by_5(box):
    assert grid((10,), *box) == (2, 5)


def test_where_whole_rows_would_be_small_the_last_one_is_shorter():
    assert grid((7, 10, 10), 100, 100) == (3, 3)


@pytest.mark.parametrize("shape", [(6, 5, 7), (1, 1, 1), (3, 28, 28), (12,), (1,), (2, 3, 1)])
@pytest.mark.parametrize("box", [(300, 200), (70, 56), (31, 400), (12, 12)])
def test_the_box_of_a_number_holds_the_pixels_that_show_it(shape, box):
    layout = lay_out(shape, box[0], box[1], 2)
    for place in range(layout.count):
        rows, columns = np.nonzero(layout.pixels == place)
        left, top, wide, high = layout.box(place)
        assert sorted(set(columns.tolist())) == list(range(left, left + wide))
        assert sorted(set(rows.tolist())) == list(range(top, top + high))
