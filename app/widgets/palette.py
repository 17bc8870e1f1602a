"""What a stack can be made of: all layer types, and whole stacks to start from."""

from __future__ import annotations

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QDrag, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QLabel,
    QListView,
    QListWidget,
    QListWidgetItem,
    QStackedWidget,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from app.icons import paint_icon
from app.theme import current_theme, font, px
from app.widgets.layer_mime import mime_of
from engine.architectures import PRESETS, Preset
from engine.spec import LayerSpec, registered_specs
from engine.stack import describe

AnyIndex = QModelIndex | QPersistentModelIndex

ENTRY_ROLE = Qt.ItemDataRole.UserRole + 1
ABOUT_ROLE = Qt.ItemDataRole.UserRole + 2
ICON_ROLE = Qt.ItemDataRole.UserRole + 3
ASIDE_ROLE = Qt.ItemDataRole.UserRole + 4

ROW_HEIGHT = 32


class Palette(QWidget):
    """Layer types and presets under a tab each; below, what the current entry does.

    Signals:
        layer_chosen: A ``LayerSpec`` to add, by double click or Enter.
        preset_chosen: A ``Preset`` to open, by double click or Enter.
    """

    layer_chosen = Signal(object)
    preset_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.layers = PaletteList("Layer types")
        for spec in registered_specs().values():
            self.layers.add_entry(spec(), spec.title, spec.about, spec.icon)
        self.presets = PaletteList("Presets")
        for preset in PRESETS.values():
            parameters = f"{describe(preset.stack).parameters:,}"
            self.presets.add_entry(preset, preset.title, preset.about, "network", parameters)
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.about = QLabel()
        self._pages = QStackedWidget()
        self._lay_out()
        self.layers.entry_chosen.connect(self.layer_chosen)
        self.presets.entry_chosen.connect(self.preset_chosen)
        self.tabs.currentChanged.connect(self._show_page)
        self._show_page(0)
        self._restyle()

    def _lay_out(self) -> None:
        self.about.setProperty("role", "muted")
        self.about.setWordWrap(True)
        self.about.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        for title, entries in (("Layers", self.layers), ("Presets", self.presets)):
            self.tabs.addTab(title)
            self._pages.addWidget(entries)
            entries.setCurrentRow(0)
            entries.currentItemChanged.connect(self._explain)
            entries.itemEntered.connect(self._explain)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.tabs)
        self._column.addWidget(self._pages, 1)
        self._column.addWidget(self.about)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme's sizes."""
        if event.type() in {QEvent.Type.StyleChange, QEvent.Type.FontChange}:
            self._restyle()
        super().changeEvent(event)

    def _show_page(self, number: int) -> None:
        entries = (self.layers, self.presets)[number]
        self._pages.setCurrentWidget(entries)
        self.setFocusProxy(entries)
        self._explain(entries.currentItem())

    def _explain(self, item: QListWidgetItem | None) -> None:
        if item is None:
            return
        is_layer = isinstance(item.data(ENTRY_ROLE), LayerSpec)
        how = "Drag it in, or press Enter." if is_layer else "Press Enter to open it."
        self.about.setText(f"{item.data(ABOUT_ROLE)} {how}")

    def _restyle(self) -> None:
        if not hasattr(self, "_column"):
            return
        self._column.setSpacing(px(8))
        self.tabs.setFont(font(13))
        self.about.setFont(font(12))
        self.about.setContentsMargins(px(8), 0, px(4), 0)
        self.about.setFixedHeight(self.about.fontMetrics().lineSpacing() * 5)


class PaletteList(QListWidget):
    """Entries to choose with Enter or a double click; layers can also be dragged.

    Signals:
        entry_chosen: The ``LayerSpec`` or ``Preset`` of the item that was double-clicked or
            entered.
    """

    entry_chosen = Signal(object)

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
        self.itemDoubleClicked.connect(self._choose)

    def add_entry(
        self, entry: LayerSpec | Preset, title: str, about: str, icon_name: str, aside: str = ""
    ) -> None:
        """Append an entry; ``aside`` is a number shown at the right."""
        item = QListWidgetItem(title, self)
        item.setData(ENTRY_ROLE, entry)
        item.setData(ABOUT_ROLE, about)
        item.setData(ICON_ROLE, icon_name)
        item.setData(ASIDE_ROLE, aside)
        item.setToolTip(f"{about}\n{aside} parameters" if aside else about)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{title}. {about}")
        if not isinstance(entry, LayerSpec):
            item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsDragEnabled)

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
        """Enter adds; the arrows and letters move as in any list."""
        item = self.currentItem()
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and item is not None:
            self._choose(item)
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme's sizes."""
        if event.type() in {QEvent.Type.StyleChange, QEvent.Type.FontChange}:
            self.scheduleDelayedItemsLayout()
        super().changeEvent(event)

    def _choose(self, item: QListWidgetItem) -> None:
        self.entry_chosen.emit(item.data(ENTRY_ROLE))


class _EntryDelegate(QStyledItemDelegate):
    """An entry: icon, title, and a number aside."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: AnyIndex) -> QSize:
        """Rows are equally high."""
        return QSize(px(140), px(ROW_HEIGHT))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Draw one row."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
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


def _paint_entry(painter: QPainter, row: QRect, index: AnyIndex) -> None:
    theme = current_theme()
    side = px(20)
    mark = QRectF(row.left() + px(8), row.top() + (row.height() - side) / 2, side, side)
    paint_icon(painter, index.data(ICON_ROLE), mark, theme.text_muted)
    middle = Qt.AlignmentFlag.AlignVCenter
    room = row.adjusted(px(38), 0, -px(8), 0)
    painter.setFont(font(12))
    painter.setPen(QColor(theme.text_muted))
    aside = index.data(ASIDE_ROLE)
    painter.drawText(room, Qt.AlignmentFlag.AlignRight | middle, aside)
    if aside:
        room.setRight(room.right() - painter.fontMetrics().horizontalAdvance(aside) - px(6))
    painter.setFont(font(13))
    painter.setPen(QColor(theme.text))
    title = painter.fontMetrics().elidedText(
        index.data(), Qt.TextElideMode.ElideRight, room.width()
    )
    painter.drawText(room, Qt.AlignmentFlag.AlignLeft | middle, title)
