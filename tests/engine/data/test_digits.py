"""Generated digits: reproducible, various, called off when asked, and like handwriting."""

import numpy as np
import pytest

from engine.basics.errors import DataError
from engine.data.generated.digits import digit_drawing, generate_digits, write
from engine.data.generated.ways import WAYS
from engine.data.mnist import load_mnist
from engine.data.progress import CancelledError
from engine.ink.preprocess import prepare
from engine.ink.rendering import Stroke, render

ALL_WAYS = [pytest.param(way, id=way.name) for ways in WAYS for way in ways]


def named(name, digit):
    return next(way for way in WAYS[digit] if name in way.name)


def test_the_same_seed_gives_the_same_digits():
    first, again, other = (generate_digits(30, seed) for seed in (7, 7, 8))
    assert np.array_equal(first.images, again.images)
    assert np.array_equal(first.labels, again.labels)
    assert not np.array_equal(first.images, other.images)


def test_a_seed_gives_the_digits_that_it_always_gave():
    digits = generate_digits(10, 7)
    assert digits.labels.tolist() == [8, 0, 7, 1, 3, 6, 2, 4, 5, 9]
    ink = [17623.0, 22786.0, 15317.0, 29112.0, 26278.0, 26795.0, 21823.0, 31862.0, 31623.0, 15960.0]
    assert digits.images.sum(axis=(1, 2, 3)) == pytest.approx(ink, rel=1e-3)


def test_the_number_of_ways_of_each_digit():
    assert [len(ways) for ways in WAYS] == [15, 16, 16, 15, 20, 18, 15, 22, 18, 21]


def test_a_data_set_says_what_it_is():
    digits = generate_digits(40, 1)
    assert digits.images.shape == (40, 1, 28, 28)
    assert np.bincount(digits.labels).tolist() == [4] * 10
    assert digits.labels[:10].tolist() != list(range(10))
    assert digits.name == "Generated digits"
    assert "40 digits" in digits.description
    assert "seed 1" in digits.description


def test_every_image_is_its_own():
    images = generate_digits(100, 2).images.reshape(100, -1)
    assert len(np.unique(images, axis=0)) == 100


def test_images_have_passed_through_the_preprocessing_of_drawings():
    for image in generate_digits(30, 3).images[:, 0]:
        assert np.abs(prepare(image / np.float32(255)).pixels.astype(int) - image).max() <= 1


def test_progress_counts_digits_up_to_all():
    seen = []
    generate_digits(150, 1, progress=lambda done, total: seen.append((done, total)))
    assert [total for _, total in seen] == [150] * len(seen)
    assert [done for done, _ in seen] == sorted({done for done, _ in seen})
    assert seen[0][0] == 0
    assert seen[-1][0] == 150
    assert len(seen) >= 4


def test_cancelling_stops_before_the_next_digits():
    seen = []
    with pytest.raises(CancelledError, match="cancelled"):
        generate_digits(
            10_000,
            1,
            progress=lambda done, _: seen.append(done),
            is_cancelled=lambda: len(seen) == 2,
        )
    assert len(seen) == 2


@pytest.mark.parametrize("count", [0, -5])
def test_no_digits_cannot_be_generated(count):
    with pytest.raises(DataError, match=f"asked for {count}"):
        generate_digits(count, 1)


@pytest.mark.parametrize("digit", [-1, 10])
def test_only_digits_can_be_drawn(digit):
    with pytest.raises(DataError, match="from 0 to 9"):
        digit_drawing(digit, np.random.default_rng(0))


@pytest.mark.parametrize("way", ALL_WAYS)
def test_every_way_lies_in_the_box_and_leaves_ink(way):
    rng = np.random.default_rng(4)
    for _ in range(5):
        drawing = write(way, rng)
        # a pen may lose contact, and touch the paper by mistake
        assert len(way.strokes) <= len(drawing) <= len(way.strokes) + 2
        for stroke in drawing:
            assert isinstance(stroke, Stroke)
            assert np.min(stroke.points) >= -0.01
            assert np.max(stroke.points) <= 280.01
        assert len({stroke.width for stroke in drawing if isinstance(stroke, Stroke)}) == 1
        assert 0.0005 < render(drawing).mean() < 0.5


@pytest.mark.parametrize("way", ALL_WAYS)
def test_the_curve_of_a_way_runs_through_its_places(way):
    places = way.control_points[0]
    curve = np.concatenate([matrix @ places for matrix in way.strokes])
    nearest = np.abs(curve[:, None] - places).sum(2).min(0)
    assert nearest.max() < 1e-9


@pytest.mark.parametrize(
    ("digit", "names"),
    [
        (0, ["oval", "slash"]),
        (1, ["plain", "flag", "flag and foot", "drawn upwards"]),
        (2, ["straight base", "loop"]),
        (3, ["round", "flat top"]),
        (4, ["open", "closed", "hook"]),
        (5, ["two strokes", "one stroke", "hat far to the right"]),
        (6, ["straight stem", "curled", "short stem"]),
        (7, ["plain", "crossed", "serif", "in one pull"]),
        (8, ["like an S", "two rings", "ends that cross"]),
        (9, ["straight tail", "hook", "curved tail"]),
    ],
)
def test_the_ways_of_different_schools_are_there(digit, names):
    for name in names:
        assert named(name, digit).weight > 0


def test_a_crossed_seven_has_a_bar_of_its_own():
    body, bar = write(named("crossed", 7), np.random.default_rng(5))
    assert isinstance(bar, Stroke)
    assert isinstance(body, Stroke)
    heights = [y for _, y in bar.points]
    assert max(heights) - min(heights) < np.ptp([y for _, y in body.points]) / 3
    assert len(write(named("plain", 7), np.random.default_rng(5))) == 1


def test_pens_and_sizes_differ():
    rng = np.random.default_rng(0)
    drawings = [digit_drawing(8, rng) for _ in range(60)]
    widths = [stroke.width for (stroke, *_) in drawings if isinstance(stroke, Stroke)]
    assert max(widths) > 2.5 * min(widths)
    assert any(getattr(drawing[0], "pressures", ()) for drawing in drawings)


def test_generated_digits_resemble_those_of_mnist(mnist_directory):
    """The nearest of 1,500 generated digits, by distance of pixels alone, tells most of MNIST's."""
    generated, mnist = generate_digits(1500, 5), load_mnist(mnist_directory)[0].take(500)
    known = generated.images.reshape(1500, -1).astype(np.float32)
    asked = mnist.images.reshape(500, -1).astype(np.float32)
    distance = (known**2).sum(1) - 2 * asked @ known.T
    assert (generated.labels[distance.argmin(1)] == mnist.labels).mean() > 0.8
