"""Changed hands: by seed, by the amounts asked for, and digits stay what they are."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.basics.errors import ShapeError
from engine.data.augmentation import Augmentation, AugmentationConfig, Distortions
from engine.data.augmentation.warp import modes

NONE = AugmentationConfig(shift=0, rotation=0, scale=0, stretch=0, slant=0, elastic=0, thickness=0)


def blobs(count: int, height: int = 28, width: int = 28, channels: int = 1) -> np.ndarray:
    """Soft round blots somewhat off the middle, which no small change moves out of the picture."""
    rng = np.random.default_rng(5)
    rows, columns = np.mgrid[:height, :width]
    row, column = rng.uniform(0.4, 0.6, (2, count, channels, 1, 1))
    distance = np.hypot(rows - row * (height - 1), columns - column * (width - 1))
    ink: np.ndarray = 255 * np.clip(min(height, width) / 6 - distance, 0, 1)
    return ink.astype(np.uint8)


def bar(height: int = 29, width: int = 29) -> np.ndarray:
    """One picture with an upright stroke from the middle to near the top."""
    image = np.zeros((1, 1, height, width), np.uint8)
    image[0, 0, 4 : height // 2 + 1, width // 2] = 255
    return image


def centre(image: np.ndarray) -> tuple[float, float]:
    """Column and row of the centre of mass of a picture ``(H, W)``."""
    ink = image.astype(float)
    rows, columns = np.indices(ink.shape)
    return (ink * columns).sum() / ink.sum(), (ink * rows).sum() / ink.sum()


def unchanged(count: int) -> Distortions:
    return Distortions.draw(NONE, count, (28, 28), np.random.default_rng(0))


def changed(image: np.ndarray, **amounts: float) -> np.ndarray:
    """The picture (1, 1, H, W), changed by exactly these amounts, as ``(H, W)``."""
    exactly: dict[str, Any] = {name: np.full(1, value, "f4") for name, value in amounts.items()}
    result: np.ndarray = replace(unchanged(1), **exactly).apply(image)[0, 0]
    return result


class TestSeeds:
    def test_the_same_seed_gives_the_same_images(self):
        images, augment = blobs(6), Augmentation()
        one = augment(images, np.random.default_rng((3, 1)))
        other = augment(images, np.random.default_rng((3, 1)))
        assert np.array_equal(one, other)

    def test_another_seed_gives_other_images(self):
        images, augment = blobs(6), Augmentation()
        one = augment(images, np.random.default_rng(1))
        assert not np.array_equal(one, augment(images, np.random.default_rng(2)))

    def test_each_image_of_a_batch_is_changed_in_its_own_way(self):
        same = np.repeat(blobs(1), 5, axis=0)
        result = Augmentation()(same, np.random.default_rng(1))
        assert len(np.unique(result.reshape(5, -1), axis=0)) == 5

    def test_the_state_of_the_global_generator_is_left_alone(self):
        before = str(np.random.get_state())  # noqa: NPY002 - what is looked at
        Augmentation()(blobs(3), np.random.default_rng(1))
        assert str(np.random.get_state()) == before  # noqa: NPY002 - likewise

    def test_threads_side_by_side_give_what_one_after_the_other_gives(self):
        images, augment = blobs(20), Augmentation()
        expected = [augment(images, np.random.default_rng(seed)) for seed in range(16)]
        with ThreadPoolExecutor(4) as pool:
            jobs = [pool.submit(augment, images, np.random.default_rng(i)) for i in range(16)]
            results = [job.result() for job in jobs]
        assert all(map(np.array_equal, results, expected))

    def test_changing_one_range_leaves_the_other_draws_as_they_were(self):
        def angles(config: AugmentationConfig) -> np.ndarray:
            return Distortions.draw(config, 9, (28, 28), np.random.default_rng(4)).rotation

        config = AugmentationConfig()
        assert np.array_equal(angles(config), angles(replace(config, shift=0, elastic=0)))


class TestNothing:
    def test_all_ranges_zero_give_equal_images_in_new_memory(self):
        images = np.random.default_rng(0).integers(0, 256, (5, 2, 9, 7), np.uint8)
        result = Augmentation(NONE)(images, np.random.default_rng(1))
        assert np.array_equal(result, images)
        assert not np.shares_memory(result, images)

    def test_the_given_images_are_not_written_to(self):
        images = blobs(4)
        before = images.copy()
        Augmentation()(images, np.random.default_rng(1))
        assert np.array_equal(images, before)

    def test_a_warp_that_changes_next_to_nothing_gives_the_same_grey_levels(self):
        image = np.random.default_rng(0).integers(0, 256, (1, 1, 11, 8), np.uint8)
        assert np.array_equal(changed(image, rotation=1e-6), image[0, 0])

    def test_no_images_give_no_images(self):
        empty = np.zeros((0, 1, 28, 28), np.uint8)
        assert Augmentation()(empty, np.random.default_rng(1)).shape == (0, 1, 28, 28)


class TestAmounts:
    @pytest.mark.parametrize(("across", "down"), [(2.0, 0.0), (0.0, -3.0), (1.5, 0.75)])
    def test_a_shift_moves_the_centre_of_mass_by_the_amount(self, across, down):
        image = blobs(1)
        before, after = centre(image[0, 0]), centre(changed(image, shift_x=across, shift_y=down))
        assert after[0] - before[0] == pytest.approx(across, abs=0.02)
        assert after[1] - before[1] == pytest.approx(down, abs=0.02)

    def test_a_shift_by_whole_pixels_moves_the_pixels_themselves(self):
        image = np.random.default_rng(0).integers(0, 256, (1, 1, 9, 12), np.uint8)
        moved = changed(image, shift_x=3.0, shift_y=2.0)
        assert np.array_equal(moved[2:, 3:], image[0, 0, :-2, :-3])
        assert not moved[:2].any()
        assert not moved[:, :3].any()

    def test_a_quarter_turn_is_clockwise(self):
        image = np.random.default_rng(0).integers(0, 256, (1, 1, 11, 11), np.uint8)
        assert np.array_equal(changed(image, rotation=90.0), np.rot90(image[0, 0], -1))

    def test_a_small_turn_leans_an_upright_stroke_to_the_right(self):
        column, row = centre(changed(bar(), rotation=20.0))
        straight_column, straight_row = centre(bar()[0, 0])
        arm = 14 - straight_row
        assert column - straight_column == pytest.approx(arm * np.sin(np.deg2rad(20)), abs=0.1)
        assert 14 - row == pytest.approx(arm * np.cos(np.deg2rad(20)), abs=0.1)

    def test_slant_leans_the_top_to_the_right_and_keeps_the_height(self):
        column, row = centre(changed(bar(), slant=0.3))
        straight_column, straight_row = centre(bar()[0, 0])
        assert column - straight_column == pytest.approx(0.3 * (14 - straight_row), abs=0.05)
        assert row == pytest.approx(straight_row, abs=0.05)

    @pytest.mark.parametrize(("scale_x", "scale_y"), [(1.5, 1.5), (1.25, 0.8), (0.75, 1.0)])
    def test_scaling_multiplies_the_area_and_the_distance_from_the_middle(self, scale_x, scale_y):
        image = np.zeros((1, 1, 41, 41), np.uint8)
        image[0, 0, 12:20, 22:30] = 200
        result = changed(image, scale_x=scale_x, scale_y=scale_y)
        before, after = centre(image[0, 0]), centre(result)
        assert after[0] - 20 == pytest.approx(scale_x * (before[0] - 20), abs=0.1)
        assert after[1] - 20 == pytest.approx(scale_y * (before[1] - 20), abs=0.1)
        ink = result.sum(dtype=int) / image.sum(dtype=int)
        assert ink == pytest.approx(scale_x * scale_y, rel=0.03)

    @given(amount=st.floats(-3, 3))
    def test_thickness_changes_the_ink_in_its_direction(self, amount):
        image = blobs(1)
        before, after = image.sum(dtype=int), changed(image, thickness=amount).sum(dtype=int)
        if abs(amount) < 1 / 512:
            assert after == before
        elif abs(amount) > 0.01:
            assert np.sign(after - before) == np.sign(amount)

    @pytest.mark.parametrize("amount", [0.5, 1.0, 1.5, 2.0, -0.5, -1.0, -2.5])
    def test_thickness_moves_each_edge_of_a_stroke_by_its_amount(self, amount):
        stroke = np.zeros((1, 1, 40, 40), np.uint8)
        stroke[..., 10:30] = 200
        width = changed(stroke, thickness=amount)[20].sum(dtype=int) / 200
        assert width == pytest.approx(20 + 2 * amount, abs=0.05)

    def test_a_stroke_of_one_pixel_is_thinned_but_not_lost(self):
        image = bar()
        ink = changed(image, thickness=-3.0).sum(dtype=int) / image.sum(dtype=int)
        assert ink == pytest.approx(0.6, abs=0.01)

    def test_the_elastic_field_moves_points_by_its_amount_and_smoothly(self):
        config = replace(NONE, elastic=1.5, smoothness=4.0)
        distortions = Distortions.draw(config, 400, (28, 20), np.random.default_rng(0))
        x, y = distortions.sources((28, 20))
        moved = np.stack([x - np.arange(20), y - np.arange(28)[:, None]])
        assert np.sqrt((moved**2).mean(axis=(1, 2, 3))) == pytest.approx([1.5, 1.5], rel=0.05)
        beside = (moved[..., 1:] * moved[..., :-1]).mean() / (moved**2).mean()
        assert beside == pytest.approx(np.exp(-1 / (4 * 4.0**2)), abs=0.01)
        far = (moved[..., 12:] * moved[..., :-12]).mean() / (moved**2).mean()
        assert far == pytest.approx(np.exp(-(12**2) / (4 * 4.0**2)), abs=0.06)

    def test_drawn_amounts_fill_their_ranges_and_keep_to_them(self):
        config = AugmentationConfig(shift=2, rotation=30, scale=0.25, stretch=0.21, slant=0.4)
        drawn = Distortions.draw(config, 4000, (28, 28), np.random.default_rng(0))
        larger, wider = np.sqrt(drawn.scale_x * drawn.scale_y), drawn.scale_x / drawn.scale_y
        for values, low, high in (
            (drawn.shift_x, -2, 2),
            (drawn.shift_y, -2, 2),
            (drawn.rotation, -30, 30),
            (drawn.slant, -0.4, 0.4),
            (larger, 0.8, 1.25),
            (wider, 1 / 1.21, 1.21),
        ):
            assert values.min() == pytest.approx(low, rel=0.01)
            assert values.max() == pytest.approx(high, rel=0.01)
            assert low - 1e-5 <= values.min() <= values.max() <= high + 1e-5


class TestPictures:
    @settings(max_examples=60, deadline=None)
    @given(
        count=st.integers(0, 5),
        channels=st.integers(1, 3),
        height=st.integers(1, 40),
        width=st.integers(1, 40),
        seed=st.integers(0, 2**32),
    )
    def test_any_size_keeps_its_shape_and_type(self, count, channels, height, width, seed):
        rng = np.random.default_rng(seed)
        images = rng.integers(0, 256, (count, channels, height, width), np.uint8)
        config = AugmentationConfig(shift=5, rotation=180, scale=1, elastic=2, thickness=3)
        result = Augmentation(config)(images, rng)
        assert result.shape == images.shape
        assert result.dtype == np.uint8

    @settings(max_examples=30, deadline=None)
    @given(height=st.integers(3, 30), width=st.integers(3, 30), seed=st.integers(0, 2**32))
    def test_an_empty_picture_stays_empty_and_no_ink_is_blacker_than_before(
        self, height, width, seed
    ):
        rng = np.random.default_rng(seed)
        images = rng.integers(0, 200, (2, 1, height, width), np.uint8)
        images[0] = 0
        result = Augmentation()(images, rng)
        assert not result[0].any()
        assert result[1].max() <= images[1].max()

    def test_channels_are_changed_alike(self):
        images = np.repeat(blobs(4), 3, axis=1)
        result = Augmentation()(images, np.random.default_rng(1))
        assert np.array_equal(result[:, 0], result[:, 1])
        assert np.array_equal(result[:, 0], result[:, 2])

    @pytest.mark.parametrize(("across", "down"), [(40, 0), (-40, 0), (0, 40), (0, -40), (28, 28)])
    def test_ink_that_leaves_does_not_come_back_on_the_other_side(self, across, down):
        full = np.full((1, 1, 28, 28), 255, np.uint8)
        assert not changed(full, shift_x=across, shift_y=down).any()

    def test_ink_at_the_border_does_not_wrap_round(self):
        image = np.zeros((1, 1, 28, 28), np.uint8)
        image[..., -1] = 255
        result = changed(image, shift_x=1.5, thickness=2.0)
        assert not result[:, :20].any()
        image = np.zeros((1, 1, 28, 28), np.uint8)
        image[..., 0, :] = 255
        assert not changed(image, rotation=3.0, shift_y=-0.5, thickness=1.0)[20:].any()

    def test_a_picture_does_not_depend_on_its_neighbours_in_the_batch(self):
        images = blobs(3)
        alone = images.copy()
        alone[0] = alone[2] = 0
        one = Augmentation()(images, np.random.default_rng(1))
        other = Augmentation()(alone, np.random.default_rng(1))
        assert np.array_equal(one[1], other[1])

    def test_strokes_stay_in_one_piece_and_as_heavy_as_a_pen_makes_them(self, mnist_directory):
        from engine.data.mnist import load_mnist  # noqa: PLC0415 - only where there is MNIST

        images = load_mnist(mnist_directory)[1].images[:500]
        result = Augmentation()(images, np.random.default_rng(0))
        ratio = result.sum(axis=(1, 2, 3), dtype=int) / images.sum(axis=(1, 2, 3), dtype=int)
        assert 0.4 < ratio.min() < 0.8
        assert 1.2 < ratio.max() < 2.5
        assert (result.max(axis=(1, 2, 3)) > 100).all()


class TestModes:
    @pytest.mark.parametrize(("length", "smoothness"), [(28, 4.0), (20, 2.0), (5, 1.0), (1, 3.0)])
    def test_they_give_the_covariance_of_noise_smoothed_by_a_gaussian(self, length, smoothness):
        reach = np.arange(-60, 61)
        kernel = np.exp(-(reach**2) / (2 * smoothness**2))
        smoothing = np.stack(
            [np.pad(kernel, (at, length - 1 - at))[: 120 + length] for at in range(length)]
        )
        covariance = smoothing @ smoothing.T / (kernel**2).sum()
        matrix = modes(length, smoothness)
        assert matrix @ matrix.T == pytest.approx(covariance, abs=0.02)

    def test_few_of_them_are_enough(self):
        assert modes(28, 4.0).shape[1] <= 9


class TestSettings:
    @pytest.mark.parametrize(
        ("values", "message"),
        [
            ({"shift": -1}, "Shift must be from 0 to 100; got -1"),
            ({"rotation": 270}, "Rotation must be from 0 to 180; got 270"),
            ({"scale": float("nan")}, "Scale must be from 0 to 2; got nan"),
            ({"thickness": 9.0}, "Thickness must be from 0 to 3; got 9"),
            ({"smoothness": 0}, "Smoothness must be from 1 to 100; got 0"),
            ({"slant": "much"}, "Slant must be of type float; got 'much'"),
            ({"elastic": 3.0, "smoothness": 4.0}, "at most half the smoothness"),
        ],
    )
    def test_a_value_out_of_range_is_refused_with_what_was_expected(self, values, message):
        with pytest.raises(ShapeError, match=message):
            AugmentationConfig(**values)

    def test_text_says_what_differs_and_parse_reads_it_back(self):
        config = replace(AugmentationConfig(), rotation=20.0, elastic=0.0)
        assert config.text() == "rotation=20,elastic=0"
        assert AugmentationConfig.parse(config.text()) == config
        assert AugmentationConfig.parse("rotation=20, elastic=0,") == config
        half = replace(config, rotation=0.5, shift=1.125)
        assert AugmentationConfig.parse("rotation=0,5,shift=9/8,elastic=0e0") == half
        assert AugmentationConfig.parse(half.text()) == half
        assert AugmentationConfig.parse("") == AugmentationConfig()
        assert AugmentationConfig().text() == ""

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("rotate=3", "settings are shift, rotation"),
            ("rotation=many", "rotation: “many” is no number"),
            ("rotation", "rotation: Type a number; this is empty"),
            ("rotation=1,125", "1125 or 1.125"),
            ("rotation=999", "from 0 to 180"),
        ],
    )
    def test_text_that_is_no_setting_is_refused(self, text, message):
        with pytest.raises(ShapeError, match=message):
            AugmentationConfig.parse(text)

    def test_every_range_says_what_it_is(self):
        for info in AugmentationConfig.fields():
            assert info.label
            assert info.help
            assert info.maximum is not None

    @pytest.mark.parametrize(
        "images",
        [
            np.zeros((28, 28), np.uint8),
            np.zeros((3, 28, 28), np.uint8),
            np.zeros((2, 1, 28, 28), np.float32),
        ],
    )
    def test_images_of_another_shape_or_type_are_refused(self, images):
        with pytest.raises(ShapeError, match=r"\(N, C, H, W\) and type uint8; got"):
            Augmentation()(images, np.random.default_rng(1))

    def test_changes_for_another_number_of_images_are_refused(self):
        with pytest.raises(ShapeError, match="Changes of 2 pictures; got 3"):
            unchanged(2).apply(blobs(3))
