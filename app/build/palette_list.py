"""The list of a palette: entries under headings, to choose, drag, filter and, some, rename."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QDrag, QFont, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.build.layer_mime import mime_of
from app.look.icons import paint_icon
from app.look.restyled import Restyled
from app.look.theme import current_theme, font, px
from app.state.own_presets import OwnPreset
from engine.layers.spec import LayerSpec
from engine.networks.presets import Preset

AnyIndex = QModelIndex | QPersistentModelIndex
Entry = LayerSpec | Preset | OwnPreset

ENTRY_ROLE = Qt.ItemDataRole.UserRole + 1
ICON_ROLE = Qt.ItemDataRole.UserRole + 3
ASIDE_ROLE = Qt.ItemDataRole.UserRole + 4

ROW_HEIGHT = 32
HEADING_HEIGHT = 28


@dataclass(frozen=True, eq=False)
class PaletteRow:
    """A heading, or an entry with what it does, its icon, and a number shown at the right."""

    title: str
    entry: Entry | None = None
    about: str = ""
    icon_name: str = ""
    aside: str = ""


class _Rows(QAbstractListModel):
    """The rows, as Qt asks for them.

    Signals:
        renamed: An ``OwnPreset``, and the name that was typed for it.
    """

    renamed = Signal(object, str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows: tuple[PaletteRow, ...] = ()

    def show_rows(self, rows: tuple[PaletteRow, ...]) -> None:
        """Have other rows."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: AnyIndex | None = None) -> int:
        """How many there are."""
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """What a row says; ``ENTRY_ROLE`` is ``None`` for a heading."""
        row = self.rows[index.row()]
        hint = f"{row.about}\n{row.aside} parameters" if row.aside else row.about
        answers: dict[int, object] = {
            Qt.ItemDataRole.DisplayRole: row.title,
            Qt.ItemDataRole.EditRole: row.title,
            Qt.ItemDataRole.ToolTipRole: hint,
            Qt.ItemDataRole.AccessibleTextRole: f"{row.title}. {row.about}".removesuffix(". "),
            ENTRY_ROLE: row.entry,
            ICON_ROLE: row.icon_name,
            ASIDE_ROLE: row.aside,
        }
        return answers.get(role)

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """Layers can be dragged, the user's own presets renamed, headings nothing."""
        entry = self.rows[index.row()].entry if index.isValid() else None
        if entry is None:
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if isinstance(entry, LayerSpec):
            flags |= Qt.ItemFlag.ItemIsDragEnabled
        if isinstance(entry, OwnPreset):
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def setData(self, index: AnyIndex, value: object, _role: int = 0) -> bool:
        """Ask for another name; the row has it once it is kept."""
        row = self.rows[index.row()]
        if value != row.title:
            self.renamed.emit(row.entry, str(value))
        return value != row.title


