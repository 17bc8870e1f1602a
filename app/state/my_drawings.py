"""The user's own drawings: kept, relabelled, deleted, each with undo."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QUndoStack

from app.state.settings import Settings
from app.state.undo_steps import StateStep, push_step
from engine.basics.errors import DataError
from engine.data.own_drawings import DrawingStore, KeptDrawing, import_drawings
from engine.ink.drawings import Drawing

FOLDER = "drawings"


def drawings_folder(settings: Settings) -> Path:
    """Where the drawings are kept: next to the settings' file."""
    return settings.folder / FOLDER


_Exchange = tuple[Sequence[KeptDrawing], Sequence[KeptDrawing]]
"""Drawings that go, and those that come; one that is relabelled is in both, with the same key."""


class MyDrawings(QObject):
    """What is in the folder, and the edits of it that can be undone.

    The folder is read when ``drawings`` is asked for first, and at ``refresh``.

    Signals:
        changed: Drawings came, went, or have another label.
        problem_found: A sentence: something could not be stored, or is damaged.
    """

    changed = Signal()
    problem_found = Signal(str)

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.store = DrawingStore(folder)
        self.undo_stack = QUndoStack(self)
        self.damaged: list[str] = []
        self._drawings: dict[str, KeptDrawing] | None = None

    @property
    def count(self) -> int:
        """How many there are, counted without reading them where that is enough."""
        return self.store.count() if self._drawings is None else len(self._drawings)

    @property
    def drawings(self) -> tuple[KeptDrawing, ...]:
        """The drawings, oldest first."""
        return tuple(drawing for _, drawing in sorted(self._read().items()))

    def _read(self) -> dict[str, KeptDrawing]:
        if self._drawings is None:
            kept, self.damaged = self.store.load()
            self._drawings = {each.key: each for each in kept}
        return self._drawings

    @Slot()
    def refresh(self) -> None:
        """Read the folder again: another window may have changed it."""
        self._drawings = None
        self.changed.emit()

    def keep(self, drawing: Drawing, label: int) -> KeptDrawing:
        """Keep a drawing as an example of a digit.

        Raises:
            NoInkError: if it shows no ink.
            DataError: if it cannot be stored.
        """
        kept = self.store.add(drawing, label)
        self._push(f"keep an example of {label}", (), (kept,))
        return kept

    def relabel(self, keys: Collection[str], label: int) -> None:
        """Give some drawings another label."""
        before = [each for each in self.drawings if each.key in keys and each.label != label]
        if before:
            after = [each.with_label(label) for each in before]
            self._push(f"relabel {_counted(len(before))} as {label}", before, after)

    def delete(self, keys: Collection[str]) -> None:
        """Take some drawings out."""
        before = [each for each in self.drawings if each.key in keys]
        if before:
            self._push(f"delete {_counted(len(before))}", before, ())

    def take_from(self, path: Path) -> str:
        """Add the labelled drawings in a file; say in a sentence what came of it.

        Raises:
            DataError: if the file cannot be used, or nothing can be stored.
        """
        added: list[KeptDrawing] = []
        taken, passed_over = import_drawings(
            path, lambda drawing, label: added.append(self.store.add(drawing, label))
        )
        if added:
            self._push(f"import {_counted(taken)}", (), added)
        sentence = f"{_counted(taken).capitalize()} came from {path.name}."
        if passed_over:
            sentence += f" {len(passed_over):,} passed over: {passed_over[0]}"
        return sentence

    def _exchange(self, drawings: _Exchange) -> None:
        """Put some drawings in the place of others, here and in the folder."""
        gone, come = drawings
        known = self._read()
        keys = {each.key for each in come}
        try:
            for each in come:
                self.store.put(each)
                known[each.key] = each
            for each in gone:
                if each.key not in keys:
                    self.store.delete(each)
                    known.pop(each.key, None)
        except DataError as error:
            self.problem_found.emit(str(error))

    @Slot()
    def undo(self) -> None:
        """Take the last edit back."""
        self.undo_stack.undo()
        self.changed.emit()

    def _push(self, text: str, before: Sequence[KeptDrawing], after: Sequence[KeptDrawing]) -> None:
        there, back = (before, after), (after, before)
        push_step(self.undo_stack, StateStep(self._exchange, back, there, text))
        self.changed.emit()


def _counted(count: int) -> str:
    return f"{count:,} drawing{'s' if count != 1 else ''}"
