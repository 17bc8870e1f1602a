"""Where a network is wrong: the confusion matrix, and the images behind each of its cells."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QSize, Signal, Slot
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QListView,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.theme import px
from app.widgets.confusion_grid import ConfusionGrid
from app.widgets.text import Text
from engine.mistakes import Mistakes

MOST_IMAGES = 200
INTRODUCTION = (
    "Held-out images by label (row) and answer (column). Choose a cell to see its images, and an "
    "image to open it in Draw."
)


class MistakesWindow(QDialog):
    """A window beside the main one; it does not block it.

    Signals:
        image_chosen: The ink of an image, ``(H, W)`` from 0 to 1, to be looked at in Draw.
    """

    image_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Where it is wrong")
        self._mistakes: Mistakes | None = None
        self.summary = Text(size=14)
        self.introduction = Text(INTRODUCTION, 12, role="muted")
        self.grid = ConfusionGrid()
        self.heading = Text(size=13)
        self.gallery = QListWidget()
        self.gallery.setViewMode(QListView.ViewMode.IconMode)
        self.gallery.setResizeMode(QListView.ResizeMode.Adjust)
        self.gallery.setMovement(QListView.Movement.Static)
        self.gallery.setUniformItemSizes(True)
        for text in (self.summary, self.introduction, self.heading):
            text.setWordWrap(True)
        self._lay_out()
        self.grid.cell_chosen.connect(self._show_cell)
        self.gallery.itemClicked.connect(self._tell_image)
        self.gallery.itemActivated.connect(self._tell_image)
        self._restyle()
        self.resize(self.sizeHint())

    def show_mistakes(self, mistakes: Mistakes, title: str) -> None:
        """Show the answers of the network called ``title``; the largest mistake is chosen."""
        self._mistakes = mistakes
        total = len(mistakes.labels)
        self.summary.setText(f"{title}: {mistakes.wrong:,} of {total:,} held-out images wrong")
        self.grid.show_matrix(mistakes.matrix)
        wrong = mistakes.matrix - np.diag(np.diag(mistakes.matrix))
        label, answer = np.unravel_index(int(wrong.argmax()), wrong.shape)
        self.grid.choose(int(label), int(answer))

    @Slot(int, int)
    def _show_cell(self, label: int, answer: int) -> None:
        if self._mistakes is None:
            return
        found = self._mistakes.cell(label, answer)
        order = "least certain first" if label == answer else "surest mistake first"
        what = f"{label}, answered {answer}"
        counted = f"{len(found):,} image{'s' if len(found) != 1 else ''}"
        shown = "" if len(found) <= MOST_IMAGES else f", the first {MOST_IMAGES} shown"
        self.heading.setText(f"Label {what}: {counted}" + (f", {order}{shown}" if found else ""))
        self.gallery.clear()
        for index in found[:MOST_IMAGES]:
            self.gallery.addItem(self._item(index))

    def _item(self, index: int) -> QListWidgetItem:
        assert self._mistakes is not None  # noqa: S101 - there is one where there are cells
        image = self._mistakes.images[index, 0]
        chances = self._mistakes.probabilities[index]
        first, second = (int(digit) for digit in np.argsort(chances)[::-1][:2])
        words = f"{first}: {100 * chances[first]:.0f} %\n{second}: {100 * chances[second]:.0f} %"
        item = QListWidgetItem(QIcon(_pixmap(image, px(56))), words)
        item.setToolTip(
            f"Margin between the top two: {100 * self._mistakes.margin(index):.1f} %. "
            "Click to open it in Draw."
        )
        item.setData(_INK, index)
        return item

    @Slot(QListWidgetItem)
    def _tell_image(self, item: QListWidgetItem) -> None:
        if self._mistakes is not None:
            image = self._mistakes.images[item.data(_INK), 0]
            self.image_chosen.emit(image.astype(np.float32) / 255)

    def _lay_out(self) -> None:
        self._left = QVBoxLayout()
        for widget in (self.summary, self.introduction):
            self._left.addWidget(widget)
        self._left.addWidget(self.grid, 1)
        self._right = QVBoxLayout()
        self._right.addWidget(self.heading)
        self._right.addWidget(self.gallery, 1)
        self._row = QHBoxLayout(self)
        self._row.addLayout(self._left, 1)
        self._row.addLayout(self._right, 1)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme's sizes."""
        if event.type() in {QEvent.Type.StyleChange, QEvent.Type.FontChange}:
            self._restyle()
        super().changeEvent(event)

    def sizeHint(self) -> QSize:
        """Matrix and gallery side by side."""
        return QSize(px(920), px(560))

    def _restyle(self) -> None:
        self._row.setContentsMargins(px(16), px(16), px(16), px(16))
        self._row.setSpacing(px(16))
        for column in (self._left, self._right):
            column.setSpacing(px(8))
        self.gallery.setIconSize(QSize(px(56), px(56)))
        self.gallery.setGridSize(QSize(px(84), px(108)))


_INK = 0x0100  # Qt.ItemDataRole.UserRole


def _pixmap(image: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], size: int) -> QPixmap:
    """Ink dark on white, as on paper."""
    pixels = np.ascontiguousarray(255 - image)
    height, width = pixels.shape
    grey = QImage(pixels.data, width, height, width, QImage.Format.Format_Grayscale8)
    return QPixmap.fromImage(grey.scaled(size, size))
