"""Ways to spoil a file: in its bytes, and in the structure of the JSON that it is or holds."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np

Rng = np.random.Generator
Data = Any

_SHARE_OF_BYTES = 0.35
_VALUES: tuple[Data, ...] = (
    None,
    True,
    0,
    -1,
    1,
    3.5,
    -2.5,
    5,
    10**9,
    2**62,
    2**64,
    1e300,
    "",
    "1",
    "<img src='x'><b>bold",
    "\x00",
    "a" * 3000,
    [],
    {},
    [1, 1],
    [10, 20],
    [[1]],
    ["a"],
    {"a": 1},
)


def spoiled(content: bytes, rng: Rng) -> bytes:
    """The file, spoiled once to three times."""
    for _ in range(int(rng.integers(1, 4))):
        if rng.random() < _SHARE_OF_BYTES:
            content = _in_bytes(content, rng)
        else:
            content = _in_structure(content, rng)
    return content


def _in_bytes(content: bytes, rng: Rng) -> bytes:
    changed = bytearray(content)
    at = int(rng.integers(0, len(changed) + 1))
    long = int(rng.integers(1, 40))
    match int(rng.integers(0, 6)):
        case 0:
            del changed[at:]
        case 1:
            del changed[at : at + long]
        case 2:
            changed[at : at + long] = rng.bytes(long)
        case 3:
            changed[at:at] = changed[max(at - long, 0) : at] * int(rng.integers(1, 50))
        case 4 if at < len(changed):
            changed[at] ^= 1 << int(rng.integers(0, 8))
        case _:
            changed[at : at + long] = bytes([int(rng.choice([0, 32, 91, 123, 255]))]) * long
    return bytes(changed)


def _in_structure(content: bytes, rng: Rng) -> bytes:
    """Spoil the JSON that the file is, or that lies at its beginning as in safetensors."""
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):
        return _in_header(content, rng)
    return _written(_changed(data, rng), rng)


def _in_header(content: bytes, rng: Rng) -> bytes:
    size = int.from_bytes(content[:8], "little")
    try:
        header = json.loads(content[8 : 8 + size])
    except (ValueError, RecursionError):
        return _in_bytes(content, rng)
    texts = header.get("__metadata__") if isinstance(header, dict) else None
    if isinstance(texts, dict) and texts and rng.random() < 0.7:
        name = str(rng.choice(list(texts)))
        try:
            texts[name] = _written(_changed(json.loads(texts[name]), rng), rng).decode()
        except (ValueError, TypeError, RecursionError):
            texts[name] = str(rng.choice(["", "2", "x" * 500, "cnnviz-lab"]))
    else:
        header = _changed(header, rng)
    written = json.dumps(header).encode()
    return len(written).to_bytes(8, "little") + written + content[8 + size :]


def _written(data: Data, rng: Rng) -> bytes:
    """As JSON, now and then with something that cannot be written so."""
    text = json.dumps(data)
    deep = int(rng.choice([100, 5000]))
    marks = {
        0: ('"@deep"', "[" * deep + "]" * deep),
        1: ('"@deep"', '{"a":' * deep + "1" + "}" * deep),
        2: ('"@deep"', "9" * 5000),
        3: ('"@deep"', str(rng.choice(["NaN", "Infinity", "-Infinity", "1e999", "-0.0", "01"]))),
    }
    return text.replace(*marks[int(rng.integers(0, 4))]).encode()


def _changed(data: Data, rng: Rng) -> Data:
    """The data with one place of it changed; a place high up is as likely as one far down."""
    places = [place for place in _places(data) if place]
    if not places:
        return _value(rng)
    depth = int(rng.integers(1, 1 + max(map(len, places))))
    place = _choice([place for place in places if len(place) == depth] or places, rng)
    inside = data
    for key in place[:-1]:
        inside = inside[key]
    _CHANGES[int(rng.integers(0, len(_CHANGES)))](inside, place[-1], rng)
    return data


def _replace(inside: Data, key: Any, rng: Rng) -> None:
    inside[key] = _value(rng)


def _remove(inside: Data, key: Any, rng: Rng) -> None:
    del rng, inside[key]


def _wrap(inside: Data, key: Any, rng: Rng) -> None:
    inside[key] = [inside[key]] * int(rng.integers(1, 4))


def _rename(inside: Data, key: Any, rng: Rng) -> None:
    if isinstance(inside, dict):
        inside[str(rng.choice(["", "kind", "colour", "version"]))] = inside.pop(key)
    else:
        _replace(inside, key, rng)


def _scale(inside: Data, key: Any, rng: Rng) -> None:
    value = inside[key]
    if isinstance(value, int | float) and not isinstance(value, bool):
        inside[key] = value * _choice([-1, 0.5, 1000, 10**6, 10**12], rng)
    else:
        _replace(inside, key, rng)


def _grow(inside: Data, key: Any, rng: Rng) -> None:
    value = inside[key]
    if isinstance(value, list) and value:
        inside[key] = value * int(_choice([2, 100, max(1, 200_000 // len(str(value)))], rng))
    else:
        _replace(inside, key, rng)


_CHANGES: tuple[Callable[[Data, Any, Rng], None], ...] = (
    _replace,
    _replace,
    _remove,
    _wrap,
    _rename,
    _scale,
    _grow,
)


def _value(rng: Rng) -> Data:
    return "@deep" if rng.random() < 0.1 else _choice(list(_VALUES), rng)


def _choice(values: list[Any], rng: Rng) -> Any:
    return values[int(rng.integers(0, len(values)))]


def _places(data: Data, most: int = 5000) -> list[tuple[Any, ...]]:
    """Where there is something in the data, as keys from outside in; at most so many."""
    found: list[tuple[Any, ...]] = [()]
    waiting: list[tuple[tuple[Any, ...], Data]] = [((), data)]
    while waiting and len(found) < most:
        place, value = waiting.pop(0)
        items = (
            value.items()
            if isinstance(value, dict)
            else enumerate(value)
            if isinstance(value, list)
            else ()
        )
        for key, one in items:
            found.append((*place, key))
            if isinstance(one, dict | list):
                waiting.append(((*place, key), one))
    return found
