"""Which classes of the chosen data are kept, what is mixed in, and how some images look."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.kit.number_boxes import WholeBox
from app.look.nesting import nest
from app.look.restyled import Restyled
from app.look.text import Text
from app.look.theme import px
from app.train.setup.image_rows import ImageRows

KEPT_NOTE = (
    "The network keeps its ten outputs: those of the classes left out are never right, and it "
    "learns not to use them."
)
NO_DRAWINGS = "You have kept no drawings yet: draw a digit in Draw and press its key, 0 to 9."
OTHER_CLASSES = "Your drawings are digits: they cannot be mixed with other classes."
MIX_NOTE = "They are trained on only. No image held out is a drawing of yours."


class DataDialog(Restyled, QDialog):
    """What is changed here takes effect at once.

    Signals:
        classes_changed: The set of classes that are kept.
        repeats_changed: How often each drawing is mixed in, 0 for not at all.
    """

    classes_changed = Signal(object)
    repeats_changed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Classes and drawings")
        self.heading = Text(size=15, weight=QFont.Weight.DemiBold)
        self.about = Text(size=12, role="muted")
        self.images = ImageRows()
        self.classes_title = Text("Classes to keep", 13, QFont.Weight.DemiBold)
        self.boxes: list[QCheckBox] = []
        self._labels: tuple[int, ...] = ()
        self.everything = QPushButton("All")
        self.kept_note = Text(KEPT_NOTE, 12, role="muted")
        self.mix_title = Text("Mix in my drawings", 13, QFont.Weight.DemiBold)
        self.repeats = WholeBox()
        self.repeats.setRange(0, 100)
        self.repeats.setSpecialValueText("not at all")
        self.repeats.setSuffix(" times")
        self.repeats.setAccessibleName("How often each of my drawings is mixed in")
        self.mix_words = Text(size=13)
        self.mix_note = Text(MIX_NOTE, 12, role="muted")
        self.close_button = QPushButton("Close")
        self.close_button.setDefault(True)
        self._lay_out()
        self.everything.clicked.connect(self._keep_all)
        self.repeats.valueChanged.connect(self._tell_repeats)
        self.close_button.clicked.connect(self.accept)
        self.follow_theme()

    def show_source(
        self, title: str, about: str, classes: Mapping[int, str], kept: Collection[int]
    ) -> None:
        """Show a source with its classes by their labels, those in ``kept`` ticked.

        If that is empty, all are.
        """
        self.heading.setText(title)
        self.about.setText(about)
        is_same = self._labels == tuple(classes)
        if not is_same or [box.text() for box in self.boxes] != [*classes.values()]:
            self._make_boxes([*classes.values()])
            self._labels = tuple(classes)
        for label, box in zip(self._labels, self.boxes, strict=True):
            box.blockSignals(True)
            box.setChecked(not kept or label in kept)
            box.blockSignals(False)
        self._show_note()

    def show_images(self, images: NDArray[np.uint8] | None) -> None:
        """Show some images, ``(rows, columns, H, W)``; ``None`` as long as there are none."""
        self.images.setVisible(images is not None)
        if images is not None:
            self.images.show_images(images)

    def show_drawings(self, count: int, repeats: int, *, fits: bool) -> None:
        """Show how many drawings there are and how often each is mixed in, if that makes sense."""
        self.repeats.setEnabled(fits and count > 0)
        self.repeats.show_value(repeats)
        if not count or not fits:
            self.mix_words.setText(NO_DRAWINGS if not count else OTHER_CLASSES)
        else:
            each = f"each of my {count:,} drawings" if count > 1 else "my drawing"
            added = f": {count * repeats:,} more images" if repeats else ""
            self.mix_words.setText(f"{each}{added}")
        self.mix_note.setVisible(repeats > 0)

    @property
    def kept(self) -> set[int]:
        """The classes that are ticked, by their labels."""
        pairs = zip(self._labels, self.boxes, strict=True)
        return {label for label, box in pairs if box.isChecked()}

    @Slot()
    def _tell_classes(self) -> None:
        sender = self.sender()
        if len(self.kept) < 2 and isinstance(sender, QCheckBox):
            sender.blockSignals(True)
            sender.setChecked(True)  # one class alone cannot be told from anything
            sender.blockSignals(False)
        self._show_note()
        self.classes_changed.emit(self.kept)

    @Slot()
    def _tell_repeats(self) -> None:
        self.repeats_changed.emit(self.repeats.value())

    @Slot()
    def _keep_all(self) -> None:
        for box in self.boxes:
            box.blockSignals(True)
            box.setChecked(True)
            box.blockSignals(False)
        self._tell_classes()

    def _show_note(self) -> None:
        is_all = len(self.kept) == len(self.boxes)
        self.kept_note.setHidden(is_all)
        self.everything.setEnabled(not is_all)

    def _make_boxes(self, names: Sequence[str]) -> None:
        for box in self.boxes:
            box.setParent(None)
            box.deleteLater()
        self.boxes = [QCheckBox(name) for name in names]
        columns = 5 if max(map(len, names), default=0) <= 2 else 3
        for label, box in enumerate(self.boxes):
            box.toggled.connect(self._tell_classes)
            self._grid.addWidget(box, label // columns, label % columns)

    def _lay_out(self) -> None:
        for text in (self.about, self.kept_note, self.mix_words, self.mix_note):
            text.setWordWrap(True)
            text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        content = QWidget()
        self._grid = QGridLayout()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        nest(column, self._grid)
        column.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidget(content)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        self._scroll.viewport().setAutoFillBackground(False)
        content.setAutoFillBackground(False)
        classes = QHBoxLayout()
        classes.addWidget(self.classes_title, 1)
        classes.addWidget(self.everything)
        mixing = QHBoxLayout()
        mixing.addWidget(self.repeats)
        mixing.addWidget(self.mix_words, 1)
        closing = QHBoxLayout()
        closing.addStretch(1)
        closing.addWidget(self.close_button)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self.heading)
        self._column.addWidget(self.about)
        self._column.addWidget(self.images)
        nest(self._column, classes)
        self._column.addWidget(self._scroll, 1)
        self._column.addWidget(self.kept_note)
        self._column.addWidget(self.mix_title)
        nest(self._column, mixing)
        self._column.addWidget(self.mix_note)
        nest(self._column, closing)
        for button in (self.everything, self.close_button):
            button.setAutoDefault(False)

    def sizeHint(self) -> QSize:
        """Wide enough for ten images in a row."""
        return QSize(px(480), px(540))

    def _restyle(self) -> None:
        self.setMinimumSize(px(470), px(420))
        self._column.setContentsMargins(px(20), px(20), px(20), px(16))
        self._column.setSpacing(px(10))
        self._grid.setHorizontalSpacing(px(16))
        self._grid.setVerticalSpacing(px(8))
