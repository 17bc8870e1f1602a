"""Image files of all sorts, made on the spot with Pillow, to ink."""

import numpy as np
import pytest
from PIL import Image

from engine.basics.errors import DataError
from engine.data import images
from engine.data.images import read_ink


def page(ink=0, paper=255, shape=(40, 30)):
    pixels = np.full(shape, paper, np.uint8)
    pixels[10:30, 12:18] = ink
    return pixels


INK = (page() == 0).astype(np.float32)


def saved(tmp_path, image, name="digit.png", **options):
    image.save(tmp_path / name, **options)
    return tmp_path / name


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "I;16"])
def test_every_mode_of_a_png(tmp_path, mode):
    image = Image.fromarray(page())
    if mode == "I;16":
        image = Image.fromarray(page().astype(np.uint16) * 257)
    elif mode != "L":
        image = image.convert(mode)
    assert np.array_equal(read_ink(saved(tmp_path, image)), INK)


@pytest.mark.parametrize("name", ["d.bmp", "d.ppm", "d.gif", "d.tiff", "d.webp", "d.jpg"])
def test_other_formats(tmp_path, name):
    ink = read_ink(saved(tmp_path, Image.fromarray(page()).convert("RGB"), name))
    assert np.abs(ink - INK).max() < 0.2


@pytest.mark.parametrize("mode", ["I", "F"])
def test_grey_levels_of_any_range(tmp_path, mode):
    values = np.where(page() == 0, -3, 900)
    image = Image.fromarray(values.astype(np.int32 if mode == "I" else np.float32))
    assert np.array_equal(read_ink(saved(tmp_path, image, "d.tiff")), INK)


def test_light_ink_on_dark_paper(tmp_path):
    assert np.array_equal(read_ink(saved(tmp_path, Image.fromarray(page(255, 0)))), INK)


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), (200, 30, 30)])
def test_transparent_paper(tmp_path, colour):
    pixels = np.zeros((40, 30, 4), np.uint8)
    pixels[..., :3] = colour
    pixels[..., 3] = 255 - page()
    assert np.array_equal(read_ink(saved(tmp_path, Image.fromarray(pixels))), INK)


def test_a_transparent_palette_image(tmp_path):
    image = Image.fromarray((page() > 0).astype(np.uint8))
    image.putpalette([0, 0, 0, 0, 0, 0])
    image = image.convert("P")
    assert np.array_equal(read_ink(saved(tmp_path, image, transparency=1)), INK)


def test_the_first_of_several_pages_counts(tmp_path):
    other = Image.fromarray(np.zeros((40, 30), np.uint8))
    path = saved(tmp_path, Image.fromarray(page()), "d.tiff", save_all=True, append_images=[other])
    assert np.array_equal(read_ink(path), INK)


def test_a_photo_taken_sideways_is_turned_upright(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: rotate by 90° clockwise to see it upright
    path = saved(tmp_path, Image.fromarray(np.rot90(page()).copy()), exif=exif)
    assert np.array_equal(read_ink(path), INK)


def test_a_large_image_is_made_smaller(tmp_path):
    ink = read_ink(saved(tmp_path, Image.fromarray(page()).resize((1800, 2400), 0)))
    assert ink.shape == (1120, 840)
    assert ink[560, 420] == 1
    assert ink[20, 20] == 0


def test_a_huge_image_is_refused_before_it_is_unpacked(tmp_path, monkeypatch):
    path = saved(tmp_path, Image.fromarray(page()))
    monkeypatch.setattr(images, "MOST_PIXELS", 1000)
    with pytest.raises(DataError, match=r"digit\.png is too large: .* it has 30×40"):
        read_ink(path)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    with pytest.raises(DataError, match="too large"):
        read_ink(path)


@pytest.mark.parametrize("name", ["d.png", "d.jpg", "d.bmp", "d.tiff"])
def test_truncated_images(tmp_path, name):
    noise = np.random.default_rng(0).integers(0, 255, (60, 60), dtype=np.uint8)
    path = saved(tmp_path, Image.fromarray(noise), name)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(DataError, match=r"d\.\w+ is (damaged or truncated|no image)"):
        read_ink(path)


@pytest.mark.parametrize("content", [b"", b"Not an image at all.", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_image(tmp_path, content):
    (tmp_path / "letter.png").write_bytes(content)
    with pytest.raises(DataError, match=r"letter\.png is (no image|damaged|empty)"):
        read_ink(tmp_path / "letter.png")


@pytest.mark.parametrize("shade", [0, 128, 255])
def test_one_colour(tmp_path, shade):
    path = saved(tmp_path, Image.fromarray(page(shade, shade)))
    with pytest.raises(DataError, match=r"digit\.png cannot be used: .*one colour only"):
        read_ink(path)


def test_nothing_but_transparency(tmp_path):
    path = saved(tmp_path, Image.new("RGBA", (20, 20), (0, 0, 0, 0)))
    with pytest.raises(DataError, match="all of it is transparent"):
        read_ink(path)


def test_a_missing_file_and_a_folder(tmp_path):
    with pytest.raises(DataError, match=r"no file .*gone\.png"):
        read_ink(tmp_path / "gone.png")
    with pytest.raises(DataError, match="is a folder"):
        read_ink(tmp_path)
