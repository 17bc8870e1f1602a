"""Generated scribbles: reproducible, of every kind, with their ink inside the box."""

import numpy as np
import pytest

from engine.basics.errors import DataError
from engine.data.generated.scribbles import (
    CLASS_NAMES,
    KINDS,
    NO_DIGIT,
    UNSEEN_KINDS,
    generate_scribbles,
    scribble,
)
from engine.data.progress import CancelledError
from engine.ink.drawings import BOX, Stroke
from engine.ink.rendering import render

ALL_KINDS = [*KINDS, *UNSEEN_KINDS]


def test_the_same_seed_gives_the_same_scribbles():
    first, again, other = (generate_scribbles(20, seed) for seed in (7, 7, 8))
    assert np.array_equal(first.images, again.images)
    assert not np.array_equal(first.images, other.images)


def test_scribbles_are_an_eleventh_class():
    scribbles = generate_scribbles(12, 1)
    assert scribbles.images.shape == (12, 1, 28, 28)
    assert (scribbles.classes, scribbles.class_names) == (11, CLASS_NAMES)
    assert set(scribbles.labels.tolist()) == {NO_DIGIT}
    assert scribbles.images.max(axis=(1, 2, 3)).min() >= 250


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_every_kind_has_ink_inside_the_box(kind):
    rng = np.random.default_rng(3)
    for _ in range(3):
        drawing = scribble(kind, rng)
        points = np.concatenate([mark.points for mark in drawing if isinstance(mark, Stroke)])
        assert points.min() >= 0
        assert points.max() <= BOX
        picture = render(drawing)
        assert 0.002 < picture.mean() < 0.7


def test_no_kind_is_both_trained_on_and_kept_to_measure_with():
    assert not set(KINDS) & set(UNSEEN_KINDS)


def test_generating_can_be_called_off():
    with pytest.raises(CancelledError):
        generate_scribbles(10, 0, is_cancelled=lambda: True)


def test_progress_reaches_the_end():
    seen = []
    generate_scribbles(5, 0, lambda done, total: seen.append((done, total)))
    assert seen[0] == (0, 5)
    assert seen[-1] == (5, 5)


def test_what_cannot_be_generated_is_explained():
    with pytest.raises(DataError, match="At least one"):
        generate_scribbles(0, 0)
    with pytest.raises(DataError, match="no kind of scribble called 'cat'"):
        scribble("cat", np.random.default_rng(0))
