"""What is remembered from one start to the next: one typed declaration per setting."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from PySide6.QtCore import QByteArray, QSettings

from engine.basics.errors import DataError

T = TypeVar("T", str, int, float, bool, bytes)


@dataclass(frozen=True)
class Setting(Generic[T]):
    """A setting's name in the file and its default, whose type is the setting's type.

    ``choices``, if any, are the only values accepted; ``minimum`` and ``maximum`` are inclusive.
    """

    key: str
    default: T
    choices: tuple[T, ...] = ()
    minimum: float | None = None
    maximum: float | None = None

    def accepts(self, value: T) -> bool:
        """Say whether a value is of the type, finite, one of the choices and within the range."""
        if type(value) is not type(self.default):
            return False
        if self.choices and value not in self.choices:
            return False
        if isinstance(value, (int, float)):
            low = self.minimum if self.minimum is not None else float("-inf")
            high = self.maximum if self.maximum is not None else float("inf")
            return low <= value <= high and math.isfinite(value)
        return True


WINDOW_GEOMETRY = Setting("window/geometry", b"")
THEME = Setting("look/theme", "system", choices=("system", "light", "dark"))
SCALE = Setting("look/scale", 1.0, minimum=0.5, maximum=4.0)
LAST_FOLDER = Setting("files/folder", "")
RECENT_FILES = Setting("files/recent", "")
PEN_WIDTH = Setting("draw/pen_width", 18.0, minimum=4.0, maximum=48.0)
DRAW_GRID = Setting("draw/grid", default=False)
COMPARE_WITH = Setting("draw/compare_with", "")
INSIDE_OPEN = Setting("draw/inside_open", default=True)
INSIDE_SHARE = Setting("draw/inside_share", 0.34, minimum=0.2, maximum=0.8)


class Settings:
    """Typed access to Qt's settings; what is missing or makes no sense reads as the default.

    With a ``path``, that INI file is used: tests and screenshots leave the user's own alone.
    """

    def __init__(self, path: Path | None = None) -> None:
        ini = QSettings.Format.IniFormat
        if path is not None:
            self._store = QSettings(str(path), ini)
        else:
            self._store = QSettings(ini, QSettings.Scope.UserScope, "cnnviz", "cnnviz")

    @property
    def folder(self) -> Path:
        """The folder of the settings' file, in which other things of the user's may be kept."""
        return Path(self._store.fileName()).parent

    def get(self, setting: Setting[T]) -> T:
        """Return the stored value, or the default if there is none that is acceptable."""
        raw = self._store.value(setting.key)
        if raw is None:
            return setting.default
        try:
            value = _converted(raw, setting.default)
        except (TypeError, ValueError, OverflowError):
            return setting.default
        return value if setting.accepts(value) else setting.default

    def set(self, setting: Setting[T], value: T) -> None:
        """Remember a value; it is written to disk when Qt finds time, or at ``save``."""
        stored = QByteArray(value) if isinstance(value, bytes) else value
        self._store.setValue(setting.key, stored)

    def save(self) -> None:
        """Write what has changed to disk now.

        Raises:
            DataError: if the disk refuses, now or since the start.
        """
        self._store.sync()
        if self._store.status() == QSettings.Status.AccessError:
            raise DataError(
                f"Not all settings could be written to {self._store.fileName()}. See whether it "
                "may be written, and whether the disk has room."
            )


def _converted(raw: object, default: T) -> T:
    """Turn what an INI file holds (text, mostly) into the type of ``default``.

    Raises:
        TypeError, ValueError, OverflowError: if it cannot be, such as a list.
    """
    if isinstance(default, bool):
        if str(raw).lower() not in {"true", "false", "1", "0"}:
            raise ValueError(raw)
        return str(raw).lower() in {"true", "1"}
    if isinstance(default, bytes):
        if not isinstance(raw, QByteArray):
            raise TypeError(raw)
        return bytes(raw.data())
    if not isinstance(raw, (str, int, float)):
        raise TypeError(raw)
    return type(default)(str(raw))
