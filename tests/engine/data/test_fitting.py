"""Labels are numbered as a network numbers its classes: by name, never by place."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.basics.errors import DataError
from engine.data.dataset import Dataset
from engine.data.fitting import numbered_by

NAMES = ("ant", "bee", "cat", "dog")


def labelled(labels: list[int], names: tuple[str, ...] = NAMES, classes: int = 4) -> Dataset:
    images = np.zeros((len(labels), 1, 2, 2), np.uint8)
    return Dataset(images, np.array(labels, np.int64), "Pets", "Some pets.", classes, names)


@given(st.permutations(("eel", *NAMES)), st.lists(st.integers(0, 3), max_size=9))
def test_every_image_keeps_its_name(order, labels):
    data = labelled(labels)
    found = numbered_by(data, tuple(order))
    assert [found.name_of(label) for label in found.labels] == [NAMES[label] for label in labels]
    assert found.classes == 5


def test_the_same_order_changes_nothing():
    data = labelled([0, 1, 2])
    assert numbered_by(data, NAMES) is data


def test_classes_without_names_are_called_by_their_numbers():
    found = numbered_by(labelled([0, 3], (), 4), ("3", "2", "1", "0"))
    assert found.labels.tolist() == [3, 0]


def test_a_class_that_the_network_has_not_is_refused_by_its_name():
    with pytest.raises(DataError, match="the class cat, which is none of this network's"):
        numbered_by(labelled([0, 2]), ("ant", "bee"))


def test_a_class_of_which_there_is_no_image_does_not_matter():
    data = replace(labelled([0, 1, 1]), name="Insects")
    assert numbered_by(data, ("bee", "ant")).labels.tolist() == [1, 0, 0]
