"""A run as files: one animated GIF, or a folder of numbered PNGs. Knows no Qt.

Frames arrive one by one; whoever supplies them may raise to stop, and then nothing is left.
"""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.basics.whole_file import write_whole

Frame = NDArray[np.uint8]
"""Red, green and blue of one picture. Shape (H, W, 3)."""

_COLOURS = 255
_KEPT_EXACTLY = 96
_LEARNT_AT_ONCE = 8192
_LAST_FRAME_WAITS_MS = 1500


def shared_palette(samples: Sequence[Frame]) -> Image.Image:
    """The 255 colours that serve a whole run.

    The commonest colours, which fill areas, are taken as they are; the rest are shared out over
    what is left, such as the edges of letters.
    """
    every_other = [_codes(frame[::2, ::2]).ravel() for frame in samples]
    codes, counts = np.unique(np.concatenate(every_other), return_counts=True)
    order = np.argsort(-counts, kind="stable")
    exact, rest = codes[order[:_KEPT_EXACTLY]], codes[order[_KEPT_EXACTLY:]]
    colours = [_as_rgb(exact)]
    if rest.size:
        strip = Image.fromarray(_as_rgb(rest)[np.newaxis])
        cut = strip.quantize(_COLOURS - exact.size, Image.Quantize.MEDIANCUT)
        colours.append(np.array(cut.getpalette(), np.uint8).reshape(-1, 3))
    table = np.concatenate(colours)[:_COLOURS]
    palette = Image.new("P", (1, 1))
    palette.putpalette(np.pad(table, ((0, _COLOURS - len(table)), (0, 0)), "edge").tobytes())
    return palette


def write_gif(
    path: Path, frames: Iterable[Frame], count: int, delay_ms: int, palette: Image.Image
) -> None:
    """Write an endless animation.

    Args:
        path: Where to.
        frames: The pictures, all of one size.
        count: How many there are.
        delay_ms: How long each is shown; the last one longer.
        palette: From ``shared_palette``.

    Raises:
        OSError: if it cannot be written; nothing half-written is left.
    """

    def reduced() -> Iterator[Image.Image]:
        nearest = _Nearest(palette)
        for frame in frames:
            yield nearest.picture(frame)

    pictures = reduced()
    first, memory = next(pictures), io.BytesIO()
    first.save(
        memory,
        format="GIF",
        save_all=True,
        append_images=pictures,
        duration=[delay_ms] * (count - 1) + [delay_ms + _LAST_FRAME_WAITS_MS],
        loop=0,
        disposal=1,
        optimize=True,
    )
    write_whole(path, memory.getvalue())


def write_numbered(folder: Path, frames: Iterable[Frame], count: int) -> None:
    """Write ``001.png``, ``002.png``, … into a new folder.

    Raises:
        FileExistsError: if there is something of that name.
        OSError: if it cannot be written; the folder then does not appear.
    """
    if folder.exists():
        raise FileExistsError(17, "there is something of that name already", str(folder))
    digits = max(3, len(str(count)))
    growing = folder.with_name(f".cnnviz-{os.urandom(8).hex()}")
    growing.mkdir()
    try:
        for number, frame in enumerate(frames, start=1):
            Image.fromarray(frame).save(growing / f"{number:0{digits}}.png")
        growing.rename(folder)
    except BaseException:
        shutil.rmtree(growing, ignore_errors=True)
        raise


class _Nearest:
    """Pictures in the colours of a palette; what is in the palette stays exactly as it is.

    Pillow's own search takes neighbouring colours for one, which tints a white ground.
    """

    def __init__(self, palette: Image.Image) -> None:
        self._bytes = bytes(palette.getpalette() or b"")
        self._colours = np.frombuffer(self._bytes, np.uint8).reshape(-1, 3).astype(np.int32)
        self._known = np.full(1 << 24, -1, np.int16)

    def picture(self, frame: Frame) -> Image.Image:
        codes = _codes(frame)
        indices = self._known[codes]
        if (indices < 0).any():
            self._learn(np.unique(codes[indices < 0]))
            indices = self._known[codes]
        picture = Image.fromarray(indices.astype(np.uint8))
        picture.putpalette(self._bytes)
        return picture

    def _learn(self, codes: NDArray[np.uint32]) -> None:
        for start in range(0, codes.size, _LEARNT_AT_ONCE):
            part = codes[start : start + _LEARNT_AT_ONCE]
            away = _as_rgb(part).astype(np.int32)[:, np.newaxis] - self._colours
            self._known[part] = (away * away).sum(axis=2).argmin(axis=1)


def _codes(frame: Frame) -> NDArray[np.uint32]:
    """One number per pixel. Shape (H, W)."""
    red, green, blue = np.moveaxis(frame.astype(np.uint32), -1, 0)
    codes: NDArray[np.uint32] = red << 16 | green << 8 | blue
    return codes


def _as_rgb(codes: NDArray[np.uint32]) -> Frame:
    return np.stack([codes >> 16, codes >> 8 & 255, codes & 255], axis=-1).astype(np.uint8)
