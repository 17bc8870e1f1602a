"""A sentence that stays until it no longer holds, with what can be done about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from app.kit.scrolling import bring_into_view
from app.look.icons import paint_icon
from app.look.nesting import nest
from app.look.painting import painted
from app.look.restyled import Restyled
from app.look.text import Text
from app.look.theme import current_theme, px
from app.state.subjects import Said, Subject

NoticeKind = Literal["info", "success", "warning", "error"]
_ICONS = {"info": "info", "success": "check", "warning": "warning", "error": "warning"}
_ROLES = {"info": "accent", "success": "success", "warning": "warning", "error": "error"}


@dataclass(frozen=True)
class NoticeAction:
    """A button next to a notice."""

    text: str
    do: Callable[[], None]


class _Sign(QWidget):
    """The icon before the sentence, in the colour of its kind."""

    kind: NoticeKind = "info"

    def sizeHint(self) -> QSize:
        """Room for the icon."""
        return QSize(px(20), px(20))

    @painted
    def paintEvent(self, _event: QPaintEvent, painter: QPainter) -> None:
        """Draw the icon at the top."""
        box = QRectF(0, 0, px(20), px(20))
        paint_icon(painter, _ICONS[self.kind], box, getattr(current_theme(), _ROLES[self.kind]))


class NoticeBar(Restyled, QFrame):
    """Hidden while there is nothing to say.

    Attributes:
        subjects: What all its sentences are said of; with another one of these they go.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._sign = _Sign()
        self._sign.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._text = Text()
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._buttons: list[QPushButton] = []
        self.subjects: tuple[Subject, ...] = ()
        self._said = Said(self._take_back, self)
        self._sentence = QHBoxLayout()
        self._sentence.addWidget(self._sign)
        self._sentence.addWidget(self._text, 1)
        self._answers = QHBoxLayout()
        self._answers.addStretch(1)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        nest(self._row, self._sentence, 1)
        nest(self._row, self._answers)
        self.follow_theme()
        self.hide()

    @property
    def text(self) -> str:
        """The sentence shown; empty if none is."""
        return "" if self.isHidden() else self._text.text()

    @property
    def kind(self) -> NoticeKind:
        """How it is meant."""
        return self._sign.kind

    @property
    def buttons(self) -> tuple[QPushButton, ...]:
        """What can be pressed, in order."""
        return tuple(self._buttons)

    def show_notice(
        self,
        kind: NoticeKind,
        text: str,
        *actions: NoticeAction,
        of: tuple[Subject, ...] = (),
    ) -> None:
        """Say ``text``, in place of what was said before, until one of its subjects is another.

        ``of`` are those that it is said of apart from ``subjects``.
        """
        self._said.of(*self.subjects, *of)
        self._sign.kind = kind
        self._text.setText(text)
        for button in self._buttons:
            self._answers.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = [QPushButton(action.text) for action in actions]
        for button, action in zip(self._buttons, actions, strict=True):
            button.clicked.connect(action.do)
            self._answers.addWidget(button)
        self._arrange()
        self._sign.update()
        self.show()
        bring_into_view(self)

    def _take_back(self) -> None:
        """What it says is of something that is no more."""
        self.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the buttons under the sentence where there is little room."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        direction = QBoxLayout.Direction
        is_wide = self.width() - self._answers.sizeHint().width() >= px(300)
        self._row.setDirection(direction.LeftToRight if is_wide else direction.TopToBottom)

    def _restyle(self) -> None:
        self._row.setContentsMargins(px(12), px(8), px(8), px(8))
        for row in (self._row, self._sentence, self._answers):
            row.setSpacing(px(8))
        self._arrange()
        self._sign.updateGeometry()
