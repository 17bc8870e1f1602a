"""JSON of ours, read without trusting it: one way for every kind of file.

A text becomes plain data only within limits of size, depth and number; what is not JSON, is too
large, or holds numbers beyond what a float can say is refused in a sentence. A ``Record`` then
gives an object's fields one by one, each of the type and within the range that is asked for.
"""

from __future__ import annotations

import dataclasses
import json
import math
import stat
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar, overload

from engine.basics.errors import DataError

MOST_BYTES = 64 * 2**20
"""Larger files of ours do not occur."""
MOST_DEPTH = 64
MOST_ITEMS = 4_000_000
LONGEST_QUOTE = 200
LONGEST_TEXT = 10_000
_LARGEST_WHOLE = 2**63 - 1

Default = TypeVar("Default")


class _Missing:
    """Stands for a field without a default: it must be there."""


_MUST_BE_THERE: Final = _Missing()


def read_json_file(
    path: Path, what: str, *, most_bytes: int = MOST_BYTES, may_be_stream: bool = False
) -> object:
    """The plain data in a JSON file; ``what`` names it in messages, as in ``The run file``.

    A pipe or a device is read only if it ``may_be_stream``: it might have no end.

    Raises:
        DataError: if it cannot be read, is too large, or is no JSON within the limits.
    """
    try:
        if not (may_be_stream or stat.S_ISREG(path.stat().st_mode)):
            raise DataError(f"{what} {path.name} cannot be read: it is no file.")
        with path.open("rb") as file:
            content = file.read(most_bytes + 1)
    except OSError as error:
        reason = error.strerror or str(error)
        raise DataError(f"{what} {path.name} cannot be read: {reason}.") from error
    return parse_json(content, f"{what} {path.name}", most_bytes=most_bytes)


def parse_json(
    text: str | bytes,
    what: str,
    *,
    most_bytes: int = MOST_BYTES,
    allows_infinity: bool = False,
) -> object:
    """The plain data that a JSON text holds; ``Infinity`` only if that is allowed.

    Raises:
        DataError: if it is no JSON, nested too deeply, too large, or holds numbers out of range.
    """
    if len(text) > most_bytes:
        raise DataError(f"{what} is larger than {most_bytes // 2**20} MiB.")
    constant = _infinity if allows_infinity else _refused
    try:
        data: object = json.loads(
            text, parse_constant=constant, parse_int=_whole, parse_float=_real
        )
    except RecursionError as error:
        raise DataError(f"{what} is nested too deeply.") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{what} is no text in UTF-8.") from error
    except ValueError as error:
        raise DataError(f"{what} is no JSON that can be read: {quoted(str(error))}.") from error
    _check_size(data, what)
    return data


def quoted(value: object, longest: int = LONGEST_QUOTE) -> str:
    """A value as text for a message, never longer than ``longest``."""
    text = value if isinstance(value, str) else repr(value)
    text = " ".join(text[: 4 * longest].split())
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