class PaletteList(Restyled, QListView):
    """Entries to choose with Enter or a double click; layers can also be dragged.

    Signals:
        entry_chosen: What was double-clicked or entered.
        current_changed: Another ``PaletteRow`` is current, or none is.
        row_entered: The ``PaletteRow`` that the pointer is over.
        letter_typed: A letter, which is the start of a search.
        renamed: An ``OwnPreset``, and the name that was typed for it.
        removal_wanted: An ``OwnPreset`` on which Delete was pressed.
    """

    entry_chosen = Signal(object)
    current_changed = Signal(object)
    row_entered = Signal(object)
    letter_typed = Signal(str)
    renamed = Signal(object, str)
    removal_wanted = Signal(object)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setStyleSheet("QListView { background: transparent; border: none; }")
        self.setMouseTracking(True)
        self.setDragEnabled(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setItemDelegate(_EntryDelegate(self))
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self._model = _Rows(self)
        self._model.renamed.connect(self.renamed)
        self.setModel(self._model)
        self.selectionModel().currentChanged.connect(self._tell_current)
        self.doubleClicked.connect(self._choose)
        self.entered.connect(self._tell_entered)
        self.follow_theme()

    @property
    def rows(self) -> tuple[PaletteRow, ...]:
        """All rows, hidden ones included."""
        return self._model.rows

    @property
    def current(self) -> PaletteRow | None:
        """The row that Enter would choose."""
        index = self.currentIndex()
        return self.rows[index.row()] if index.isValid() else None

    def show_rows(self, rows: Sequence[PaletteRow]) -> None:
        """Show these, with the entry current that stands where the current one stood."""
        before = max(self.currentIndex().row(), 0)
        self._model.show_rows(tuple(rows))
        entries = [number for number, row in enumerate(rows) if row.entry is not None]
        later = [number for number in entries if number >= before]
        self.make_current(next(iter(later or entries[-1:]), -1))

    def make_current(self, number: int) -> None:
        """Make the row of that number current, or none if there is none."""
        self.setCurrentIndex(self._model.index(number))

    @property
    def has_matches(self) -> bool:
        """Whether the search left anything."""
        return any(row.entry is not None for row in self.shown)

    @property
    def shown(self) -> tuple[PaletteRow, ...]:
        """The rows that the search left."""
        return tuple(row for number, row in enumerate(self.rows) if not self.isRowHidden(number))

    def filter(self, text: str) -> None:
        """Show only entries that say all words of ``text``, and the headings over them."""
        words = text.casefold().split()
        has_shown = False  # from below: a heading is shown if an entry under it is
        for number, row in reversed(list(enumerate(self.rows))):
            if row.entry is None:
                self.setRowHidden(number, not has_shown)
                has_shown = False
                continue
            said = f"{row.title} {row.about}".casefold()
            matches = all(word in said for word in words)
            self.setRowHidden(number, not matches)
            has_shown |= matches
        self._choose_best(words)

    def _choose_best(self, words: list[str]) -> None:
        """Make the first visible entry current, one whose title matches if there is one."""
        shown = [
            number
            for number, row in enumerate(self.rows)
            if row.entry is not None and not self.isRowHidden(number)
        ]
        titles = {number: self.rows[number].title.casefold() for number in shown}
        by_title = [number for number in shown if all(word in titles[number] for word in words)]
        if not shown:
            self.make_current(-1)
        elif words or self.currentIndex().row() not in shown:
            self.make_current((by_title or shown)[0])

    def choose_entry(self, is_it: Callable[[Entry], bool]) -> None:
        """Make the first entry of which that is true current."""
        for number, row in enumerate(self.rows):
            if row.entry is not None and is_it(row.entry):
                self.make_current(number)
                return

    def choose_current(self) -> None:
        """Add or open the current entry, as Enter does."""
        if self.current is not None and not self.isRowHidden(self.currentIndex().row()):
            self._choose(self.currentIndex())

    def startDrag(self, _actions: Qt.DropAction) -> None:
        """Drag a layer with its default settings out of the palette."""
        entry = self.current.entry if self.current is not None else None
        if not isinstance(entry, LayerSpec):
            return
        rect = self.visualRect(self.currentIndex())
        drag = QDrag(self)
        drag.setMimeData(mime_of([entry]))
        drag.setPixmap(self.viewport().grab(rect))
        drag.setHotSpot(self.viewport().mapFromGlobal(self.cursor().pos()) - rect.topLeft())
        drag.exec(Qt.DropAction.CopyAction, Qt.DropAction.CopyAction)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter adds, Delete removes one of the user's own, a letter starts a search."""
        entry = self.current.entry if self.current is not None else None
        plain = event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.choose_current()
        elif event.key() == Qt.Key.Key_Delete and isinstance(entry, OwnPreset):
            self.removal_wanted.emit(entry)
        elif event.text().isalnum() and not plain:
            self.letter_typed.emit(event.text())
        else:
            super().keyPressEvent(event)

    def _restyle(self) -> None:
        self.scheduleDelayedItemsLayout()

    def _choose(self, index: AnyIndex) -> None:
        entry = self.rows[index.row()].entry
        if entry is not None:
            self.entry_chosen.emit(entry)

    def _tell_current(self, _current: AnyIndex, _previous: AnyIndex) -> None:
        self.current_changed.emit(self.current)

    def _tell_entered(self, index: AnyIndex) -> None:
        self.row_entered.emit(self.rows[index.row()])


class _EntryDelegate(QStyledItemDelegate):
    """An entry: icon, title, and a number aside."""

    def sizeHint(self, _option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        """Entries are equally high, headings a little less."""
        is_heading = index.data(ENTRY_ROLE) is None
        return QSize(px(140), px(HEADING_HEIGHT if is_heading else ROW_HEIGHT))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Draw one row."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if index.data(ENTRY_ROLE) is None:
            _paint_heading(painter, option.rect, index.data())
        else:
            _paint_ground(painter, option.rect, option.state)
            _paint_entry(painter, option.rect, index)
        painter.restore()


def _paint_ground(painter: QPainter, row: QRect, state: QStyle.StateFlag) -> None:
    theme = current_theme()
    is_selected = bool(state & QStyle.StateFlag.State_Selected)
    has_focus = bool(state & QStyle.StateFlag.State_HasFocus)
    if not is_selected and not state & QStyle.StateFlag.State_MouseOver:
        return
    painter.setBrush(QColor(theme.selected if has_focus else theme.hover))
    painter.setPen(QColor(theme.accent) if has_focus else Qt.PenStyle.NoPen)
    painter.drawRoundedRect(QRectF(row).adjusted(0.5, 0.5, -0.5, -0.5), px(6), px(6))


def _paint_heading(painter: QPainter, row: QRect, text: str) -> None:
    painter.setFont(font(12, QFont.Weight.DemiBold))
    painter.setPen(QColor(current_theme().text_muted))
    room = row.adjusted(px(8), 0, -px(8), -px(4))
    painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, text)


def _paint_entry(painter: QPainter, row: QRect, index: AnyIndex) -> None:
    theme = current_theme()
    title_width = QFontMetrics(font(13)).horizontalAdvance(index.data())
    aside_width = QFontMetrics(font(12)).horizontalAdvance(index.data(ASIDE_ROLE)) + px(6)
    room = row.adjusted(px(8), 0, -px(8), 0)
    if px(30) + title_width <= room.width():  # where there is little room, the name comes first
        side = px(20)
        mark = QRectF(room.left(), row.top() + (row.height() - side) / 2, side, side)
        paint_icon(painter, index.data(ICON_ROLE), mark, theme.text_muted)
        room.setLeft(room.left() + px(30))
    middle = Qt.AlignmentFlag.AlignVCenter
    painter.setFont(font(12))
    painter.setPen(QColor(theme.text_muted))
    if title_width + aside_width <= room.width():
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | middle, index.data(ASIDE_ROLE))
        room.setRight(room.right() - aside_width)
    painter.setFont(font(13))
    painter.setPen(QColor(theme.text))
    title = painter.fontMetrics().elidedText(
        index.data(), Qt.TextElideMode.ElideRight, room.width()
    )
    painter.drawText(room, Qt.AlignmentFlag.AlignLeft | middle, title)
