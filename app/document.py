"""The open stack: what Build edits and Train reads, with undo, its report and its file."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from app.stack_commands import Rows, StackEdit, StackState
from engine.architectures import PRESETS
from engine.errors import ModelFileError
from engine.fixes import Fix, propose_fixes
from engine.geometry import Shape, times
from engine.model_file import load_stack, save_stack
from engine.spec import LayerSpec
from engine.stack import Report, Stack, describe

CLASSES = 10
PICTURE_SHAPE: Shape = (1, 28, 28)
INPUT_ROW = -1


class StackDocument(QObject):
    """A stack that is being edited, and everything that is known about it.

    Every edit is one named step of ``undo_stack``; edits of the same field in a row are one step.
    Rows count layers from 0; ``INPUT_ROW`` is the input.

    Signals:
        stack_changed: ``stack`` and ``report`` are new.
        rows_touched: Follows ``stack_changed`` with the rows that the edit, or its undoing,
            concerned (a tuple, perhaps empty): a view selects them.
        path_changed: The document has another file, or none.
        modified_changed: Whether the stack differs from its file.
    """

    stack_changed = Signal()
    rows_touched = Signal(object)
    path_changed = Signal()
    modified_changed = Signal(bool)

    def __init__(self, stack: Stack | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stack = PRESETS["lenet5"].stack if stack is None else stack
        self._report = report_on(self._stack)
        self._fixes: tuple[Fix, ...] | None = None
        self._path: Path | None = None
        self.undo_stack = QUndoStack(self)
        self.undo_stack.cleanChanged.connect(self._announce_clean)

    @property
    def stack(self) -> Stack:
        """The stack as it is now."""
        return self._stack

    @property
    def report(self) -> Report:
        """Shapes and costs of ``stack``; while ``report.problem`` is set, it cannot be trained."""
        return self._report

    @property
    def fixes(self) -> tuple[Fix, ...]:
        """Ways to mend ``report.problem``, the most natural one first."""
        if self._fixes is None:
            is_faulty = self._report.problem is not None
            self._fixes = propose_fixes(self._stack, CLASSES, PICTURE_SHAPE) if is_faulty else ()
        return self._fixes

    @property
    def path(self) -> Path | None:
        """The file that the stack was opened from or saved to."""
        return self._path

    @property
    def is_modified(self) -> bool:
        """Whether the stack differs from its file (or from what the document started with)."""
        return not self.undo_stack.isClean()

    # Edits

    def insert_layer(self, index: int, spec: LayerSpec) -> None:
        """Put one layer before layer ``index``; ``len(stack.layers)`` means at the end."""
        self.insert_layers(index, (spec,))

    def insert_layers(self, index: int, specs: Sequence[LayerSpec], verb: str = "Add") -> None:
        """Put layers before layer ``index``, as one step."""
        layers = self._stack.layers
        index = min(max(index, 0), len(layers))
        rows = tuple(range(index, index + len(specs)))
        if specs:
            text = f"{verb} {_name_of(specs)}"
            self._edit((*layers[:index], *specs, *layers[index:]), (index - 1,), rows, text)

    def remove_layer(self, index: int) -> None:
        """Take one layer out."""
        self.remove_layers((index,))

    def remove_layers(self, rows: Iterable[int]) -> None:
        """Take layers out, as one step."""
        layers = self._stack.layers
        chosen = _checked(rows, len(layers))
        if chosen:
            kept = tuple(layer for row, layer in enumerate(layers) if row not in chosen)
            next_row = min(chosen[0], len(kept) - 1)
            text = f"Remove {_name_of([layers[row] for row in chosen])}"
            self._edit(kept, chosen, (next_row,), text)

    def move_layer(self, source: int, target: int) -> None:
        """Move one layer so that it becomes layer ``target``."""
        self.move_layers((source,), target + 1 if target > source else target)

    def move_layers(self, rows: Iterable[int], before: int) -> None:
        """Move layers, keeping their order, in front of what is now layer ``before``."""
        layers = self._stack.layers
        chosen = _checked(rows, len(layers))
        moved = tuple(layers[row] for row in chosen)
        rest = [row for row in range(len(layers)) if row not in chosen]
        start = sum(row < before for row in rest)
        order = [*rest[:start], *chosen, *rest[start:]]
        if chosen and order != sorted(order):
            landed = tuple(range(start, start + len(chosen)))
            after = tuple(layers[row] for row in order)
            self._edit(after, chosen, landed, f"Move {_name_of(moved)}")

    def duplicate_layers(self, rows: Iterable[int]) -> None:
        """Put copies of layers behind the last of them."""
        layers = self._stack.layers
        chosen = _checked(rows, len(layers))
        if chosen:
            copies = [layers[row] for row in chosen]
            self.insert_layers(chosen[-1] + 1, copies, verb="Duplicate")

    def change_layer(self, index: int, spec: LayerSpec) -> None:
        """Give layer ``index`` other settings; the same field again continues the same step."""
        layers = self._stack.layers
        (index,) = _checked((index,), len(layers))
        old = layers[index]
        text, merge_key = _change(old, spec)
        if spec != old:
            after = (*layers[:index], spec, *layers[index + 1 :])
            key = None if merge_key is None else (index, merge_key)
            self._edit(after, (index,), (index,), text, key)

    def change_input(self, shape: Shape) -> None:
        """Let the stack expect other pictures, ``(C, H, W)``."""
        stack = replace(self._stack, input_shape=shape)
        self._push(stack, (INPUT_ROW,), (INPUT_ROW,), "Change input", "input")

    def rename(self, name: str) -> None:
        """Give the stack another name."""
        self._push(replace(self._stack, name=name), (), (), "Rename", "name")

    def apply_fix(self, fix: Fix) -> None:
        """Mend the stack as proposed, as one step."""
        self._push(fix.stack, (), (fix.row,), fix.label)

    def replace_stack(self, stack: Stack, text: str) -> None:
        """Take another stack altogether, as a step that can be undone."""
        self._push(stack, (), (INPUT_ROW,), text)

    # Files

    def open(self, path: Path) -> None:
        """Show the stack of a file; this forgets the steps taken so far.

        Raises:
            EngineError: if the file cannot be used; the document is then as it was.
        """
        path = Path(path)
        try:
            stack = load_stack(path)
        except OSError as error:
            raise ModelFileError(_file_trouble("read", path, error)) from error
        self._take(stack)
        self.undo_stack.clear()
        self.undo_stack.setClean()
        self._set_path(path)
        self.rows_touched.emit((INPUT_ROW,))

    def save(self, path: Path | None = None) -> None:
        """Write the stack to ``path``, or again to the file that it came from.

        Raises:
            EngineError: if it cannot be written; what was there before is then untouched.
        """
        target = self._path if path is None else Path(path)
        if target is None:
            raise ModelFileError("The stack has no file yet. Choose one with Save as.")
        try:
            save_stack(target, self._stack)
        except OSError as error:
            raise ModelFileError(_file_trouble("write", target, error)) from error
        self.undo_stack.setClean()
        self._set_path(target)

    # What happens underneath

    def _edit(
        self,
        layers: tuple[LayerSpec, ...],
        rows_before: Rows,
        rows_after: Rows,
        text: str,
        merge_key: Hashable = None,
    ) -> None:
        self._push(self._stack.with_layers(layers), rows_before, rows_after, text, merge_key)

    def _push(
        self,
        stack: Stack,
        rows_before: Rows,
        rows_after: Rows,
        text: str,
        merge_key: Hashable = None,
    ) -> None:
        if stack == self._stack:
            return
        before, after = StackState(self._stack, rows_before), StackState(stack, rows_after)
        self.undo_stack.push(StackEdit(self._apply, before, after, text, merge_key))

    def _apply(self, state: StackState) -> None:
        self._take(state.stack)
        self.rows_touched.emit(state.rows)

    def _take(self, stack: Stack) -> None:
        self._stack = stack
        self._report = report_on(stack)
        self._fixes = None
        self.stack_changed.emit()

    def _set_path(self, path: Path) -> None:
        if path != self._path:
            self._path = path
            self.path_changed.emit()

    def _announce_clean(self, is_clean: bool) -> None:
        self.modified_changed.emit(not is_clean)


def report_on(stack: Stack) -> Report:
    """Describe a stack as a classifier of the pictures that cnnviz draws and trains on."""
    report = describe(stack, classes=CLASSES)
    if report.problem is not None:
        return report
    return replace(report, problem=input_problem(stack))


def input_problem(stack: Stack) -> str | None:
    """Why the digits cannot be fed into ``stack``, or ``None`` if they can."""
    if stack.input_shape == PICTURE_SHAPE:
        return None
    return (
        f"The stack expects pictures of {times(stack.input_shape)}, but the digits are "
        f"{times(PICTURE_SHAPE)}. Set the input to {times(PICTURE_SHAPE)} to train it."
    )


def _checked(rows: Iterable[int], count: int) -> Rows:
    """Rows in order, each once.

    Raises:
        IndexError: if one of them is no layer.
    """
    chosen = tuple(sorted(set(rows)))
    if chosen and not (chosen[0] >= 0 and chosen[-1] < count):
        raise IndexError(f"Layers {chosen} of a stack of {count}")
    return chosen


def _name_of(specs: Sequence[LayerSpec]) -> str:
    return specs[0].title if len(specs) == 1 else f"{len(specs)} layers"


def _change(old: LayerSpec, new: LayerSpec) -> tuple[str, str | None]:
    """What a change of settings is called, and the field whose edits merge."""
    if type(old) is not type(new):
        return f"Replace {old.title} with {new.title}", None
    changed = [info for info in old.fields() if getattr(old, info.name) != getattr(new, info.name)]
    if len(changed) == 1:
        return f"Change {_in_a_sentence(changed[0].label)}", changed[0].name
    return f"Change {old.title}", None


def _in_a_sentence(label: str) -> str:
    """Lower the first letter, unless the label starts with an abbreviation."""
    return label if label[:2].isupper() else label[:1].lower() + label[1:]


def _file_trouble(verb: str, path: Path, error: OSError) -> str:
    return f"Could not {verb} {path.name}: {error.strerror or error}."