class Record:
    """One object of a JSON file, read field by field.

    Args:
        data: What should be an object.
        what: Its name in messages, as in ``Run 3``.

    Raises:
        DataError: if it is no object; the readers below, if a field is missing without a default,
            is of another type, or out of its range.
    """

    def __init__(self, data: object, what: str) -> None:
        if not isinstance(data, dict):
            raise DataError(f"{what} must be an object with named values; it is {_kind(data)}.")
        self.data: dict[str, Any] = data
        self.what = what

    def __contains__(self, name: str) -> bool:
        return self.data.get(name) is not None

    @overload
    def text(self, name: str, *, longest: int = LONGEST_TEXT) -> str: ...
    @overload
    def text(
        self, name: str, default: Default, *, longest: int = LONGEST_TEXT
    ) -> str | Default: ...
    def text(self, name: str, default: Any = _MUST_BE_THERE, *, longest: int = LONGEST_TEXT) -> Any:
        """A text of at most ``longest`` characters."""
        value = self._value(name, default)
        if value is default:
            return value
        if not isinstance(value, str):
            raise self._refusal(name, "a text", value)
        if len(value) > longest:
            raise DataError(f"{self.what}: “{name}” is longer than {longest:,} characters.")
        return value

    @overload
    def whole(self, name: str, *, least: int = 0, most: int = _LARGEST_WHOLE) -> int: ...
    @overload
    def whole(
        self, name: str, default: Default, *, least: int = 0, most: int = _LARGEST_WHOLE
    ) -> int | Default: ...
    def whole(
        self,
        name: str,
        default: Any = _MUST_BE_THERE,
        *,
        least: int = 0,
        most: int = _LARGEST_WHOLE,
    ) -> Any:
        """A whole number from ``least`` to ``most``."""
        value = self._value(name, default)
        return value if value is default else self.whole_of(name, value, least=least, most=most)

    def whole_of(
        self, name: str, value: object, *, least: int = 0, most: int = _LARGEST_WHOLE
    ) -> int:
        """One value of the field as a whole number, such as an entry of a list."""
        if isinstance(value, bool) or not isinstance(value, int):
            raise self._refusal(name, "a whole number", value)
        self._in_range(name, value, least, most)
        return value

    @overload
    def number(self, name: str, *, least: float = -math.inf, most: float = math.inf) -> float: ...
    @overload
    def number(
        self, name: str, default: Default, *, least: float = -math.inf, most: float = math.inf
    ) -> float | Default: ...
    def number(
        self,
        name: str,
        default: Any = _MUST_BE_THERE,
        *,
        least: float = -math.inf,
        most: float = math.inf,
    ) -> Any:
        """A finite number from ``least`` to ``most``."""
        value = self._value(name, default)
        if value is default:
            return value
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._refusal(name, "a number", value)
        number = float(value)
        if not math.isfinite(number):
            raise self._refusal(name, "a finite number", value)
        return self._in_range(name, number, least, most)

    @overload
    def flag(self, name: str) -> bool: ...
    @overload
    def flag(self, name: str, default: Default) -> bool | Default: ...
    def flag(self, name: str, default: Any = _MUST_BE_THERE) -> Any:
        """True or false."""
        value = self._value(name, default)
        if value is default or isinstance(value, bool):
            return value
        raise self._refusal(name, "true or false", value)

    @overload
    def items(self, name: str, *, most: int = MOST_ITEMS) -> list[object]: ...
    @overload
    def items(
        self, name: str, default: Default, *, most: int = MOST_ITEMS
    ) -> list[object] | Default: ...
    def items(self, name: str, default: Any = _MUST_BE_THERE, *, most: int = MOST_ITEMS) -> Any:
        """A list of at most ``most`` things of any kind."""
        value = self._value(name, default)
        if value is default:
            return value
        if not isinstance(value, list):
            raise self._refusal(name, "a list", value)
        if len(value) > most:
            raise DataError(f"{self.what}: “{name}” holds more than {most:,} entries.")
        return value

    def texts(self, name: str, *, most: int = MOST_ITEMS, longest: int = LONGEST_TEXT) -> list[str]:
        """A list of texts; empty if there is none."""
        return [
            Record({name: one}, self.what).text(name, longest=longest)
            for one in self.items(name, [], most=most)
        ]

    def numbers(self, name: str, *, most: int = MOST_ITEMS) -> list[float]:
        """A list of finite numbers; empty if there is none."""
        values = self.items(name, [], most=most)
        for one in values:
            is_number = isinstance(one, int | float) and not isinstance(one, bool)
            if not is_number or not math.isfinite(one):  # type: ignore[arg-type]
                raise self._refusal(name, "a list of numbers", one)
        return [float(one) for one in values]  # type: ignore[arg-type]

    def values_of(self, kind: type, *, is_strict: bool = False) -> dict[str, Any]:
        """What is given of a dataclass's plain fields, each of the type that it is declared with.

        Whole numbers are 0 or more. Fields of other types are left out, to be read one by one.

        Args:
            kind: The dataclass.
            is_strict: Whether to refuse names that it does not have rather than to pass them over.
        """
        fields = dataclasses.fields(kind)
        strange = sorted(self.data.keys() - {field.name for field in fields})
        if is_strict and strange:
            raise DataError(f"{self.what} has no setting “{quoted(strange[0], 40)}” here.")
        values: dict[str, Any] = {}
        for field in fields:
            declared = str(field.type)
            read = _FIELD_READERS.get(declared.removesuffix(" | None"))
            if read is None:
                continue
            if field.name in self:
                values[field.name] = read(self, field.name)
            elif declared.endswith(" | None"):
                values[field.name] = None
            elif _is_required(field):
                self._value(field.name, _MUST_BE_THERE)
        return values

    def record(self, name: str) -> Record:
        """An object within this one; an empty one if there is none."""
        return Record(self._value(name, {}), f"{self.what}, {name}")

    def records(self, name: str, *, most: int = MOST_ITEMS) -> Iterator[Record]:
        """The objects in a list; none if there is no list."""
        for place, one in enumerate(self.items(name, [], most=most), 1):
            yield Record(one, f"{self.what}, {name} {place}")

    def one_of(self, name: str, choices: Sequence[str], default: str | None = None) -> str:
        """One of several words."""
        value = self.text(name) if default is None else self.text(name, default)
        if value not in choices:
            raise self._refusal(name, f"one of {', '.join(choices)}", value)
        return value

    def _value(self, name: str, default: Any) -> Any:
        value = self.data.get(name)
        if value is not None:
            return value
        if default is _MUST_BE_THERE:
            raise DataError(f"{self.what} has no “{name}”.")
        return default

    def _in_range(self, name: str, value: Any, least: float, most: float) -> Any:
        if not least <= value <= most:
            raise self._refusal(name, f"from {_shown(least)} to {_shown(most)}", value)
        return value

    def _refusal(self, name: str, wanted: str, value: object) -> DataError:
        return DataError(f"{self.what}: “{name}” must be {wanted}; it is {quoted(repr(value))}.")


