"""The scenes of a lecture as a list: chosen, renamed in place, dragged, moved by keys, deleted."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from app.kit.item_editing import edit_item
from app.lecture.document import NONE, LectureDocument

_MIME = "application/x-cnnviz-scene"
AnyIndex = QModelIndex | QPersistentModelIndex


class SceneModel(QAbstractListModel):
    """A thin model over the document; it edits nothing itself."""

    def __init__(self, document: LectureDocument, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._count = len(document.scenes)
        document.scenes_changed.connect(self._take_changes)

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Number of scenes."""
        return 0 if parent.isValid() else self._count

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The title with its number; the title alone to edit; the notes as a tool tip."""
        if not index.isValid():
            return None
        scene = self._document.scenes[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return f"{index.row() + 1}  {scene.title}"
            case Qt.ItemDataRole.EditRole | Qt.ItemDataRole.AccessibleTextRole:
                return scene.title
            case Qt.ItemDataRole.ToolTipRole:
                return scene.title
        return None

    def setData(self, index: AnyIndex, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Rename."""
        if role != Qt.ItemDataRole.EditRole or not index.isValid():
            return False
        self._document.rename(index.row(), str(value))
        return True

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """Scenes are chosen, edited and dragged; what is dropped goes between them."""
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled
        return (
            Qt.ItemFlag.ItemIsEnabled
            | Qt.ItemFlag.ItemIsSelectable
            | Qt.ItemFlag.ItemIsEditable
            | Qt.ItemFlag.ItemIsDragEnabled
        )

    def supportedDropActions(self) -> Qt.DropAction:
        """Scenes are moved, never copied."""
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        """What may be dropped: a scene of this lecture."""
        return [_MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """The row that is dragged."""
        data = QMimeData()
        data.setData(_MIME, str(indexes[0].row()).encode())
        return data

    def dropMimeData(
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: AnyIndex
    ) -> bool:
        """Move the dragged scene in front of ``row``."""
        del column
        if action != Qt.DropAction.MoveAction or not data.hasFormat(_MIME):
            return False
        source = int(bytes(data.data(_MIME).data()))
        before = row if row >= 0 else parent.row() if parent.isValid() else self._count
        self._document.move(source, before - 1 if before > source else before)
        return False  # else the view would take the row out as well

    def _take_changes(self) -> None:
        count = len(self._document.scenes)
        if count == self._count:
            if count:
                self.dataChanged.emit(self.index(0), self.index(count - 1))
            return
        self.beginResetModel()
        self._count = count
        self.endResetModel()


class SceneList(QListView):
    """The list itself. What is chosen here is shown; what is shown is marked here."""

    scene_requested = Signal(int)
    """The user chose a scene."""

    def __init__(self, document: LectureDocument, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.setModel(SceneModel(document, self))
        self.setAccessibleName("scenes")
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setDropIndicatorShown(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.DoubleClicked
        )
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setUniformItemSizes(True)
        self.clicked.connect(self._request)
        document.scenes_changed.connect(self._mark)
        document.current_changed.connect(self._mark)

    @property
    def row(self) -> int:
        """The chosen row, ``NONE`` if none is."""
        index = self.currentIndex()
        return index.row() if index.isValid() else NONE

    def edit_title(self) -> None:
        """Let the chosen scene's title be typed."""
        if self.row != NONE:
            self.setFocus()
            edit_item(self, self.currentIndex())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Alt+↑ and Alt+↓ move the scene, Delete takes it out, Enter shows it."""
        key, is_alt = event.key(), event.modifiers() == Qt.KeyboardModifier.AltModifier
        if is_alt and key in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            self._document.move(self.row, self.row + (1 if key == Qt.Key.Key_Down else -1))
        elif key == Qt.Key.Key_Delete:
            self._document.delete(self.row)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._request(self.currentIndex())
        elif key in {Qt.Key.Key_PageDown, Qt.Key.Key_PageUp}:
            event.ignore()  # a clicker's keys: they walk through the lecture, wherever the focus is
        else:
            super().keyPressEvent(event)
            if key in {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End}:
                self._request(self.currentIndex())

    def _request(self, index: QModelIndex) -> None:
        if index.isValid():
            self.scene_requested.emit(index.row())

    def _mark(self) -> None:
        index = self._document.index
        self.setCurrentIndex(self.model().index(index, 0) if index != NONE else QModelIndex())
