"""Runs as files: whole, in order, with the right pace, or not at all."""

import numpy as np
import pytest
from PIL import Image

from app.kit.export.run_files import shared_palette, write_gif, write_numbered


class GaveUp(Exception):  # noqa: N818 - it is no error
    pass


def frames(count=5):
    """A square that moves along on a grey ground."""
    for number in range(count):
        frame = np.full((40, 60, 3), 200, np.uint8)
        frame[10:20, 10 * number : 10 * number + 10] = (30, 90, 210)
        yield frame


def giving_up():
    yield from frames(2)
    raise GaveUp


def test_a_gif_has_every_frame_at_its_pace_and_goes_on_for_ever(tmp_path):
    file = tmp_path / "run.gif"
    palette = shared_palette(list(frames()))
    write_gif(file, frames(), 5, 250, palette)
    with Image.open(file) as gif:
        assert getattr(gif, "n_frames", 1) == 5
        assert gif.info["loop"] == 0
        delays = []
        for number, frame in enumerate(frames()):
            gif.seek(number)
            delays.append(gif.info["duration"])
            assert np.array_equal(np.asarray(gif.convert("RGB")), frame)
    assert delays == [250, 250, 250, 250, 1750]


def test_colours_that_fill_areas_are_kept_exactly():
    rng = np.random.default_rng(0)
    noisy = rng.integers(0, 256, (50, 50, 3), np.uint8)
    flat = np.full((50, 50, 3), (77, 20, 111), np.uint8)
    palette = shared_palette([noisy, flat]).getpalette() or []
    assert palette[:3] == [77, 20, 111]
    assert len(palette) == 3 * 255  # one index is left for what stays as it was


def test_numbered_pictures_come_in_order(tmp_path):
    folder = tmp_path / "run"
    write_numbered(folder, frames(), 5)
    assert sorted(item.name for item in folder.iterdir()) == [f"00{n}.png" for n in range(1, 6)]
    with Image.open(folder / "003.png") as picture:
        assert picture.getpixel((25, 15)) == (30, 90, 210)


def test_nothing_that_is_there_is_written_over(tmp_path):
    (tmp_path / "run").mkdir()
    with pytest.raises(FileExistsError, match="already"):
        write_numbered(tmp_path / "run", frames(), 5)


def test_giving_up_leaves_nothing(tmp_path):
    old = tmp_path / "run.gif"
    old.write_bytes(b"what was there")
    with pytest.raises(GaveUp):
        write_gif(old, giving_up(), 5, 100, shared_palette(list(frames())))
    with pytest.raises(GaveUp):
        write_numbered(tmp_path / "run", giving_up(), 5)
    assert [item.name for item in tmp_path.iterdir()] == ["run.gif"]
    assert old.read_bytes() == b"what was there"


def test_a_folder_that_is_not_there_is_an_error_that_leaves_nothing(tmp_path):
    with pytest.raises(OSError, match="No such file"):
        write_gif(tmp_path / "no" / "run.gif", frames(), 5, 100, shared_palette(list(frames())))
    with pytest.raises(OSError, match="No such file"):
        write_numbered(tmp_path / "no" / "run", frames(), 5)
    assert not list(tmp_path.iterdir())
