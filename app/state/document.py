"""The open stack: what Build edits and Train reads, with undo, its report and its file."""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.state.stack_steps import Home, Rows, StackEdit, StackState
from app.state.subjects import Subject
from app.state.undo_steps import UndoStack
from engine.basics.errors import ModelFileError
from engine.basics.geometry import Shape, times
from engine.layers.spec import LayerSpec
from engine.networks.fixes import Fix, propose_fixes
from engine.networks.model_file import load_stack, save_stack
from engine.networks.presets import PRESETS
from engine.networks.stack import Report, Stack, describe

Numbered = tuple[int, LayerSpec]
"""A layer with its identity."""

CLASSES = 10
PICTURE_SHAPE: Shape = (1, 28, 28)
INPUT_ROW = -1
_EDITED = ", edited"


class StackDocument(QObject):
    """A stack that is being edited, and everything that is known about it.

    Every edit is one named step of ``undo_stack``; edits of the same field in a row are one step.
    Rows count layers from 0; ``INPUT_ROW`` is the input.

    Attributes:
        edited: What is said of the stack is said of this subject; every edit makes another.

    Signals:
        stack_changed: ``stack`` and ``report`` are new.
        rows_touched: Follows ``stack_changed`` with the rows that the edit, or its undoing,
            concerned (a tuple, perhaps empty): a view selects them.
        settled: Follows both: what costs time can wait for it while ``is_changing``.
        path_changed: The document has another file, or none.
        modified_changed: Whether the stack differs from what is kept of it.
    """

    stack_changed = Signal()
    rows_touched = Signal(object)
    settled = Signal()
    path_changed = Signal()
    modified_changed = Signal(bool)

    def __init__(self, stack: Stack | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stack = PRESETS["lenet5"].stack if stack is None else stack
        self._report = report_on(self._stack)
        self._fixes: tuple[Fix, ...] | None = None
        self._count = itertools.count()
        self._identities = self._fresh_identities(self._stack)
        self._home = Home(None, self._stack)
        self._told: tuple[Path | None, bool] = (None, False)
        self.is_changing = False
        self.edited = Subject(self)
        self.undo_stack = UndoStack(self)
        self.undo_stack.cleanChanged.connect(self._tell_of_file)

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
        """Ways to repair ``report.problem``, the most natural one first."""
        if self._fixes is None:
            is_faulty = self._report.problem is not None
            self._fixes = propose_fixes(self._stack, CLASSES, PICTURE_SHAPE) if is_faulty else ()
        return self._fixes

    @property
    def path(self) -> Path | None:
        """The file that the stack was opened from or saved to."""
        return self._home.path

    @property
    def is_modified(self) -> bool:
        """Whether the stack differs from its file, or from the preset that was opened."""
        return not self.undo_stack.isClean() and self._stack != self._home.kept

    @property
    def abandoned(self) -> Stack | None:
        """A stack with unsaved changes in whose place another was opened; undo leads back to it.

        Only what came since the last saving, or opening of a file, is looked at.
        """
        for index in range(max(self.undo_stack.cleanIndex(), 0), self.undo_stack.index()):
            step = self.undo_stack.command(index)
            if isinstance(step, StackEdit) and step.after.home is not step.before.home:
                stack, kept = step.before.stack, step.before.home.kept
                if stack != kept and step.before.home is not self._home:
                    return stack
        return None

    @property
    def identities(self) -> Rows:
        """A number for each layer, which stays with it wherever it goes and however it is set."""
        return self._identities

    def states(self) -> Iterator[tuple[Stack, Rows]]:
        """The stack with its ``identities``, as it is and as the steps taken so far know it."""
        yield self._stack, self._identities
        for index in range(self.undo_stack.count()):
            step = self.undo_stack.command(index)
            if isinstance(step, StackEdit):
                for state in (step.before, step.after):
                    yield state.stack, state.identities

    # Edits

    def insert_layer(self, index: int, spec: LayerSpec) -> None:
        """Put one layer before layer ``index``; ``len(stack.layers)`` means at the end."""
        self.insert_layers(index, (spec,))

    def insert_layers(self, index: int, specs: Sequence[LayerSpec], verb: str = "Add") -> None:
        """Put layers before layer ``index``, as one step."""
        layers = self._numbered()
        index = min(max(index, 0), len(layers))
        rows = tuple(range(index, index + len(specs)))
        if specs:
            text = f"{verb} {_name_of(specs)}"
            new = [(next(self._count), spec) for spec in specs]
            self._edit((*layers[:index], *new, *layers[index:]), (index - 1,), rows, text)

    def remove_layer(self, index: int) -> None:
        """Take one layer out."""
        self.remove_layers((index,))

    def remove_layers(self, rows: Iterable[int]) -> None:
        """Take layers out, as one step."""
        layers = self._numbered()
        chosen = _checked(rows, len(layers))
        if chosen:
            kept = [layer for row, layer in enumerate(layers) if row not in chosen]
            next_row = min(chosen[0], len(kept) - 1)
            text = f"Remove {_name_of([self._stack.layers[row] for row in chosen])}"
            self._edit(kept, chosen, (next_row,), text)

    def move_layer(self, source: int, target: int) -> None:
        """Move one layer so that it becomes layer ``target``."""
        self.move_layers((source,), target + 1 if target > source else target)

    def move_layers(self, rows: Iterable[int], before: int) -> None:
        """Move layers, keeping their order, in front of what is now layer ``before``."""
        layers = self._numbered()
        chosen = _checked(rows, len(layers))
        rest = [row for row in range(len(layers)) if row not in chosen]
        start = sum(row < before for row in rest)
        order = [*rest[:start], *chosen, *rest[start:]]
        if chosen and order != sorted(order):
            landed = tuple(range(start, start + len(chosen)))
            text = f"Move {_name_of([self._stack.layers[row] for row in chosen])}"
            self._edit([layers[row] for row in order], chosen, landed, text)

    def duplicate_layers(self, rows: Iterable[int]) -> None:
        """Put copies of layers behind the last of them."""
        layers = self._stack.layers
        chosen = _checked(rows, len(layers))
        if chosen:
            copies = [layers[row] for row in chosen]
            self.insert_layers(chosen[-1] + 1, copies, verb="Duplicate")

    def change_layer(self, index: int, spec: LayerSpec) -> None:
        """Give layer ``index`` other settings; the same field again continues the same step."""
        layers = self._numbered()
        (index,) = _checked((index,), len(layers))
        identity, old = layers[index]
        text, merge_key = _change(old, spec)
        if spec != old:
            after = (*layers[:index], (identity, spec), *layers[index + 1 :])
            key = None if merge_key is None else (index, merge_key)
            self._edit(after, (index,), (index,), text, key)

    def change_input(self, shape: Shape) -> None:
        """Let the stack expect other pictures, ``(C, H, W)``."""
        stack = _honestly_named(self._stack, replace(self._stack, input_shape=shape))
        after = self._state(stack, (INPUT_ROW,))
        self._push(after, (INPUT_ROW,), "Change input", "input")

    def rename(self, name: str) -> None:
        """Give the stack another name."""
        self._push(self._state(replace(self._stack, name=name), ()), (), "Rename", "name")

    def apply_fix(self, fix: Fix) -> None:
        """Repair the stack as proposed, as one step."""
        followed = self._followed(fix.stack.layers)
        stack = _honestly_named(self._stack, fix.stack)
        self._push(self._state(stack, (fix.row,), followed), (), fix.label)

    def replace_stack(self, stack: Stack, text: str, home: Home | None = None) -> None:
        """Take another stack altogether, as a step that can be undone.

        Args:
            stack: The stack.
            text: What the step is called.
            home: Where it is kept; without one it counts as a preset: it has no file, and is not
                modified until it is edited.
        """
        identities = self._fresh_identities(stack)
        after = StackState(stack, (INPUT_ROW,), identities, home or Home(None, stack))
        self._push(after, (), text)

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
        self.is_changing = True
        self._take(StackState(stack, (), self._fresh_identities(stack), Home(path, stack)))
        self.undo_stack.clear()
        self.undo_stack.setClean()
        self._settle((INPUT_ROW,))

    def save(self, path: Path | None = None) -> None:
        """Write the stack to ``path``, or again to the file that it came from.

        Raises:
            EngineError: if it cannot be written; what was there before is then untouched.
        """
        target = self.path if path is None else Path(path)
        if target is None:
            raise ModelFileError("The stack has no file yet. Choose one with Save as.")
        try:
            save_stack(target, self._stack)
        except OSError as error:
            raise ModelFileError(_file_trouble("write", target, error)) from error
        self._home.path, self._home.kept = target, self._stack
        self.undo_stack.setClean()
        self._tell_of_file()

    # What happens underneath

    def _numbered(self) -> tuple[Numbered, ...]:
        return tuple(zip(self._identities, self._stack.layers, strict=True))

    def _fresh_identities(self, stack: Stack) -> Rows:
        return tuple(next(self._count) for _ in stack.layers)

    def _followed(self, layers: Sequence[LayerSpec]) -> Rows:
        """Identities for layers that were taken over from the stack: a fix is made of the same."""
        left = list(self._numbered())
        found: list[int] = []
        for layer in layers:
            same = next((each for each in left if each[1] is layer), None)
            if same is not None:
                left.remove(same)
            found.append(next(self._count) if same is None else same[0])
        return tuple(found)

    def _state(self, stack: Stack, rows: Rows, identities: Rows | None = None) -> StackState:
        known = self._identities if identities is None else identities
        return StackState(stack, rows, known, self._home)

    def _edit(
        self,
        layers: Sequence[Numbered],
        rows_before: Rows,
        rows_after: Rows,
        text: str,
        merge_key: Hashable = None,
    ) -> None:
        stack = self._stack.with_layers(spec for _, spec in layers)
        stack = _honestly_named(self._stack, stack)
        identities = tuple(identity for identity, _ in layers)
        self._push(self._state(stack, rows_after, identities), rows_before, text, merge_key)

    def _push(
        self, after: StackState, rows_before: Rows, text: str, merge_key: Hashable = None
    ) -> None:
        is_same = after.stack == self._stack and after.home.path == self.path
        if not is_same:
            before = self._state(self._stack, rows_before)
            self.undo_stack.push(StackEdit(self._apply, before, after, text, merge_key))

    def _apply(self, state: StackState) -> None:
        self.is_changing = True
        self._take(state)
        self._settle(state.rows)

    def _settle(self, rows: Rows) -> None:
        self._tell_of_file()
        self.rows_touched.emit(rows)
        self.is_changing = False
        self.settled.emit()

    def _take(self, state: StackState) -> None:
        self._stack, self._identities, self._home = state.stack, state.identities, state.home
        self._report = report_on(state.stack)
        self._fixes = None
        self.edited.move_on(self.stack_changed.emit)

    def _tell_of_file(self) -> None:
        """Say what has changed about the file, and about what is not kept yet."""
        told, self._told = self._told, (self.path, self.is_modified)
        if told[0] != self._told[0]:
            self.path_changed.emit()
        if told[1] != self._told[1]:
            self.modified_changed.emit(self._told[1])


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


def _honestly_named(before: Stack, after: Stack) -> Stack:
    """``after``, an edit of ``before``, under a name that is true of it.

    A preset that is edited says so, until the edits lead back to it. All other names are the
    user's.
    """
    for preset in PRESETS.values():
        title, edited = preset.title, preset.title + _EDITED
        if before.name == title and is_same(before, preset.stack):
            return after if is_same(after, preset.stack) else replace(after, name=edited)
        if before.name == edited and is_same(after, preset.stack):
            return replace(after, name=title)
    return after


def is_same(one: Stack, other: Stack) -> bool:
    """Whether two stacks have the same structure, whatever they are called."""
    return (one.input_shape, one.layers) == (other.input_shape, other.layers)


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
