"""A row of joined buttons of which one is chosen: a few words, always all in sight."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QSizePolicy, QWidget

from app.look.painting import painted
from app.look.restyled import Repainted
from app.look.theme import current_theme, font, px

_PADDING, _LEAST_PADDING = 12, 4
"""Room on either side of a text, at scale 1, and what is left of it where room is short."""


class _Segment(Repainted, QAbstractButton):
    """One button of the row; it paints itself so that it follows theme and scale exactly."""

    def __init__(self, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setText(text)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """The text with room on both sides."""
        return self._size_with(_PADDING)

    def minimumSizeHint(self) -> QSize:
        """The text, still apart from its neighbours."""
        return self._size_with(_LEAST_PADDING)

    def _size_with(self, padding: int) -> QSize:
        metrics = QFontMetricsF(font(13, QFont.Weight.DemiBold))
        return QSize(round(metrics.horizontalAdvance(self.text())) + px(2 * padding), px(30))

    @painted
    def paintEvent(self, _event: QPaintEvent, painter: QPainter) -> None:
        """Paint the segment."""
        theme = current_theme()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(2.5, 2.5, -2.5, -2.5)
        if self.isChecked():
            painter.setBrush(QColor(theme.surface))
            painter.setPen(QPen(QColor(theme.border), 1))
            painter.drawRoundedRect(box, px(5), px(5))
        elif self.underMouse() and self.isEnabled():
            painter.setBrush(QColor(theme.hover))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawRoundedRect(box, px(5), px(5))
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme.accent), max(1, px(1.5))))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), px(5), px(5))
        colour = theme.accent if self.isChecked() else theme.text
        painter.setPen(QColor(colour if self.isEnabled() else theme.text_disabled))
        weight = QFont.Weight.DemiBold if self.isChecked() else QFont.Weight.Normal
        painter.setFont(font(13, weight))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())


class SegmentedControl(Repainted, QWidget):
    """Chooses one of a few options. ``chosen`` is emitted when the user does, not the program."""

    chosen = Signal(int)

    def __init__(self, name: str, options: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._group = QButtonGroup(self)
        self._group.idClicked.connect(self.chosen)
        self._options: tuple[str, ...] = ()
        self.set_options(options)

    @property
    def options(self) -> tuple[str, ...]:
        """The texts."""
        return self._options

    @property
    def index(self) -> int:
        """Which is chosen, −1 if none."""
        return self._group.checkedId()

    def button(self, index: int) -> QAbstractButton:
        """The button of an option."""
        return self._group.button(index)

    def set_options(self, options: Sequence[str], about: Sequence[str] = ()) -> None:
        """Offer other options, none chosen yet; ``about`` are their tooltips."""
        if tuple(options) != self._options:
            for old in self._group.buttons():
                self._group.removeButton(old)
                self._layout.removeWidget(old)
                old.setParent(None)
                old.deleteLater()
            self._options = tuple(options)
            for index, text in enumerate(options):
                segment = _Segment(text, self)
                segment.setAccessibleName(f"{self.accessibleName()}: {text}")
                self._group.addButton(segment, index)
                self._layout.addWidget(segment)
                segment.show()  # at once: the width of the row depends on it
        for index, text in enumerate(about):
            self._group.button(index).setToolTip(text)

    def set_index(self, index: int) -> None:
        """Choose an option without emitting."""
        button = self._group.button(index)
        if button is not None:
            button.setChecked(True)

    @painted
    def paintEvent(self, _event: QPaintEvent, painter: QPainter) -> None:
        """Paint the trough that joins the segments."""
        theme = current_theme()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.border), 1))
        painter.setBrush(QColor(theme.raised))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), px(7), px(7))
