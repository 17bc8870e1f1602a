"""What typing and pasting into the lab's grids does: text to numbers to another state."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu

from app.look.icons import icon
from app.step.grid.editable_grid import CellEdits
from app.step.lab import LabModel
from engine.basics.errors import EngineError
from engine.basics.typed_numbers import read_number, typed_text
from engine.lab.editing import Place, place_of, value_at, with_block, with_value
from engine.lab.pasted import read_block
from engine.traces import Cell, Grid

_WORDS = {
    "input": "input",
    "kernel": "kernel",
    "bias": "bias",
    "grad_output": "output gradient",
}


class StepEdits(QObject):
    """Knows which numbers lie behind the cells of the trace that is shown."""

    check_wanted = Signal(object)
    """The gradient of a number, by its ``Place``, is to be checked."""

    def __init__(self, model: LabModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model

    def edits_of(self, key: str, page: tuple[int, ...], is_attached: bool) -> CellEdits | None:
        """How the cells of one sheet are edited; ``None`` for what is computed."""
        if key not in self._model.trace.grids:
            return None
        find = partial(self._place, key, page, is_attached)
        return CellEdits(
            can_edit=lambda row, column: find(row, column) is not None,
            text=lambda row, column: self._text(find(row, column)),
            commit=lambda row, column, text: self._commit(find(row, column), text),
            paste=lambda row, column, text: self._paste(find(row, column), text),
        )

    def checkable(self, cell: Cell) -> Place | None:
        """The number whose gradient can be checked at a cell."""
        trace = self._model.trace
        grid = trace.target if cell.grid == trace.target.name else trace.grids.get(cell.grid)
        place = None if grid is None else self._place_on(grid, cell.index)
        return place if place is not None and place[0] != "grad_output" else None

    def extend_menu(self, menu: QMenu, cell: Cell) -> None:
        """Offer the gradient check of a cell."""
        place = self.checkable(cell)
        if place is not None:
            menu.addAction(
                icon("step"), "Check the gradient", lambda: self.check_wanted.emit(place)
            )

    def _place(
        self, key: str, page: tuple[int, ...], is_attached: bool, row: int, column: int
    ) -> Place | None:
        grid = self._model.trace.grids.get(key)
        if grid is None:
            return None
        return self._place_on(grid, page if is_attached else (*page, row, column))

    def _place_on(self, grid: Grid, index: tuple[int, ...]) -> Place | None:
        if any(not 0 <= i < size for i, size in zip(index, grid.values.shape, strict=True)):
            return None
        return place_of(self._model.state, grid, index)

    def _text(self, place: Place | None) -> str:
        return "" if place is None else typed_text(value_at(self._model.state, place))

    def _commit(self, place: Place | None, text: str) -> str:
        if place is None:
            return "This cell cannot be edited."
        try:
            value = read_number(text)
            state = with_value(self._model.state, place, value)
        except EngineError as error:
            return str(error)
        self._model.set_state(state, f"edit the {_WORDS[place[0]]}")
        return ""

    def _paste(self, place: Place | None, text: str) -> str:
        if place is None:
            return "This cell cannot be edited."
        try:
            block = read_block(text)
            state = with_block(self._model.state, place, block)
        except EngineError as error:
            return str(error)
        self._model.set_state(state, f"paste into the {_WORDS[place[0]]}")
        return ""
