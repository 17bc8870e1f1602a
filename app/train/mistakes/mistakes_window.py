"""Where a network is wrong: the confusion matrix, and the images behind each of its cells."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from app.kit.row_list import Row, RowList
from app.kit.segmented import SegmentedControl
from app.look.nesting import nest
from app.look.percentages import percent
from app.look.restyled import Restyled
from app.look.screen_room import within_screen
from app.look.text import Text
from app.look.theme import px
from app.state.sketch import ExactImage
from app.train.mistakes.confusion_grid import ConfusionGrid
from app.train.room import Watched
from engine.insight.mistakes import Mistakes

MOST_IMAGES = 200
INTRODUCTION = (
    "Held-out images by label (row) and answer (column). Choose a cell to see its images, and an "
    "image to open it in Draw, pixel by pixel as it is."
)
WAITING = "The first epoch is not over yet, or its answers are being counted."
LIVE_NOTE = "The run goes on. Draw answers with its own network, not with this epoch's."
OTHER_NOTE = "Draw answers with its own network, not with this one."
SCOPES = ("Chosen cell", "All mistakes", "All images")
ORDERS = ("Worst first", "Least certain first")
_SCOPE_HINTS = (
    "The images of the cell that is framed",
    "Every image whose answer is not its label",
    "Right answers as well",
)
_ORDER_HINTS = (
    "The lower the probability of the label, the earlier: what costs most",
    "The smaller the margin between the two most probable answers, the earlier",
)


class MistakesWindow(Watched, Restyled, QDialog):
    """A window next to the main one; it does not block it.

    Signals:
        image_chosen: An image, as an ``ExactImage``, is to be looked at in Draw.
        watched_changed: Whether the window can be seen.
    """

    image_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Where it is wrong")
        self._mistakes: Mistakes | None = None
        self.summary = Text(size=14)
        self.introduction = Text(INTRODUCTION, 12, role="muted")
        self.note = Text(size=12, role="muted")
        self.grid = ConfusionGrid()
        self.heading = Text(size=13)
        self.scope = SegmentedControl("Which images", SCOPES)
        self.order = SegmentedControl("In which order", ORDERS)
        self.scope.set_options(SCOPES, _SCOPE_HINTS)
        self.order.set_options(ORDERS, _ORDER_HINTS)
        self.scope.set_index(0)
        self.order.set_index(0)
        self.gallery = RowList("Images")
        for text in (self.summary, self.introduction, self.note, self.heading):
            text.setWordWrap(True)
        self._lay_out()
        self.grid.cell_chosen.connect(self._show_cell)
        self.scope.chosen.connect(self._show_images)
        self.order.chosen.connect(self._show_images)
        self.gallery.row_opened.connect(self._tell_image)
        self.follow_theme()
        self.resize(within_screen(self, self.sizeHint()))

    def show_mistakes(self, mistakes: Mistakes | None, title: str, note: str = "") -> None:
        """Show the answers of the network called ``title``, and a note below them.

        The cell that was chosen stays so; at first it is that of the most frequent mistake.
        Without ``mistakes`` it is said that they are to come.
        """
        before = self.grid.chosen
        self._mistakes = mistakes
        self.note.setText(note)
        self.note.setVisible(bool(note))
        if mistakes is None:
            self.summary.setText(WAITING)
            self.heading.setText("")
            self.gallery.show_rows(())
            self.grid.show_matrix(np.zeros((0, 0), np.int64))
            return
        total = len(mistakes.labels)
        wrong = f"{mistakes.wrong:,} of {total:,} held-out images wrong"
        self.summary.setText(f"{title}: {wrong} ({100 * mistakes.wrong / total:.1f} %)")
        self.grid.show_matrix(mistakes.matrix)
        names = [mistakes.name_of(label) for label in np.unique(mistakes.labels).tolist()]
        legend = f"\n{', '.join(names)}." if mistakes.class_names else ""
        self.introduction.setText(INTRODUCTION + legend)
        if before is None or max(before) >= len(mistakes.matrix):
            off = mistakes.matrix - np.diag(np.diag(mistakes.matrix))
            label, answer = np.unravel_index(int(off.argmax()), off.shape)
            before = int(label), int(answer)
        self.grid.blockSignals(True)
        self.grid.choose(*before)
        self.grid.blockSignals(False)
        self._show_images()

    @Slot(int, int)
    def _show_cell(self, _label: int, _answer: int) -> None:
        """A cell was chosen: its images are what is wanted, whatever was shown before."""
        self.scope.set_index(0)
        self._show_images()

    @Slot()
    def _show_images(self) -> None:
        """Show the images of the scope, in the order chosen."""
        mistakes, chosen = self._mistakes, self.grid.chosen
        if mistakes is None or chosen is None:
            return
        scope = self.scope.index
        if scope == 0:
            found = mistakes.cell(*chosen)
            label, answer = (mistakes.name_of(each) for each in chosen)
            words = f"Label {label}, answered {answer}"
        elif scope == 1:
            found, words = mistakes.wrong_ones, "All mistakes"
        else:
            found, words = list(range(len(mistakes.labels))), "All held-out images"
        is_by_cost = self.order.index == 0
        found = mistakes.worst_first(found) if is_by_cost else mistakes.least_certain_first(found)
        counted = f"{len(found):,} image{'s' if len(found) != 1 else ''}"
        shown = "" if len(found) <= MOST_IMAGES else f", the first {MOST_IMAGES} shown"
        self.heading.setText(f"{words}: {counted}{shown}")
        self.gallery.show_rows([self._row_of(mistakes, index) for index in found[:MOST_IMAGES]])

    @staticmethod
    def _row_of(mistakes: Mistakes, index: int) -> Row:
        chances = mistakes.probabilities[index]
        first, second = (int(digit) for digit in np.argsort(chances)[::-1][:2])
        margin = 100 * mistakes.margins[index]
        words = (
            f"label {mistakes.labels[index]}\n{first}: {100 * chances[first]:.0f} %"
            f"\nmargin {margin:.0f} %"
        )
        hint = (
            f"Label {mistakes.name_of(int(mistakes.labels[index]))}. "
            f"Answer {mistakes.name_of(first)} ({percent(float(chances[first]))}), then "
            f"{mistakes.name_of(second)} ({percent(float(chances[second]))}): "
            f"{margin:.1f} % between. Click to open it in Draw."
        )
        return Row(words, QIcon(_pixmap(mistakes.images[index, 0], px(56))), hint, index)

    @Slot(int)
    def _tell_image(self, number: int) -> None:
        mistakes, index = self._mistakes, self.gallery.rows[number].key
        if mistakes is not None and isinstance(index, int):
            image = mistakes.images[index, 0].astype(np.float32) / 255
            label = int(mistakes.labels[index])
            name = mistakes.class_names[label] if mistakes.class_names else str(label)
            self.image_chosen.emit(ExactImage(image, label=name))

    def _lay_out(self) -> None:
        self._left = QVBoxLayout()
        for widget in (self.summary, self.introduction):
            self._left.addWidget(widget)
        self._left.addWidget(self.grid, 1)
        self._left.addWidget(self.note)
        self._right = QVBoxLayout()
        self._right.addWidget(self.scope)
        self._right.addWidget(self.order)
        self._right.addWidget(self.heading)
        self._right.addWidget(self.gallery, 1)
        self._row = QHBoxLayout(self)
        nest(self._row, self._left, 1)
        nest(self._row, self._right, 1)

    def sizeHint(self) -> QSize:
        """Matrix and gallery side by side."""
        return QSize(px(980), px(600))

    def _restyle(self) -> None:
        self._row.setContentsMargins(px(16), px(16), px(16), px(16))
        self._row.setSpacing(px(16))
        for column in (self._left, self._right):
            column.setSpacing(px(8))
        self.gallery.setIconSize(QSize(px(56), px(56)))
        self.gallery.setGridSize(QSize(px(106), px(122)))


def _pixmap(image: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], size: int) -> QPixmap:
    """Ink dark on white, as on paper."""
    pixels = np.ascontiguousarray(255 - image)
    height, width = pixels.shape
    grey = QImage(pixels.data, width, height, width, QImage.Format.Format_Grayscale8)
    return QPixmap.fromImage(grey.scaled(size, size))