def _shown(limit: float) -> str:
    return f"{limit:,}" if isinstance(limit, int) else f"{limit:,g}"


def _is_required(field: dataclasses.Field[Any]) -> bool:
    missing = dataclasses.MISSING
    return field.default is missing and field.default_factory is missing


_FIELD_READERS: Final[dict[str, Callable[[Record, str], object]]] = {
    "str": lambda record, name: record.text(name),
    "int": lambda record, name: record.whole(name),
    "float": lambda record, name: record.number(name),
    "bool": lambda record, name: record.flag(name),
    "tuple[str, ...]": lambda record, name: tuple(record.texts(name)),
}


def _kind(value: object) -> str:
    names = {list: "a list", str: "a text", type(None): "nothing", bool: "true or false"}
    return names.get(type(value), "a number")


def _check_size(data: object, what: str) -> None:
    """Refuse what is nested too deeply or holds too many things; never recurses."""
    level, depth, count = [data], 0, 0
    while level:
        depth += 1
        if depth > MOST_DEPTH:
            raise DataError(f"{what} is nested more than {MOST_DEPTH} deep.")
        below: list[object] = []
        for one in level:
            if isinstance(one, dict):
                below.extend(one.values())
            elif isinstance(one, list):
                below.extend(one)
        count += len(below)
        if count > MOST_ITEMS:
            raise DataError(f"{what} holds more than {MOST_ITEMS:,} values.")
        level = below


def _infinity(name: str) -> object:
    return math.inf if name == "Infinity" else _refused(name)


def _refused(name: str) -> object:
    raise ValueError(f"{name} is no number of JSON")


def _whole(digits: str) -> int:
    value = int(digits) if len(digits) <= 20 else _LARGEST_WHOLE + 1
    if not -_LARGEST_WHOLE <= value <= _LARGEST_WHOLE:
        raise ValueError(f"{quoted(digits, 24)} is too large a number")
    return value


def _real(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise ValueError(f"{quoted(digits, 24)} is too large a number")
    return value
