"""One of a few words: joined buttons, or a drop-down where these have no room."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QWidget

from app.kit.segmented import SegmentedControl
from app.look.theme import px

_AROUND_WORDS = 54
"""What a drop-down takes besides its words, at scale 1."""


class SnugBox(QComboBox):
    """A drop-down that never cuts what is chosen, and may be only as wide as that."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_snug = False
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.currentIndexChanged.connect(self.updateGeometry)

    def set_snug(self, *, is_snug: bool) -> None:
        """Be as wide as what is chosen, or as the widest choice."""
        if is_snug != self._is_snug:
            self._is_snug = is_snug
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Room for the words and the arrow."""
        hint = super().sizeHint()
        if self._is_snug:
            words = self.fontMetrics().horizontalAdvance(self.currentText())
            hint.setWidth(words + px(_AROUND_WORDS))
        return hint

    def minimumSizeHint(self) -> QSize:
        """No less: words are not cut."""
        return self.sizeHint()


class FoldingChoice(QWidget):
    """A ``SegmentedControl`` that can be folded to a drop-down.

    Signals:
        chosen: The index of the option that the user took.
    """

    chosen = Signal(int)

    def __init__(
        self, name: str, options: Sequence[str] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.segments = SegmentedControl(name, options)
        self.box = SnugBox(name)
        self.box.set_snug(is_snug=True)
        self.box.hide()
        self.box.addItems(list(options))
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.segments)
        row.addWidget(self.box)
        self.segments.chosen.connect(self._tell)
        self.box.activated.connect(self._tell)

    @property
    def options(self) -> tuple[str, ...]:
        """The texts."""
        return self.segments.options

    @property
    def index(self) -> int:
        """Which is chosen, −1 if none."""
        return self.segments.index

    @property
    def is_folded(self) -> bool:
        """Whether it is a drop-down."""
        return self.segments.isHidden()

    def set_options(self, options: Sequence[str], about: Sequence[str] = ()) -> None:
        """Offer other options, none chosen yet; ``about`` are their tooltips."""
        self.segments.set_options(options, about)
        self.box.clear()
        self.box.addItems(list(options))
        for index, text in enumerate(about):
            self.box.setItemData(index, text, Qt.ItemDataRole.ToolTipRole)
        self.updateGeometry()

    def set_index(self, index: int) -> None:
        """Choose an option without emitting."""
        self.segments.set_index(index)
        self.box.setCurrentIndex(index)

    def set_folded(self, *, is_folded: bool) -> None:
        """Be a drop-down, or joined buttons."""
        if is_folded != self.is_folded:
            self.segments.setHidden(is_folded)
            self.box.setVisible(is_folded)
            self.updateGeometry()

    def widths(self) -> tuple[int, int]:
        """What it takes folded and not folded."""
        return self.box.sizeHint().width(), self.segments.sizeHint().width()

    @Slot(int)
    def _tell(self, index: int) -> None:
        self.set_index(index)
        self.chosen.emit(index)
