"""MNIST's recipe, stage by stage, and opened images to ink."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.basics.errors import DataError
from engine.data.mnist import load_mnist
from engine.ink.preprocess import NoInkError, Steps, as_it_is, ink_from_image, prepare
from engine.ink.rendering import Stroke, render


def seven():
    return render([Stroke(((90.0, 60.0), (190.0, 60.0), (130.0, 230.0)))])


def test_every_stage_of_a_drawing():
    stages = prepare(seven())
    assert stages.raw.shape == (280, 280)
    assert stages.crop_box == (51, 81, 188, 118)
    assert stages.crop.shape == (188, 118)
    assert stages.fitted.shape == (20, 13)  # 118 · 20/188 = 12.55
    assert stages.fitted.max() == 1
    assert stages.placed.shape == stages.image.shape == (28, 28)
    assert stages.image.dtype == np.float32
    assert stages.pixels.dtype == np.uint8
    assert np.abs(stages.image - stages.placed).max() <= 0.5 / 255 + 1e-6


def test_grey_levels_are_those_of_a_byte():
    image = prepare(seven()).image
    assert np.array_equal(np.rint(image * 255).astype(np.float32) / np.float32(255), image)


def test_the_centre_of_mass_is_rounded_to_the_middle_pixel():
    image = prepare(seven()).placed.astype(np.float64)
    index = np.arange(28)
    assert 13.5 <= (image.sum(1) @ index) / image.sum() <= 14.5
    assert 13.5 <= (image.sum(0) @ index) / image.sum() <= 14.5


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 60), st.integers(0, 60))
def test_where_the_digit_stands_does_not_matter(down, right):
    small = seven()[40:260, 60:220]
    moved = np.zeros((300, 300), np.float32)
    moved[down : down + 220, right : right + 160] = small
    assert np.array_equal(prepare(moved).image, prepare(seven()).image)


def test_an_exact_average_of_blocks():
    picture = np.zeros((50, 50), np.float32)
    picture[5:45, 5:45] = np.kron(np.arange(400).reshape(20, 20) % 7 / 6, np.ones((2, 2)))
    picture[5, 5] = picture[44, 5] = picture[5, 44] = 1
    stages = prepare(picture)
    assert stages.fitted.shape == (20, 20)
    assert stages.fitted[3, 4] == pytest.approx((64 % 7) / 6)
    assert stages.fitted[19, 19] == pytest.approx((399 % 7) / 6)


def test_mnist_images_pass_unchanged(mnist_directory):
    _, test = load_mnist(mnist_directory)
    for image in test.images[:200, 0]:
        difference = prepare(image / np.float32(255)).pixels.astype(int) - image
        assert np.abs(difference).max() <= 1  # some have 254 as their brightest


def test_a_blank_picture_has_no_ink():
    with pytest.raises(NoInkError, match="draw a digit first"):
        prepare(np.zeros((280, 280), np.float32))


def test_ink_too_faint_for_a_grey_level_is_paper():
    with pytest.raises(NoInkError):
        prepare(np.full((28, 28), 0.4 / 255))


@pytest.mark.parametrize(("row", "column"), [(0, 0), (279, 279), (0, 140), (140, 279)])
def test_one_pixel_at_the_edge_fills_the_middle(row, column):
    picture = np.zeros((280, 280), np.float32)
    picture[row, column] = 1
    image = prepare(picture).image
    assert image.sum() == 400
    assert (image[4:24, 4:24] == 1).all()


def test_a_filled_picture_is_a_filled_square():
    assert prepare(np.ones((280, 280), np.float32)).image.sum() == 400


def test_a_hairline_keeps_at_least_one_column():
    picture = np.zeros((280, 280), np.float32)
    picture[:, 7] = 1
    image = prepare(picture).image
    assert image.sum() == 20
    assert image[4:24, 14].sum() == 20


def test_lopsided_ink_is_cut_rather_than_refused():
    picture = np.zeros((200, 200), np.float32)
    picture[:10, :] = 1
    picture[199, 0] = 0.01
    assert prepare(picture).image.shape == (28, 28)


@pytest.mark.parametrize("picture", [np.zeros((3, 3, 3)), np.zeros((0, 3)), np.zeros(5)])
def test_what_is_no_picture_is_refused(picture):
    with pytest.raises(DataError, match=r"\(H, W\)"):
        prepare(picture)


def test_values_that_are_not_finite_are_refused():
    with pytest.raises(DataError, match="infinite or not numbers"):
        prepare(np.full((4, 4), np.nan))


def test_places_of_the_image_are_found_in_the_drawing():
    stages = prepare(seven())
    top, left, height, width = stages.crop_box
    row, column = stages.offset
    assert stages.in_picture(row, column) == (top, left)
    assert stages.in_picture(row + 20, column + 13) == pytest.approx((top + height, left + width))


def low_one():
    """A small 1 at the lower left of the sheet, heavier below."""
    picture = np.zeros((280, 280), np.float32)
    picture[200:260, 40:60] = 1
    picture[240:260, 20:80] = 1
    return picture


def test_without_any_step_the_sheet_is_just_made_smaller():
    stages = prepare(low_one(), Steps(crop=False, scale=False, centre=False))
    assert stages.crop_box == (0, 0, 280, 280)
    blocks = low_one().reshape(28, 10, 28, 10).mean(axis=(1, 3))
    np.testing.assert_array_equal(stages.image, blocks)
    assert stages.offset == (0, 0)
    assert not stages.steps.is_full


def test_without_the_crop_the_whole_sheet_is_scaled_to_20():
    stages = prepare(low_one(), Steps(crop=False, centre=False))
    assert stages.fitted.shape == (20, 20)
    assert stages.offset == (4, 4)


def test_without_the_scale_a_small_digit_stays_small():
    stages = prepare(low_one(), Steps(scale=False))
    assert stages.crop.shape == (60, 60)
    assert stages.fitted.shape == (6, 6)
    index = np.arange(28)
    assert 13.5 <= (stages.placed.sum(1) @ index) / stages.placed.sum() <= 14.5


def test_without_the_centre_of_mass_the_box_lies_in_the_middle():
    stages = prepare(low_one(), Steps(centre=False))
    assert stages.offset == (4, 4)
    assert stages.placed[4:24, 4:24].sum() == pytest.approx(stages.placed.sum())
    assert prepare(low_one()).offset != (4, 4)


def test_every_choice_of_steps_finds_its_way_back_to_the_drawing():
    for bits in range(8):
        steps = Steps(bool(bits & 1), bool(bits & 2), bool(bits & 4))
        stages = prepare(low_one(), steps)
        top, left, _, _ = stages.crop_box
        assert stages.in_picture(*stages.offset) == (top, left)
        assert stages.image.shape == (28, 28)


def test_a_blank_picture_has_no_ink_whatever_the_steps():
    with pytest.raises(NoInkError):
        prepare(np.zeros((280, 280), np.float32), Steps(crop=False))


def page(ink=0, paper=255):
    pixels = np.full((40, 30), paper, np.uint8)
    pixels[10:30, 12:18] = ink
    return pixels


def expected_ink():
    return (page() == 0).astype(np.float32)


@pytest.mark.parametrize(("ink", "paper"), [(0, 255), (255, 0), (60, 190), (200, 35)])
def test_ink_is_found_dark_on_light_and_light_on_dark(ink, paper):
    assert np.array_equal(ink_from_image(page(ink, paper)), expected_ink())


def test_shades_keep_their_proportion():
    pixels = page()
    pixels[20, 15] = 127
    assert ink_from_image(pixels)[20, 15] == pytest.approx(128 / 255)


def test_colours_become_brightness():
    pixels = np.full((40, 30, 3), 255, np.uint8)
    pixels[10:30, 12:18] = (0, 0, 160)
    assert np.array_equal(ink_from_image(pixels), expected_ink())


@pytest.mark.parametrize("shade", [0, 255, 40, 220])
def test_transparent_places_are_paper(shade):
    pixels = np.zeros((40, 30, 4), np.uint8)
    pixels[..., :3] = shade
    pixels[..., 3] = 255 - page()
    assert np.array_equal(ink_from_image(pixels), expected_ink())


def test_an_opaque_image_with_alpha_is_as_without():
    pixels = np.dstack((page(250, 10), np.full((40, 30), 255, np.uint8)))
    assert np.array_equal(ink_from_image(pixels), expected_ink())


@pytest.mark.parametrize("dtype", [np.bool_, np.uint16, np.float32, np.float64])
def test_other_number_types(dtype):
    scale = 65535 if dtype == np.uint16 else 1
    pixels = ((page() > 0) * scale).astype(dtype)
    assert np.array_equal(ink_from_image(pixels), expected_ink())


def test_a_noisy_page_stays_paper():
    noise = np.random.default_rng(3).integers(-6, 7, (40, 30))
    ink = ink_from_image((page(20, 230) + noise).astype(np.uint8))
    assert (ink[expected_ink() == 0] == 0).mean() > 0.9
    assert ink[expected_ink() == 1].min() > 0.85


@pytest.mark.parametrize(
    ("pixels", "sentence"),
    [
        (np.full((9, 9), 77, np.uint8), "one colour"),
        (np.full((9, 9, 3), 255, np.uint8), "one colour"),
        (np.zeros((9, 9, 4), np.uint8), "all of it is transparent"),
        (np.full((9, 9, 4), 255, np.uint8), "one colour"),
        (np.zeros((0, 9), np.uint8), "no pixels"),
        (np.zeros((9, 9, 5), np.uint8), "1 to 4"),
        (np.zeros(9, np.uint8), r"\(H, W\)"),
    ],
)
def test_an_image_without_ink_is_refused(pixels, sentence):
    with pytest.raises(DataError, match=sentence):
        ink_from_image(pixels)


def test_an_image_as_it_is_keeps_every_pixel_and_its_place_on_the_sheet():
    rng = np.random.default_rng(3)
    image = (rng.integers(0, 256, (28, 28)) / 255).astype(np.float32)
    prepared = as_it_is(image, np.kron(image, np.ones((10, 10), np.float32)))
    assert prepared.is_exact
    assert np.array_equal(prepared.image, image)
    assert prepared.in_picture(0, 0) == (0, 0)
    assert prepared.in_picture(14, 28) == (140, 280)
    with pytest.raises(DataError, match="28×28"):
        as_it_is(image[:20], image)
