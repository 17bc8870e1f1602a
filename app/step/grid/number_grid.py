"""A grid of numbers in coloured cells, with windows outlined: the lab's main view of an array.

It is given arrays and dataclasses and paints them; it computes nothing. Cells may be read, hovered,
clicked and copied.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QContextMenuEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolTip, QWidget

from app.look.icons import icon
from app.look.theme import px
from app.step.grid.cell_styles import written
from app.step.grid.grid_content import GridContent, Mark
from app.step.grid.grid_painting import OUTLINE_ROOM, GridPainter
from engine.basics.numbers import full_words
from engine.basics.typed_numbers import typed_text


class NumberGrid(QWidget):
    """Cells in rows and columns, each with its number and colour.

    Cells that are not ``lit`` are dimmed while anything is lit. Without numbers, the colours alone
    are shown.
    """

    cell_hovered = Signal(int, int)
    hover_ended = Signal()
    menu_opened = Signal(object, int, int)
    """The context menu, to be added to, and the cell that it was opened on; −1 outside all."""

    def __init__(
        self, name: str, parent: QWidget | None = None, *, has_numbers: bool = True
    ) -> None:
        super().__init__(parent)
        self._content: GridContent | None = None
        self._marks: tuple[Mark, ...] = ()
        self._cursor_mark: Mark | None = None
        self._lit: frozenset[tuple[int, int]] | None = None
        self._hovered: tuple[int, int] | None = None
        self._painter = GridPainter(has_numbers=has_numbers)
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    # --- what is shown ---------------------------------------------------------------------------

    @property
    def content(self) -> GridContent | None:
        """What is shown."""
        return self._content

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The outlined blocks."""
        return self._marks

    @property
    def lit(self) -> frozenset[tuple[int, int]] | None:
        """The cells that stay bright; ``None`` if nothing is dimmed."""
        return self._lit

    @property
    def rows(self) -> int:
        """Number of rows."""
        return 0 if self._content is None else int(self._content.values.shape[0])

    @property
    def columns(self) -> int:
        """Number of columns."""
        return 0 if self._content is None else int(self._content.values.shape[1])

    def set_content(self, content: GridContent | None) -> None:
        """Show other numbers."""
        has_new_shape = self._shape_of(content) != self._shape_of(self._content)
        self._content = content
        self._painter.set_content(content)
        if has_new_shape:
            self._painter.set_size(self.width(), self.height())
            self.updateGeometry()
        self._update_tooltip()
        self.update(self._painter.stale_region())

    def set_marks(self, marks: tuple[Mark, ...]) -> None:
        """Outline other blocks."""
        if marks != self._marks:
            changed = set(self._marks) ^ set(marks)
            self._marks = marks
            for mark in changed:
                self.update(self._painter.outline_bounds(mark))

    def set_cursor_mark(self, mark: Mark | None) -> None:
        """Outline the chosen cell, over all other marks."""
        if mark != self._cursor_mark:
            for changed in (mark, self._cursor_mark):
                if changed is not None:
                    self.update(self._painter.outline_bounds(changed))
            self._cursor_mark = mark

    def set_lit(self, cells: frozenset[tuple[int, int]] | None) -> None:
        """Dim all cells but these; ``None`` dims nothing."""
        if cells != self._lit:
            self._lit = cells
            self.update()

    def text_at(self, row: int, column: int) -> str:
        """What is written in a cell; empty if it has no value yet."""
        content = self._content
        if content is not None and self.is_covered(row, column):
            return content.cover_text
        if content is None or not self._is_filled(row, column):
            return ""
        if content.texts is not None:
            return content.texts[row][column]
        return written(content, float(content.values[row, column]))

    def value_at(self, row: int, column: int) -> float | None:
        """The value of a cell; ``None`` if it has none yet, or is covered."""
        is_hidden = not self._is_filled(row, column) or self.is_covered(row, column)
        if self._content is None or is_hidden:
            return None
        return float(self._content.values[row, column])

    def is_covered(self, row: int, column: int) -> bool:
        """Whether a cell is hidden from the eye."""
        covered = None if self._content is None else self._content.covered
        return covered is not None and bool(covered[row, column])

    def tooltip_at(self, row: int, column: int) -> str:
        """Where a cell is and its value in full."""
        where = f"{self.accessibleName()}, row {row + 1}, column {column + 1}"
        value = self.value_at(row, column)
        content = self._content
        if content is not None and content.is_padding is not None:
            where += ", padding" if content.is_padding[row, column] else ""
        if content is not None and content.is_unread is not None:
            where += ", read by no window" if content.is_unread[row, column] else ""
        if self.is_covered(row, column):
            return f"{where}: hidden"
        if value is None:
            return f"{where}: not computed" if "padding" in where else f"{where}: not yet computed"
        expression = "" if content is None or content.texts is None else self.text_at(row, column)
        return (
            f"{where}: {expression} = {full_words(value)}"
            if expression
            else (f"{where}: {full_words(value)}")
        )

    def plain_text(self) -> str:
        """All values in full, tabs between columns: what copying puts on the clipboard."""
        values = ((self.value_at(r, c) for c in range(self.columns)) for r in range(self.rows))
        return "\n".join(
            "\t".join("" if value is None else typed_text(value) for value in row) for row in values
        )

    def cell_rect(self, row: int, column: int) -> QRectF:
        """Where a cell is drawn."""
        return self._painter.cell_rect(row, column)

    def cell_at(self, position: QPointF) -> tuple[int, int] | None:
        """The cell under a point of the widget."""
        return self._painter.cell_at(position)

    # --- Qt --------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        """Room for comfortable cells."""
        room = 2 * px(OUTLINE_ROOM)
        return QSize(px(44) * max(1, self.columns) + room, px(44) * max(1, self.rows) + room)

    def minimumSizeHint(self) -> QSize:
        """Nothing: the grid fits itself into what it gets."""
        return QSize(0, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the cells to the room."""
        self._painter.set_size(self.width(), self.height())
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint cells, numbers, outlines and what is dimmed."""
        del event
        marks = self._marks if self._cursor_mark is None else (*self._marks, self._cursor_mark)
        shows_focus = self.hasFocus() and self._cursor_mark is None
        self._painter.paint(self, marks, self._lit, has_focus=shows_focus)

    def changeEvent(self, event: QEvent) -> None:
        """Follow theme and scale."""
        if event.type() in {
            QEvent.Type.PaletteChange,
            QEvent.Type.FontChange,
            QEvent.Type.StyleChange,
        }:
            self._painter.set_size(self.width(), self.height())
            self.updateGeometry()
            self.update()
        super().changeEvent(event)

    def event(self, event: QEvent) -> bool:
        """Show the tool tip below all cells: it is to cover none."""
        if event.type() == QEvent.Type.ToolTip and self._hovered is not None and self.toolTip():
            left = self.cell_rect(*self._hovered).left()
            below = self.mapToGlobal(QPointF(left, self.height()).toPoint())
            QToolTip.showText(below, self.toolTip(), self, self.rect())
            return True
        return super().event(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say which cell is under the pointer."""
        at = self.cell_at(event.position())
        if at != self._hovered:
            self._hovered = at
            QToolTip.hideText()
            self._update_tooltip()
            if at is None:
                self.hover_ended.emit()
            else:
                self.cell_hovered.emit(*at)

    def leaveEvent(self, event: QEvent) -> None:
        """Say that no cell is hovered."""
        if self._hovered is not None:
            self._hovered = None
            self._update_tooltip()
            self.hover_ended.emit()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy; everything else is the panel's."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            event.ignore()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer to copy."""
        menu = self.context_menu(self.cell_at(QPointF(event.pos())))
        menu.popup(event.globalPos())

    def context_menu(self, at: tuple[int, int] | None = None) -> QMenu:
        """The menu of the right button; it deletes itself when closed."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        action = QAction(icon("copy"), "Copy the numbers", menu)
        action.setShortcut(QKeySequence.StandardKey.Copy)
        action.triggered.connect(self.copy)
        menu.addAction(action)
        self.menu_opened.emit(menu, *(at if at is not None else (-1, -1)))
        return menu

    def copy(self) -> None:
        """Put all values, in full, on the clipboard."""
        QGuiApplication.clipboard().setText(self.plain_text())

    def _update_tooltip(self) -> None:
        at = self._hovered
        is_inside = at is not None and at[0] < self.rows and at[1] < self.columns
        tip = self.tooltip_at(*at) if at is not None and is_inside else ""
        if tip != self.toolTip():
            self.setToolTip(tip)

    def _is_filled(self, row: int, column: int) -> bool:
        filled = None if self._content is None else self._content.filled
        return filled is None or bool(filled[row, column])

    @staticmethod
    def _shape_of(content: GridContent | None) -> tuple[int, ...]:
        return () if content is None else content.values.shape
