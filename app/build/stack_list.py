"""The stack as a list of cards: chosen, dragged, moved and removed by mouse or keyboard."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QPoint, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QColor,
    QDrag,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from app.build.card_delegate import CardDelegate, fix_boxes
from app.build.layer_mime import MIME_TYPE, layers_in, mime_of
from app.build.stack_model import CARD_ROLE, Card, StackModel
from app.kit.clipboard import clipboard_data
from app.look.icons import icon
from app.look.restyled import Restyled
from app.look.theme import current_theme, px
from app.state.document import INPUT_ROW, StackDocument
from engine.basics.errors import EngineError


class StackList(Restyled, QListView):
    """Shows a ``StackDocument`` and edits it.

    Signals:
        layer_chosen: The current card changed: its row in the list.
        edit_requested: Enter was pressed: the form should take the keyboard.
        width_changed: Cards are now this wide, in pixels.
        message_arose: A sentence for the status bar.
    """

    layer_chosen = Signal(int)
    edit_requested = Signal()
    width_changed = Signal(int)
    message_arose = Signal(str)

    def __init__(self, document: StackDocument, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self.stack_model = StackModel(document, self)
        self._drop_before: int | None = None
        self._dragged: tuple[int, ...] = ()
        self._pressed_fix: tuple[int, int] | None = None
        self.hovered_fix: tuple[int, int] | None = None
        self._prepare_view()
        self._make_actions()
        document.rows_touched.connect(self.choose_layers)
        self.selectionModel().currentChanged.connect(self._tell_current)
        self.selectionModel().selectionChanged.connect(self._enable_actions)
        self.stack_model.dataChanged.connect(self._restyle)
        self.choose_layers((INPUT_ROW,))
        self.follow_theme()

    def _prepare_view(self) -> None:
        self.setModel(self.stack_model)
        self.setItemDelegate(CardDelegate(self))
        self.setAccessibleName("Layers of the stack")
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setStyleSheet("QListView { background: transparent; border: none; }")
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDropIndicatorShown(False)

    # What can be done with the chosen layers

    def _make_actions(self) -> None:
        keys = QKeySequence.StandardKey
        self.move_up = self._action("Move up", "up", "Alt+Up", self._move_up)
        self.move_down = self._action("Move down", "down", "Alt+Down", self._move_down)
        self.duplicate = self._action("Duplicate", "copy", "Ctrl+D", self._duplicate)
        self.remove = self._action("Remove", "remove", "Delete", self._remove)
        self.remove.setShortcuts([QKeySequence("Delete"), QKeySequence("Backspace")])
        cut = self._action("Cut", "", keys.Cut, self._cut)
        copy = self._action("Copy", "", keys.Copy, self._copy)
        self._on_layers = (self.move_up, self.move_down, self.duplicate, self.remove, cut, copy)
        self._action("Paste", "", keys.Paste, self._paste)
        self.fix = self._action("Fix in the first way proposed", "", "Ctrl+.", self._fix)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def _action(
        self,
        text: str,
        icon_name: str,
        keys: str | QKeySequence.StandardKey,
        do: Callable[[], None],
    ) -> QAction:
        action = QAction(text, self)
        if icon_name:
            action.setIcon(icon(icon_name))
        action.setShortcut(keys)
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        shortcut = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(f"{text} ({shortcut})")
        action.triggered.connect(do)
        self.addAction(action)
        return action

    @property
    def chosen_layers(self) -> tuple[int, ...]:
        """The selected layers in order; the input and the output are none."""
        rows = (index.row() for index in self.selectedIndexes())
        layers = (self.stack_model.layer_at(row) for row in rows)
        return tuple(sorted(layer for layer in layers if layer is not None))

    @property
    def insertion_layer(self) -> int:
        """Where a new layer goes: behind the current card, at the end if that is the output."""
        row = self.currentIndex().row()
        count = len(self.document.stack.layers)
        return count if row < 0 else min(row, count)

    def choose_layers(self, layers: tuple[int, ...]) -> None:
        """Select cards and make the last of them current; an empty tuple changes nothing."""
        indexes = [self.stack_model.index(self.stack_model.row_of(layer)) for layer in layers]
        if not indexes:
            return
        selection = QItemSelection()
        for index in indexes:
            selection.select(index, index)
        flag, last = QItemSelectionModel.SelectionFlag, indexes[-1]
        self.selectionModel().setCurrentIndex(last, flag.NoUpdate)
        self.selectionModel().select(selection, flag.ClearAndSelect)
        self.doItemsLayout()  # or a card that has just grown would be half in sight
        self.scrollTo(last)

    def _move_up(self) -> None:
        layers = self.chosen_layers
        if layers and layers[0] > 0:
            self.document.move_layers(layers, layers[0] - 1)

    def _move_down(self) -> None:
        layers = self.chosen_layers
        if layers:
            self.document.move_layers(layers, layers[-1] + 2)

    def _duplicate(self) -> None:
        self.document.duplicate_layers(self.chosen_layers)

    def _remove(self) -> None:
        self.document.remove_layers(self.chosen_layers)

    def _cut(self) -> None:
        self._copy()
        self._remove()

    def _copy(self) -> None:
        layers = self.document.stack.layers
        specs = [layers[row] for row in self.chosen_layers]
        if specs:
            QGuiApplication.clipboard().setMimeData(mime_of(specs))

    def _paste(self) -> None:
        data = clipboard_data()
        if not data.hasFormat(MIME_TYPE):
            self.message_arose.emit("There are no layers to paste. Copy some first.")
            return
        try:
            specs = layers_in(data)
        except EngineError as error:
            self.message_arose.emit(str(error))
        else:
            self.document.insert_layers(self.insertion_layer, specs, verb="Paste")

    def _fix(self) -> None:
        self.apply_fix(0)

    def apply_fix(self, number: int) -> None:
        """Fix the stack in one of the ways that the faulty card offers."""
        fixes = self.document.fixes
        if number < len(fixes):
            self.document.apply_fix(fixes[number])

    def fix_at(self, position: QPoint) -> tuple[int, int] | None:
        """The row and number of the fix whose button is at ``position``."""
        index = self.indexAt(position)
        if not index.isValid():
            return None
        card: Card = index.data(CARD_ROLE)
        for number, box in enumerate(fix_boxes(card, self.visualRect(index))):
            if box.contains(position):
                return index.row(), number
        return None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A fix is pressed like a button; elsewhere a card is chosen."""
        self._pressed_fix = None
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed_fix = self.fix_at(event.position().toPoint())
        if self._pressed_fix is None:
            super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A fix is applied if the mouse is still on it."""
        pressed, self._pressed_fix = self._pressed_fix, None
        if pressed is None:
            super().mouseReleaseEvent(event)
        elif pressed == self.fix_at(event.position().toPoint()):
            self.apply_fix(pressed[1])

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show that a fix can be pressed."""
        hovered = self.fix_at(event.position().toPoint())
        if hovered != self.hovered_fix:
            self.hovered_fix = hovered
            hand = Qt.CursorShape.PointingHandCursor
            self.viewport().setCursor(Qt.CursorShape.ArrowCursor if hovered is None else hand)
            self.viewport().update()
        if self._pressed_fix is None:
            super().mouseMoveEvent(event)

    def _enable_actions(self) -> None:
        has_layers = bool(self.chosen_layers)
        for action in self._on_layers:
            action.setEnabled(has_layers)

    def _tell_current(self) -> None:
        self.layer_chosen.emit(self.currentIndex().row())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and F2 go to the form; the arrows choose, and with Alt do nothing but move."""
        key = Qt.Key
        if event.key() in {key.Key_Return, key.Key_Enter, key.Key_F2}:
            self.edit_requested.emit()
        elif event.modifiers() & Qt.KeyboardModifier.AltModifier:
            event.accept()
        else:
            super().keyPressEvent(event)

    # Dragging

    def startDrag(self, _actions: Qt.DropAction) -> None:
        """Drag the chosen layers, with a picture of the first one."""
        layers = self.chosen_layers
        if not layers:
            return
        drag = QDrag(self)
        drag.setMimeData(mime_of([self.document.stack.layers[row] for row in layers]))
        rect = self.visualRect(self.stack_model.index(self.stack_model.row_of(layers[0])))
        drag.setPixmap(self.viewport().grab(rect))
        drag.setHotSpot(self.viewport().mapFromGlobal(self.cursor().pos()) - rect.topLeft())
        self._dragged = layers
        action = Qt.DropAction
        drag.exec(action.MoveAction | action.CopyAction, action.MoveAction)
        self._dragged = ()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept layers and nothing else."""
        if event.mimeData().hasFormat(MIME_TYPE):
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Show where the layers would go; near an edge, scroll."""
        super().dragMoveEvent(event)
        if not event.mimeData().hasFormat(MIME_TYPE):
            event.ignore()
            return
        self._show_drop(self.layer_before(event.position().toPoint()))
        event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Take the mark away."""
        super().dragLeaveEvent(event)
        self._show_drop(None)

    def dropEvent(self, event: QDropEvent) -> None:
        """Move layers of this stack, or insert new ones."""
        self._show_drop(None)
        self.stopAutoScroll()
        self.setState(QAbstractItemView.State.NoState)
        before = self.layer_before(event.position().toPoint())
        is_move = event.dropAction() == Qt.DropAction.MoveAction
        event.acceptProposedAction()
        if self._dragged and is_move:
            self.document.move_layers(self._dragged, before)
            return
        try:
            specs = layers_in(event.mimeData())
        except EngineError as error:
            self.message_arose.emit(str(error))
            return
        self.document.insert_layers(before, specs, verb="Duplicate" if self._dragged else "Add")
        self.setFocus(Qt.FocusReason.MouseFocusReason)

    def layer_before(self, position: QPoint) -> int:
        """The layer in front of which something dropped at ``position`` goes."""
        count = len(self.document.stack.layers)
        for layer in range(count):
            rect = self.visualRect(self.stack_model.index(self.stack_model.row_of(layer)))
            if position.y() < rect.center().y():
                return layer
        return count

    def _show_drop(self, before: int | None) -> None:
        if before != self._drop_before:
            self._drop_before = before
            self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the cards, and the mark where dragged layers would go."""
        super().paintEvent(event)
        if self._drop_before is None:
            return
        row = self.stack_model.row_of(self._drop_before)
        y = self.visualRect(self.stack_model.index(row)).top()
        with QPainter(self.viewport()) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(current_theme().accent))
            thickness, radius = px(4), px(2)
            width = self.viewport().width()
            painter.drawRoundedRect(0, y - thickness // 2, width, thickness, radius, radius)

    # Layout

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Reasons wrap at another width; the current card stays in sight."""
        super().resizeEvent(event)
        self._restyle()
        self.scrollTo(self.currentIndex())
        self.width_changed.emit(self.viewport().width())

    def _restyle(self) -> None:
        self.scheduleDelayedItemsLayout()
