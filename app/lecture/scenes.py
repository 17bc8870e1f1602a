"""A lecture as a file: scenes of the lab, each with a title, notes, and what it hides at first.

Knows no Qt, and nothing of what a lab state holds: that is the lab's own dictionary, kept as it is.
Written to a temporary name and moved into place, so that a failed write costs nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Self

from engine.basics.errors import DataError, EngineError
from engine.basics.file_kinds import JSON, LECTURE, check_kind
from engine.basics.records import Record, parse_json, quoted, read_json_file
from engine.basics.whole_file import write_whole

SUFFIX = ".cnnviz-lecture"
FORMAT = "cnnviz-lecture"
VERSION = 1
SCALES = (0.5, 1.0)
"""Smallest and largest size of a picture, as a share of what fills the screen."""
MOST_SCENES = 1_000
"""More than any lecture has; each is listed, and can be moved and undone."""
_LONGEST_TITLE = 200
_LONGEST_NOTES = 100_000


class LectureFileError(EngineError, ValueError):
    """A lecture file cannot be read or written: damaged, newer, or of another kind."""


@dataclass(frozen=True)
class Hidden:
    """What a scene hides until the lecturer reveals it."""

    kernel: bool = False
    result: bool = False
    sentence: bool = False

    def __bool__(self) -> bool:
        return self.kernel or self.result or self.sentence

    @classmethod
    def parts(cls) -> tuple[str, ...]:
        """The names of what can be hidden, in the order in which they are revealed."""
        return tuple(item.name for item in fields(cls))

    @property
    def names(self) -> tuple[str, ...]:
        """What is hidden."""
        return tuple(name for name in self.parts() if getattr(self, name))

    def toggled(self, part: str) -> Self:
        """The same, but for one part."""
        return replace(self, **{part: not getattr(self, part)})

    def without_first(self) -> Self:
        """One part fewer, in the order in which they are revealed."""
        return replace(self, **{self.names[0]: False}) if self else self


@dataclass(frozen=True)
class Scene:
    """One picture of a lecture, from which the lecturer steps on.

    Attributes:
        title: A line above the picture.
        lab: The lab's state, as its ``to_dict`` gives it.
        hidden: What is hidden at first.
        scale: Size of the picture, 1 fills the screen.
        notes: For the lecturer; not shown on the screen.
    """

    title: str
    lab: Mapping[str, Any] = field(default_factory=dict)
    hidden: Hidden = Hidden()
    scale: float = 1.0
    notes: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return what is written to the file."""
        return {
            "title": self.title,
            "notes": self.notes,
            "hidden": list(self.hidden.names),
            "scale": self.scale,
            "lab": dict(self.lab),
        }

    @classmethod
    def from_dict(cls, data: object) -> Self:
        """Read a scene.

        Raises:
            LectureFileError: if it is no scene.
        """
        if not isinstance(data, Mapping):
            raise LectureFileError(f"must be an object; got {_short(data)}")
        lab, hidden = data.get("lab"), data.get("hidden", [])
        scale = data.get("scale", 1.0)
        if not isinstance(lab, Mapping):
            raise LectureFileError(f'needs the lab\'s state as "lab"; got {_short(lab)}')
        if not isinstance(hidden, list) or any(part not in Hidden.parts() for part in hidden):
            raise LectureFileError(
                f'may hide {", ".join(Hidden.parts())}; got "hidden": {_short(hidden)}'
            )
        is_number = isinstance(scale, (int, float)) and not isinstance(scale, bool)
        if not (is_number and SCALES[0] <= scale <= SCALES[1]):
            raise LectureFileError(
                f'needs a "scale" from {SCALES[0]:g} to {SCALES[1]:g}; got {_short(scale)}'
            )
        return cls(
            title=_text(data, "title")[:_LONGEST_TITLE],
            lab=dict(lab),
            hidden=Hidden(**dict.fromkeys(hidden, True)),
            scale=float(scale),
            notes=_text(data, "notes"),
        )


@dataclass(frozen=True)
class Lecture:
    """Scenes in the order in which they are shown."""

    title: str = "Untitled lecture"
    scenes: tuple[Scene, ...] = ()

    def to_json(self) -> str:
        """Return the text of a lecture file, one scene to a line."""
        head = {"format": FORMAT, "version": VERSION, "title": self.title}
        opening = _json(head).removesuffix("}")
        scenes = ",\n".join(_json(scene.to_dict()) for scene in self.scenes)
        return f'{opening}, "scenes": [\n{scenes}\n]}}\n'

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read the text of a lecture file.

        Raises:
            LectureFileError: if it is no JSON, no lecture, or from a newer version.
        """
        try:
            return cls.from_data(parse_json(text, "The text"))
        except DataError as error:
            raise LectureFileError(f"This is not a lecture: {error}") from error

    @classmethod
    def from_data(cls, data: object) -> Self:
        """Read what the text of a lecture file holds.

        Raises:
            LectureFileError: if it is no lecture, or from a newer version.
        """
        if not isinstance(data, Mapping) or data.get("format") != FORMAT:
            raise LectureFileError(f'This is not a lecture: it does not say "format": "{FORMAT}".')
        version = data.get("version")
        if type(version) is not int or version < 1:
            raise LectureFileError(
                f"The lecture's version must be a number; got {_short(version)}."
            )
        if version > VERSION:
            raise LectureFileError(
                f"This lecture is of version {version}, and this cnnviz reads up to {VERSION}: "
                "open it with a newer cnnviz."
            )
        scenes, title = data.get("scenes"), data.get("title", "")
        if not isinstance(title, str):
            raise LectureFileError(f"The lecture's title must be text; got {_short(title)}.")
        if not isinstance(scenes, list):
            raise LectureFileError(f"The lecture's scenes must be a list; got {_short(scenes)}.")
        if len(scenes) > MOST_SCENES:
            raise LectureFileError(
                f"A lecture may have {MOST_SCENES:,} scenes; this one has {len(scenes):,}."
            )
        return cls(title or cls.title, tuple(_scenes(scenes)))


def load_lecture(path: Path) -> Lecture:
    """Read a lecture file.

    Raises:
        LectureFileError: if it cannot be read or is no lecture; the sentence names the file.
    """
    check_kind(path, LECTURE, JSON, error=LectureFileError)
    try:
        return Lecture.from_data(read_json_file(path, "The file"))
    except LectureFileError as error:
        raise LectureFileError(f"{path.name}: {error}") from error
    except DataError as error:
        raise LectureFileError(f"{path.name} is not a lecture. {error}") from error


def save_lecture(path: Path, lecture: Lecture) -> None:
    """Write a lecture file; what was there stays if that fails.

    Raises:
        LectureFileError: if it cannot be written.
    """
    try:
        write_whole(path, lecture.to_json().encode())
    except (OSError, ValueError, TypeError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise LectureFileError(f"{path.name} cannot be written: {why}.") from error


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, allow_nan=False)


def _scenes(items: list[object]) -> list[Scene]:
    scenes = []
    for number, item in enumerate(items, start=1):
        try:
            scenes.append(Scene.from_dict(item))
        except LectureFileError as error:
            raise LectureFileError(f"Scene {number} {error}.") from error
    return scenes


def _text(data: Mapping[str, Any], key: str) -> str:
    try:
        return Record(dict(data), "It").text(key, "", longest=_LONGEST_NOTES)
    except DataError as error:
        value = _short(data.get(key))
        raise LectureFileError(f'needs text as "{key}"; got {value}') from error


def _short(value: object) -> str:
    return quoted(repr(value), 40)
