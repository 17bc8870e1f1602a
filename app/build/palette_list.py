"""The list of a palette: entries under headings, to choose, drag, filter and, some, rename."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import (
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
    QListWidget,
    QListWidgetItem,
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
ABOUT_ROLE = Qt.ItemDataRole.UserRole + 2
ICON_ROLE = Qt.ItemDataRole.UserRole + 3
ASIDE_ROLE = Qt.ItemDataRole.UserRole + 4

ROW_HEIGHT = 32
HEADING_HEIGHT = 28


class PaletteList(Restyled, QListWidget):
    """Entries to choose with Enter or a double click; layers can also be dragged.

    Signals:
        entry_chosen: What was double-clicked or entered.
        letter_typed: A letter, which is the start of a search.
        renamed: An ``OwnPreset``, and the name that was typed for it.
        removal_wanted: An ``OwnPreset`` on which Delete was pressed.
    """

    entry_chosen = Signal(object)
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
        self.itemDoubleClicked.connect(self._choose)
        self.itemChanged.connect(self._take_name)
        self.follow_theme()

    def add_heading(self, text: str) -> None:
        """Append a heading for the entries that follow."""
        item = QListWidgetItem(text, self)
        item.setFlags(Qt.ItemFlag.NoItemFlags)

    def add_entry(
        self, entry: Entry, title: str, about: str, icon_name: str, aside: str = ""
    ) -> None:
        """Append an entry; ``aside`` is a number shown at the right."""
        item = QListWidgetItem(title)
        item.setData(ENTRY_ROLE, entry)
        item.setData(ABOUT_ROLE, about)
        item.setData(ICON_ROLE, icon_name)
        item.setData(ASIDE_ROLE, aside)
        item.setToolTip(f"{about}\n{aside} parameters" if aside else about)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{title}. {about}")
        if not isinstance(entry, LayerSpec):
            item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsDragEnabled)
        if isinstance(entry, OwnPreset):
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
        self.addItem(item)

    def entries(self) -> tuple[QListWidgetItem, ...]:
        """The items that are entries, in order, hidden ones included."""
        items = (self.item(row) for row in range(self.count()))
        return tuple(item for item in items if item.data(ENTRY_ROLE) is not None)

    @property
    def has_matches(self) -> bool:
        """Whether the search left anything."""
        return any(not item.isHidden() for item in self.entries())

    def filter(self, text: str) -> None:
        """Show only entries that say all words of ``text``, and the headings over them."""
        words = text.casefold().split()
        has_shown = False  # from below: a heading is shown if an entry under it is
        for row in reversed(range(self.count())):
            item = self.item(row)
            if item.data(ENTRY_ROLE) is None:
                item.setHidden(not has_shown)
                has_shown = False
                continue
            said = f"{item.text()} {item.data(ABOUT_ROLE)}".casefold()
            matches = all(word in said for word in words)
            item.setHidden(not matches)
            has_shown |= matches
        self._choose_best(words)

    def _choose_best(self, words: list[str]) -> None:
        """Make the first visible entry current, one whose title matches if there is one."""
        shown = [item for item in self.entries() if not item.isHidden()]
        by_title = [item for item in shown if all(word in item.text().casefold() for word in words)]
        current = self.currentItem()
        if not shown:
            self.setCurrentRow(-1)
        elif words or current is None or current.isHidden():
            self.setCurrentItem((by_title or shown)[0])

    def choose_near(self, row: int) -> None:
        """Make the entry at ``row``, or the next one, current."""
        later = [item for item in self.entries() if self.row(item) >= row]
        candidates = later or list(self.entries())[-1:]
        if candidates:
            self.setCurrentItem(candidates[0])

    def choose_entry(self, is_it: Callable[[Entry], bool]) -> None:
        """Make the first entry of which that is true current."""
        for item in self.entries():
            if is_it(item.data(ENTRY_ROLE)):
                self.setCurrentItem(item)
                return

    def choose_current(self) -> None:
        """Add or open the current entry, as Enter does."""
        item = self.currentItem()
        if item is not None and not item.isHidden():
            self._choose(item)

    def startDrag(self, _actions: Qt.DropAction) -> None:
        """Drag a layer with its default settings out of the palette."""
        item = self.currentItem()
        entry = item.data(ENTRY_ROLE) if item is not None else None
        if item is None or not isinstance(entry, LayerSpec):
            return
        rect = self.visualItemRect(item)
        drag = QDrag(self)
        drag.setMimeData(mime_of([entry]))
        drag.setPixmap(self.viewport().grab(rect))
        drag.setHotSpot(self.viewport().mapFromGlobal(self.cursor().pos()) - rect.topLeft())
        drag.exec(Qt.DropAction.CopyAction, Qt.DropAction.CopyAction)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter adds, Delete removes one of the user's own, a letter starts a search."""
        item = self.currentItem()
        entry = item.data(ENTRY_ROLE) if item is not None else None
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

    def _choose(self, item: QListWidgetItem) -> None:
        if item.data(ENTRY_ROLE) is not None:
            self.entry_chosen.emit(item.data(ENTRY_ROLE))

    def _take_name(self, item: QListWidgetItem) -> None:
        entry = item.data(ENTRY_ROLE)
        if isinstance(entry, OwnPreset) and item.text() != entry.title:
            self.renamed.emit(entry, item.text())


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
