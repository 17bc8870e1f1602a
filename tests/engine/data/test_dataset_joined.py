"""Data sets can be joined if they are of one kind."""

import pytest

from engine.basics.errors import DataError
from tests.engine.datasets import squares


def test_data_of_different_sizes_cannot_be_joined():
    with pytest.raises(DataError, match=r"\(1, 8, 8, 3\).*\(1, 6, 6, 3\)"):
        squares(5).joined(squares(5, side=6))


def test_data_of_different_classes_cannot_be_joined():
    with pytest.raises(DataError, match="can be joined"):
        squares(5).joined(squares(5, classes=4))


def test_joined_data_keep_their_order_and_both_names():
    first, second = squares(20), squares(10, seed=1)
    both = first.joined(second)
    assert both.name == "Squares and squares"
    assert both.labels.tolist() == [*first.labels, *second.labels]
    assert (both.images[20:] == second.images).all()
