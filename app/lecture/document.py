"""The open lecture: its scenes with undo, which of them is shown, and its file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.lecture.scenes import Hidden, Lecture, Scene, load_lecture, save_lecture
from app.state.undo_steps import StateStep, UndoStack

NONE = -1
"""No scene: none has been shown yet, or there is none."""


@dataclass(frozen=True)
class LectureState:
    """The lecture, and the scene that is marked in it (``NONE`` if none)."""

    lecture: Lecture
    index: int


class LectureDocument(QObject):
    """Scenes that are recorded, renamed, put in order and shown.

    Moving from scene to scene is no edit; everything else is one named step of ``undo_stack``.

    Signals:
        scenes_changed: ``lecture`` is new.
        current_changed: Another scene is marked, by its index or ``NONE``.
        scene_opened: A scene is to be shown: the ``Scene``, and whether at its last step.
        path_changed: Another file, or none.
        modified_changed: Whether the lecture differs from its file.
    """

    scenes_changed = Signal()
    current_changed = Signal(int)
    scene_opened = Signal(object, bool)
    path_changed = Signal()
    modified_changed = Signal(bool)

    def __init__(self, lecture: Lecture | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lecture = lecture if lecture is not None else Lecture()
        self._index = NONE
        self._path: Path | None = None
        self.undo_stack = UndoStack(self)
        self.undo_stack.cleanChanged.connect(self._announce_clean)

    @property
    def lecture(self) -> Lecture:
        """The lecture as it is now."""
        return self._lecture

    @property
    def scenes(self) -> tuple[Scene, ...]:
        """Its scenes."""
        return self._lecture.scenes

    @property
    def index(self) -> int:
        """The scene that is marked, ``NONE`` if none is."""
        return self._index

    @property
    def current(self) -> Scene | None:
        """The scene that is marked."""
        return self.scenes[self._index] if self._index != NONE else None

    @property
    def path(self) -> Path | None:
        """The file that the lecture came from or went to."""
        return self._path

    @property
    def is_modified(self) -> bool:
        """Whether the lecture differs from its file."""
        return not self.undo_stack.isClean()

    # --- edits -----------------------------------------------------------------------------------

    def record(self, title: str, lab: Mapping[str, Any], hidden: Hidden = Hidden()) -> None:  # noqa: B008 - frozen
        """Add a scene behind the marked one, and mark it."""
        at = self._index + 1 if self._index != NONE else len(self.scenes)
        scene = Scene(title, dict(lab), hidden)
        scenes = (*self.scenes[:at], scene, *self.scenes[at:])
        self._edit(scenes, at, "Record a scene")

    def update(self, index: int, lab: Mapping[str, Any]) -> None:
        """Let a scene show another state of the lab."""
        self._change(index, "Update the scene", lab=dict(lab))

    def rename(self, index: int, title: str) -> None:
        """Give a scene another title; an empty one is ignored."""
        title = " ".join(title.split())
        if title:
            self._change(index, "Rename the scene", title=title)

    def set_notes(self, index: int, notes: str) -> None:
        """Write down what to say; typing in a row is one step."""
        self._change(index, "Change the notes", f"notes {index}", notes=notes)

    def set_hidden(self, index: int, hidden: Hidden) -> None:
        """Choose what a scene hides at first."""
        self._change(index, "Change what is hidden", hidden=hidden)

    def set_scale(self, index: int, scale: float) -> None:
        """Choose how large a scene's picture is; steps in a row are one."""
        self._change(index, "Change the size", f"scale {index}", scale=scale)

    def move(self, source: int, target: int) -> None:
        """Move a scene so that it becomes scene ``target``; beyond the ends nothing happens."""
        count = len(self.scenes)
        if source == target or not (0 <= source < count and 0 <= target < count):
            return
        scenes = list(self.scenes)
        scenes.insert(target, scenes.pop(source))
        marked = self._index
        if marked == source:
            marked = target
        elif marked != NONE:
            marked += (source > marked >= target) - (source < marked <= target)
        self._edit(tuple(scenes), marked, "Move the scene")

    def delete(self, index: int) -> None:
        """Take a scene out."""
        if not 0 <= index < len(self.scenes):
            return
        scenes = (*self.scenes[:index], *self.scenes[index + 1 :])
        marked = self._index
        if marked > index or marked == len(scenes):
            marked -= 1
        self._edit(scenes, marked, "Delete the scene")

    def set_title(self, title: str) -> None:
        """Give the lecture another title; an empty one is ignored."""
        title = " ".join(title.split())
        if title and title != self._lecture.title:
            after = LectureState(replace(self._lecture, title=title), self._index)
            self._push(after, "Rename the lecture")

    # --- showing ---------------------------------------------------------------------------------

    def open_scene(self, index: int, *, at_end: bool = False) -> bool:
        """Show a scene, from its recorded step or at its last one; say whether there is such."""
        if not 0 <= index < len(self.scenes):
            return False
        self.mark(index)
        self.scene_opened.emit(self.scenes[index], at_end)
        return True

    def next_scene(self) -> bool:
        """Show the scene after the marked one."""
        return self.open_scene(self._index + 1)

    def previous_scene(self, *, at_end: bool = False) -> bool:
        """Show the scene before the marked one."""
        return self.open_scene(self._index - 1, at_end=at_end)

    def mark(self, index: int) -> None:
        """Mark a scene without showing it."""
        if index != self._index and NONE <= index < len(self.scenes):
            self._index = index
            self.undo_stack.end_gesture()
            self.current_changed.emit(index)

    # --- files -----------------------------------------------------------------------------------

    def new(self) -> None:
        """Begin an empty lecture."""
        self._replace(Lecture(), None)

    def open(self, path: Path, *, is_template: bool = False) -> None:
        """Open a file; a template's name is not kept, so that saving asks for one.

        Raises:
            LectureFileError: if it is no lecture; the open one stays.
        """
        lecture = load_lecture(path)
        self._replace(lecture, None if is_template else path)

    def save(self, path: Path) -> None:
        """Write to a file, which is the lecture's from then on.

        Raises:
            LectureFileError: if it cannot be written.
        """
        save_lecture(path, self._lecture)
        self._set_path(path)
        self.undo_stack.setClean()

    # --- within ----------------------------------------------------------------------------------

    def _change(self, index: int, text: str, merge_key: str = "", **changes: Any) -> None:
        if not 0 <= index < len(self.scenes):
            return
        old = self.scenes[index]
        new = replace(old, **changes)
        if new != old:
            scenes = (*self.scenes[:index], new, *self.scenes[index + 1 :])
            self._edit(scenes, self._index, text, merge_key)

    def _edit(self, scenes: tuple[Scene, ...], index: int, text: str, merge_key: str = "") -> None:
        self._push(LectureState(replace(self._lecture, scenes=scenes), index), text, merge_key)

    def _push(self, after: LectureState, text: str, merge_key: str = "") -> None:
        before = LectureState(self._lecture, self._index)
        self.undo_stack.push(StateStep(self._apply, before, after, text, merge_key))

    def _apply(self, state: LectureState) -> None:
        self._lecture = state.lecture
        has_moved = state.index != self._index
        self._index = state.index
        self.scenes_changed.emit()
        if has_moved:
            self.current_changed.emit(self._index)

    def _replace(self, lecture: Lecture, path: Path | None) -> None:
        self.undo_stack.clear()
        self._apply(LectureState(lecture, NONE))
        self._set_path(path)

    def _set_path(self, path: Path | None) -> None:
        if path != self._path:
            self._path = path
            self.path_changed.emit()

    def _announce_clean(self, is_clean: bool) -> None:
        self.modified_changed.emit(not is_clean)
