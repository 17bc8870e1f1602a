"""The user's own presets: stacks kept as files in a folder of their own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine.basics.errors import EngineError, ModelFileError
from engine.basics.set_aside import set_aside
from engine.networks.model_file import load_stack, save_stack
from engine.networks.stack import Stack

SUFFIX = ".cnnviz"


@dataclass(frozen=True)
class OwnPreset:
    """A stack that the user keeps, and its file."""

    path: Path
    stack: Stack

    @property
    def title(self) -> str:
        """The stack's name."""
        return self.stack.name

    @property
    def about(self) -> str:
        """One sentence, as the presets that come with cnnviz have."""
        return f"Your own, of {len(self.stack.layers)} layers."


class OwnPresets(QObject):
    """The presets in a folder, which is made when the first one is kept.

    Signals:
        presets_changed: One came, went or has another name.
        problem_found: A sentence: a file cannot be read; it was put aside, if it is damaged.
    """

    presets_changed = Signal()
    problem_found = Signal(str)

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        self._told: set[str] = set()

    def all(self) -> tuple[OwnPreset, ...]:
        """All presets by name; a file that cannot be read is put aside, and said once."""
        found = []
        for path in self._folder.glob(f"*{SUFFIX}"):
            try:
                found.append(OwnPreset(path, load_stack(path)))
            except EngineError as error:
                self._say(f"A preset cannot be read. {set_aside(path, error)}")
        return tuple(sorted(found, key=lambda preset: (preset.title.casefold(), preset.path)))

    def keep(self, stack: Stack) -> OwnPreset:
        """Keep a stack under its name, or with a number behind it if that is taken.

        Raises:
            ModelFileError: if it cannot be written.
        """
        stack = replace(stack, name=self._free_name(stack.name))
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ModelFileError(f"{self._folder} could not be made: {error.strerror}.") from error
        preset = OwnPreset(self._free_path(stack.name), stack)
        save_stack(preset.path, stack)
        self.presets_changed.emit()
        return preset

    def rename(self, preset: OwnPreset, name: str) -> None:
        """Give a preset another name; an empty one changes nothing.

        Raises:
            ModelFileError: if it cannot be written.
        """
        name = name.strip()
        if name and name != preset.title:
            save_stack(preset.path, replace(preset.stack, name=self._free_name(name)))
        self.presets_changed.emit()

    def remove(self, preset: OwnPreset) -> None:
        """Delete a preset's file.

        Raises:
            ModelFileError: if it cannot be deleted.
        """
        try:
            preset.path.unlink(missing_ok=True)
        except OSError as error:
            reason = error.strerror or error
            raise ModelFileError(f"{preset.path} could not be removed: {reason}.") from error
        self.presets_changed.emit()

    def _say(self, problem: str) -> None:
        if problem not in self._told:
            self._told.add(problem)
            self.problem_found.emit(problem)

    def _free_name(self, name: str) -> str:
        taken = {preset.title for preset in self.all()}
        return next(each for each in _numbered(name) if each not in taken)

    def _free_path(self, name: str) -> Path:
        stem = "".join(c if c.isalnum() or c in " -_" else "-" for c in name).strip() or "stack"
        paths = (self._folder / f"{each}{SUFFIX}" for each in _numbered(stem[:80]))
        return next(path for path in paths if not path.exists())


def _numbered(name: str) -> tuple[str, ...]:
    """``name``, ``name 2``, ``name 3`` and so on, more than anybody keeps."""
    return (name, *(f"{name} {number}" for number in range(2, 10_000)))
