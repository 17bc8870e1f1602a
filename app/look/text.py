"""Labels of the one type scale, which keep their size and colour when scale or theme change."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from app.look.icons import paint_icon
from app.look.painting import painted
from app.look.restyled import SIZES, Repainted, give_role
from app.look.theme import current_theme, font, px

_BETWEEN_FACTS = "  ·  "


class Text(QLabel):
    """A label of a given size at scale 1, weight and role (``"muted"``, ``"error"``, …)."""

    def __init__(
        self,
        text: str = "",
        size: float = 13,
        weight: QFont.Weight = QFont.Weight.Normal,
        role: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)
        self._size = size
        self._weight = weight
        if role:
            self.setProperty("role", role)
        self._apply_font()

    def set_role(self, role: str) -> None:
        """Change the colour role; an empty one is plain text."""
        give_role(self, role)

    def changeEvent(self, event: QEvent) -> None:
        """Take the size of the new scale."""
        if event.type() in SIZES:
            self._apply_font()
        super().changeEvent(event)

    def _apply_font(self) -> None:
        wanted = font(self._size, self._weight)
        if self.font() != wanted:
            self.setFont(wanted)


class MarkedUp(Text):
    """A label with markup of our own; whatever else goes into it is to be escaped."""

    def __init__(self, text: str = "", size: float = 13, parent: QWidget | None = None) -> None:
        super().__init__(text, size, parent=parent)
        self.setProperty("markup", True)
        self.setTextFormat(Qt.TextFormat.RichText)


class ElidedText(Text):
    """A line of text that may be squeezed, and then says what it has to say more shortly.

    Only what has no shorter words that fit ends in an ellipsis.
    """

    _shorter: tuple[str, ...] = ()

    def __init__(
        self,
        text: str = "",
        size: float = 13,
        weight: QFont.Weight = QFont.Weight.Normal,
        role: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, size, weight, role, parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def setText(self, text: str, *shorter: str) -> None:  # noqa: N802 - Qt's name
        """Say something else, and where it does not fit, the first of ``shorter`` that does."""
        self._shorter = shorter
        super().setText(text)
        self.update()

    @painted
    def paintEvent(self, _event: QPaintEvent, painter: QPainter) -> None:
        """Draw as much of the text as there is room for."""
        painter.setPen(self.palette().color(self.foregroundRole()))
        metrics = self.fontMetrics()
        box = self.contentsRect()
        words = (self.text(), *self._shorter)
        fitting = (each for each in words if metrics.horizontalAdvance(each) <= box.width())
        line = next(fitting, None)
        if line is None:
            line = metrics.elidedText(words[-1], Qt.TextElideMode.ElideRight, box.width())
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(box, flags, line)


class FactLine(ElidedText):
    """Facts in one line, as many as there is room for: the last ones are left out whole."""

    def __init__(self, size: float = 13, role: str = "", parent: QWidget | None = None) -> None:
        super().__init__("", size, role=role, parent=parent)
        self._facts: tuple[str, ...] = ()

    def show_facts(self, facts: Sequence[str]) -> None:
        """Say other facts."""
        self._facts = tuple(facts)
        self._fit()

    @property
    def facts(self) -> tuple[str, ...]:
        """All of them, whether there is room or not."""
        return self._facts

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say as much as there is room for."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """The same at another scale."""
        super().changeEvent(event)
        if event.type() in SIZES:
            self._fit()

    def _fit(self) -> None:
        metrics, room = self.fontMetrics(), self.contentsRect().width()
        facts = self._facts
        while facts and metrics.horizontalAdvance(_BETWEEN_FACTS.join(facts)) > room:
            facts = facts[:-1]
        self.setText(_BETWEEN_FACTS.join(facts))


class IconLabel(Repainted, QWidget):
    """An icon that is not a button, in a colour role of the theme."""

    def __init__(
        self, name: str, size: float = 20, role: str = "text", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._name = name
        self._size = size
        self._role = role
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_icon(self, name: str, role: str = "text") -> None:
        """Show another icon, or the same in another colour."""
        self._name, self._role = name, role
        self.update()

    def sizeHint(self) -> QSize:
        """Return the icon's size at the present scale."""
        return QSize(px(self._size), px(self._size))

    @painted
    def paintEvent(self, _event: QPaintEvent, painter: QPainter) -> None:
        """Draw the icon in the theme's present colour."""
        paint_icon(painter, self._name, QRectF(self.rect()), getattr(current_theme(), self._role))
