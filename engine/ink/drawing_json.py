"""Drawings as plain data for JSON: strokes, erasures and pasted pictures, and a label.

``{"label": 7, "strokes": [{"points": [[x, y], …], "width": w}, …]}``. A stroke may have
``"erases": true`` and ``"pressures": […]``; a pasted picture stands in the same list as
``{"picture": {"rows": h, "columns": w, "ink": "…", "box": […]}}``, its ink 0 to 255 row by row,
deflated and in base64.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from engine.basics.errors import DataError
from engine.basics.file_kinds import DRAWINGS, JSON, check_kind
from engine.basics.records import Record, quoted, read_json_file
from engine.ink.drawings import (
    BOX,
    Drawing,
    Mark,
    PastedImage,
    Point,
    Stroke,
    check_effort,
    fitting_width,
    is_near,
)

LONGEST_SIDE = 2048
"""A pasted picture has no longer one: it was scaled down when it was opened."""
_LONGEST_INK = 8 * 2**20


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
            drawing.extend(_strokes([mark], number))
    check_effort(tuple(drawing))
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
        raise DataError(f"A label must be a digit from 0 to 9; got {quoted(label)}.")
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
    what = f"The picture in drawing {number}"
    record = Record(data, what)
    rows = record.whole("rows", least=1, most=LONGEST_SIDE)
    columns = record.whole("columns", least=1, most=LONGEST_SIDE)
    ink, sides = record.text("ink", longest=_LONGEST_INK), record.numbers("box", most=4)
    try:
        left, top, width, height = sides
        packed = base64.b64decode(ink, validate=True)
        levels = zlib.decompressobj().decompress(packed, rows * columns)
        pixels = np.frombuffer(levels, np.uint8).reshape(rows, columns)
    except (ValueError, binascii.Error, zlib.error) as error:
        raise DataError(f"{what} is damaged: its size and ink do not agree.") from error
    shares = (pixels / np.float32(255)).astype(np.float32, copy=False)
    return PastedImage(shares, (left, top, width, height))


def drawings_from_json(data: object) -> list[Drawing]:
    """Drawings from parsed JSON: a list of drawings, each a list of strokes.

    A stroke is a list of [x, y], drawn with a pen that suits the drawing's size (see
    ``fitting_width``), or ``{"points": [[x, y], …], "width": w}``, drawn with that one. Instead of
    the list of strokes, a drawing may be what ``drawing_to_json`` writes: so drawings that were
    kept with a label can be classified.

    Raises:
        DataError: naming the drawing, stroke and point that are not of that form.
    """
    items = _items(data, "The file must hold a list of drawings")
    return [
        drawing_from_json(item, number)
        if isinstance(item, dict)
        else drawing_of_strokes(_items(item, f"Drawing {number} must be a list of strokes"), number)
        for number, item in enumerate(items, 1)
    ]


def drawing_of_strokes(strokes: Sequence[object], number: int) -> Drawing:
    """One drawing of the list, see ``drawings_from_json``.

    Raises:
        DataError: as there.
    """
    drawing = _strokes(strokes, number)
    check_effort(drawing)
    return drawing


def _strokes(strokes: Sequence[object], number: int) -> Drawing:
    parsed = [
        _stroke(stroke, f"drawing {number}, stroke {place}")
        for place, stroke in enumerate(strokes, 1)
    ]
    usual = fitting_width([points for points, *_ in parsed])
    return tuple(
        Stroke(tuple(points), usual if width is None else width, erases, pressures)
        for points, width, erases, pressures in parsed
    )


def _stroke(
    stroke: object, where: str
) -> tuple[list[Point], float | None, bool, tuple[float, ...]]:
    """Points, width, whether it erases, and pressures."""
    match stroke:
        case {"points": points, "width": int() | float() as width, **rest}:
            pressures = _pressures(rest.get("pressures", []), where)
            return _points(points, where), float(width), rest.get("erases") is True, pressures
        case _:
            return _points(stroke, where), None, False, ()


def _pressures(values: object, where: str) -> tuple[float, ...]:
    pressures = []
    for value in _items(values, f"Pressures must be a list of numbers ({where})"):
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise DataError(f"A pressure must be a number ({where}); got {_shown(value)}.")
        pressures.append(float(value))
    return tuple(pressures)


def read_drawings(path: Path) -> list[Drawing]:
    """The drawings in a JSON file, see ``drawings_from_json``.

    Raises:
        DataError: if the file is missing, is no JSON, or holds something else.
    """
    return drawings_from_json(parsed_file(path, may_be_stream=True))


def parsed_file(path: Path, *, may_be_stream: bool = False) -> object:
    """What a JSON file of drawings holds, not checked; a pipe is read if it ``may_be_stream``.

    Raises:
        DataError: if the file is missing, is no JSON, or is known to be something else.
    """
    if not path.exists():
        raise DataError(f"There is no file {path}.")
    check_kind(path, DRAWINGS, JSON)
    try:
        return read_json_file(path, "It", may_be_stream=may_be_stream)
    except DataError as error:
        raise DataError(f"{path} must be a JSON file of drawings. {error}") from error


def _items(value: object, expectation: str) -> Sequence[object]:
    if not isinstance(value, list):
        raise DataError(f"{expectation}; got {_shown(value)}.")
    return value


def _points(stroke: object, where: str) -> list[Point]:
    points = []
    for number, point in enumerate(_items(stroke, f"A stroke must be a list of [x, y] ({where})")):
        match point:
            case [int() | float() as x, int() | float() as y] if (
                is_near(x, y) and not isinstance(x, bool) and not isinstance(y, bool)
            ):
                points.append((float(x), float(y)))
            case _:
                raise DataError(
                    f"A point must be [x, y] in a {BOX}×{BOX} box; point {number + 1} of {where} "
                    f"is {_shown(point)}."
                )
    if not points:
        raise DataError(f"A stroke needs at least one point; {where} has none.")
    return points


def _shown(value: object) -> str:
    return quoted(value, 40)
