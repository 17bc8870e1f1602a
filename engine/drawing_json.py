"""One drawing as plain data for JSON: its strokes, erasures and pasted pictures, and its label.

``{"label": 7, "strokes": [{"points": [[x, y], …], "width": w}, …]}``. A stroke may have
``"erases": true`` and ``"pressures": […]``; a pasted picture stands in the same list as
``{"picture": {"rows": h, "columns": w, "ink": "…", "box": […]}}``, its ink 0 to 255 row by row,
deflated and in base64.
"""

from __future__ import annotations

import base64
import binascii
import math
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from engine.drawings import Drawing, Mark, PastedImage, drawing_of_strokes
from engine.errors import DataError

MOST_PIXELS = 4_000_000
"""A pasted picture has no more: it was scaled down when it was opened."""


def drawing_to_json(drawing: Drawing, label: int | None = None) -> dict[str, Any]:
    """A drawing as plain data, with its label if it has one."""
    data: dict[str, Any] = {} if label is None else {"label": label}
    return {**data, "strokes": [_mark_to_json(mark) for mark in drawing]}


def drawing_from_json(data: object, number: int = 1) -> Drawing:
    """The drawing in what ``drawing_to_json`` gave; ``number`` is for messages.

    Raises:
        DataError: if it is of another form.
    """
    if not (isinstance(data, dict) and isinstance(data.get("strokes"), list)):
        raise DataError(f'Drawing {number} must have a list of "strokes".')
    marks: Sequence[object] = data["strokes"]
    drawing: list[Mark] = []
    for mark in marks:
        if isinstance(mark, dict) and "picture" in mark:
            drawing.append(_picture(mark["picture"], number))
        else:
            drawing.extend(drawing_of_strokes([mark], number))
    return tuple(drawing)


def label_from_json(data: object) -> int | None:
    """The label in what ``drawing_to_json`` gave; ``None`` if there is none.

    Raises:
        DataError: if it is no digit.
    """
    label = data.get("label") if isinstance(data, dict) else None
    if label is None:
        return None
    if isinstance(label, bool) or not isinstance(label, int) or not 0 <= label <= 9:
        raise DataError(f"A label must be a digit from 0 to 9; got {label!r}.")
    return label


def _mark_to_json(mark: Mark) -> dict[str, Any]:
    if isinstance(mark, PastedImage):
        levels = np.rint(np.clip(mark.pixels, 0, 1) * 255).astype(np.uint8)
        ink = base64.b64encode(zlib.compress(levels.tobytes())).decode("ascii")
        rows, columns = levels.shape
        box = list(mark.placed_box)
        return {"picture": {"rows": rows, "columns": columns, "ink": ink, "box": box}}
    data: dict[str, Any] = {
        "points": [[x, y] for x, y in mark.points],
        "width": mark.width,
    }
    if mark.erases:
        data["erases"] = True
    if mark.pressures:
        data["pressures"] = list(mark.pressures)
    return data


def _picture(data: object, number: int) -> PastedImage:
    match data:
        case {
            "rows": int() as rows,
            "columns": int() as columns,
            "ink": str() as ink,
            "box": [*sides],
        } if 0 < rows * columns <= MOST_PIXELS and len(sides) == 4:
            try:
                left, top, width, height = map(float, sides)
                unpacker = zlib.decompressobj()
                levels = unpacker.decompress(base64.b64decode(ink, validate=True), rows * columns)
            except (TypeError, ValueError, binascii.Error, zlib.error) as error:
                raise DataError(f"The picture in drawing {number} is damaged: {error}.") from error
            if len(levels) == math.prod((rows, columns)):
                pixels = np.frombuffer(levels, np.uint8).reshape(rows, columns)
                shares = (pixels / np.float32(255)).astype(np.float32, copy=False)
                return PastedImage(shares, (left, top, width, height))
    raise DataError(f"The picture in drawing {number} is damaged: its size and ink do not agree.")
