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
from PySide6.QtGui import QColor, QDrag, QFont, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QLabel,
    QListView,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
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

ROW_HEIGHT = 34
CAPTION_HEIGHT = 36


class Palette(QWidget):
    """The entries, and under them what the current one, or the one under the pointer, does.

    Signals:
        layer_chosen: A ``LayerSpec`` to add, by double click or Enter.
        preset_chosen: A ``Preset`` to open, by double click or Enter.
    """

    layer_chosen = Signal(object)
    preset_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entries = PaletteList()
        self.setFocusProxy(self.entries)
        self.about = QLabel()
        self.about.setProperty("role", "muted")
        self.about.setWordWrap(True)
        self.about.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.entries, 1)
        self._column.addWidget(self.about)
        self.entries.entry_chosen.connect(self._choose)
        self.entries.currentItemChanged.connect(self._explain)
        self.entries.itemEntered.connect(self._explain)
        self._explain(self.entries.currentItem())
        self._restyle()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme's sizes."""
        if event.type() in {QEvent.Type.StyleChange, QEvent.Type.FontChange}:
            self._restyle()
        super().changeEvent(event)

    def _choose(self, entry: LayerSpec | Preset) -> None:
        if isinstance(entry, LayerSpec):
            self.layer_chosen.emit(entry)
        else:
            self.preset_chosen.emit(entry)

    def _explain(self, item: QListWidgetItem | None) -> None:
        about = item.data(ABOUT_ROLE) if item is not None else None
        if item is not None and about:
            is_layer = isinstance(item.data(ENTRY_ROLE), LayerSpec)
            how = "Drag it in, or press Enter." if is_layer else "Press Enter to open it."
            self.about.setText(f"{about} {how}")

    def _restyle(self) -> None:
        if not hasattr(self, "_column"):
            return
        self._column.setSpacing(px(8))
        self.about.setFont(font(12))
        self.about.setContentsMargins(px(8), 0, px(4), 0)
        self.about.setFixedHeight(self.about.fontMetrics().lineSpacing() * 6)


class PaletteList(QListWidget):
    """Layer types to drag or add, then presets to open.

    Signals:
        entry_chosen: The ``LayerSpec`` or ``Preset`` of the item that was double-clicked or
            entered.
    """

    entry_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Layer types and presets")
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setStyleSheet("QListView { background: transparent; border: none; }")
        self.setMouseTracking(True)
        self.setDragEnabled(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setItemDelegate(_EntryDelegate(self))
        self._fill()
        self.itemDoubleClicked.connect(self._choose)

    def _fill(self) -> None:
        self._add_caption("Layers")
        for spec in registered_specs().values():
            self._add_entry(spec(), spec.title, spec.about, spec.icon)
        self._add_caption("Presets")
        for preset in PRESETS.values():
            parameters = f"{describe(preset.stack).parameters:,}"
            self._add_entry(preset, preset.title, preset.about, "network", parameters)
        self.setCurrentRow(1)

    def _add_caption(self, text: str) -> None:
        item = QListWidgetItem(text, self)
        item.setFlags(Qt.ItemFlag.NoItemFlags)

    def _add_entry(
        self, entry: LayerSpec | Preset, title: str, about: str, icon_name: str, aside: str = ""
    ) -> None:
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
        entry = item.data(ENTRY_ROLE)
        if entry is not None:
            self.entry_chosen.emit(entry)


class _EntryDelegate(QStyledItemDelegate):
    """An entry: icon, title, and a number aside; a caption without an icon."""

    def sizeHint(self, _option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        """Captions have air above them."""
        is_caption = index.data(ENTRY_ROLE) is None
        return QSize(px(140), px(CAPTION_HEIGHT if is_caption else ROW_HEIGHT))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Draw one row."""
        row: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if index.data(ENTRY_ROLE) is None:
            _paint_caption(painter, row, index.data())
        else:
            _paint_ground(painter, row, state)
            _paint_entry(painter, row, index)
        painter.restore()


def _paint_caption(painter: QPainter, row: QRect, text: str) -> None:
    painter.setFont(font(12, QFont.Weight.DemiBold))
    painter.setPen(QColor(current_theme().text_muted))
    room = row.adjusted(px(8), 0, -px(8), -px(8))
    painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, text)


def _paint_ground(painter: QPainter, row: QRect, state: QStyle.StateFlag) -> None:
    theme = current_theme()
    is_selected = bool(state & QStyle.StateFlag.State_Selected)
    has_focus = bool(state & QStyle.StateFlag.State_HasFocus)
    if not is_selected and not state & QStyle.StateFlag.State_MouseOver:
        return
    painter.setBrush(QColor(theme.selected if is_selected else theme.hover))
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
