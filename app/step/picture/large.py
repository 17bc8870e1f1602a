"""The lab's picture for a lecture hall or a file: the same view, with type as large as the room."""

from __future__ import annotations

from PySide6.QtGui import QFont, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.look.theme import font, px
from app.step.picture.view import StepView
from app.step.stepper import Stepper

_PLAIN_HEIGHT = 560
"""At this height, type has the size that it has in the window."""
_LARGEST_SENTENCE = 53


class LargeStepView(StepView):
    """Shows where a stepper stands; everything in it grows with its height.

    Args:
        stepper: What is shown.
        parent: Qt owner.
        margin: Room around it in pixels, for a picture that stands alone.
    """

    def __init__(self, stepper: Stepper, parent: QWidget | None = None, *, margin: int = 0) -> None:
        self._zoom = 1.0
        self._margin = margin
        super().__init__(stepper, parent)
        self.card.setProperty("role", "")
        self.heading.leave_out_note()
        self.follow_pointer(False)

    def let_go(self) -> None:
        """Dim nothing any more: who steps on with a clicker has left the pointer where it was."""
        self.release()
        self.set_hover(None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let everything grow with the height."""
        zoom = max(0.7, self.height() / px(_PLAIN_HEIGHT))
        if zoom != self._zoom:
            self._zoom = zoom
            self._restyle()
            self.stage.set_largest_zoom(1.4 * zoom)
            self.sentence.set_largest(min(120, round(_LARGEST_SENTENCE * zoom)))
        super().resizeEvent(event)

    def _restyle(self) -> None:
        zoom = self._zoom
        self._whole.setContentsMargins(*4 * (self._margin,))
        self._whole.setSpacing(px(6 * zoom))
        self._card.setContentsMargins(0, 0, 0, 0)
        self._card.setSpacing(px(2 * zoom))
        self.where.setFont(font(14 * zoom))
        self.heading.fit()
        self.problem.setFont(font(20 * zoom, QFont.Weight.Medium))
        self._fit_card()

    def _fit_card(self) -> None:
        self.card.setFixedHeight(round(self.height() * 0.22))
