"""A view next to the canvas of Draw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QTimer, SignalInstance, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from app.look.restyled import STYLE, Restyled
from app.look.theme import px
from app.state.recognition import Recognition

if TYPE_CHECKING:
    from app.draw.meddler import Meddler
    from app.draw.sheet.canvas import Canvas
    from app.state.networks import NetworkHolder
    from app.state.settings import Settings
    from app.state.sketch import Sketch


@dataclass(frozen=True)
class DrawContext:
    """What the views of Draw share.

    The signals are the panel's: a sentence for the status bar, the ``LabState`` of a window for
    Step.
    """

    networks: NetworkHolder
    settings: Settings
    sketch: Sketch
    canvas: Canvas
    meddler: Meddler
    status_message: SignalInstance
    window_wanted: SignalInstance


class DrawView(QWidget):
    """Base of the views: one more way to look at the answer, while it can be seen.

    Subclasses set ``title`` (on the button) and ``about`` (its tooltip), and show a recognition
    when ``show_recognition`` is called: soon after the drawing or the network changed, and only
    while the view can be seen. One that speaks of an enlarged map sets ``stays_next_to_card``:
    where there is room, the map does not take its place.
    """

    title: ClassVar[str] = ""
    about: ClassVar[str] = ""
    stays_next_to_card: ClassVar[bool] = False

    def __init__(self, context: DrawContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.recognition = Recognition(None)
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._show_now)

    def take_recognition(self, recognition: Recognition) -> None:
        """Remember the newest answer, and show it if the view can be seen."""
        self.recognition = recognition
        if self.isVisible():
            self._soon.start()

    def show_recognition(self) -> None:
        """Show ``self.recognition``, and what else the open network says."""

    def stop_and_join(self, timeout_ms: int) -> bool:  # noqa: ARG002 - for subclasses
        """End what runs in the background; say whether it ended in time."""
        return True

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what was drawn unseen."""
        super().showEvent(event)
        self._soon.start()

    @Slot()
    def _show_now(self) -> None:
        if self.isVisible():
            self.show_recognition()


class RowView(Restyled, DrawView):
    """A view whose halves stand in a row, and one below the other where there is little width.

    Subclasses fill ``row``, set ``wide_from`` (at scale 1), and call ``follow_theme`` at the end.
    """

    restyled_by = STYLE
    wide_from: ClassVar[int] = 480

    def __init__(self, context: DrawContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self.row.setContentsMargins(0, 0, 0, 0)

    @property
    def is_wide(self) -> bool:
        """Whether there is width for a row."""
        return self.width() >= px(self.wide_from)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take the direction for which there is room."""
        super().resizeEvent(event)
        direction = QBoxLayout.Direction
        self.row.setDirection(direction.LeftToRight if self.is_wide else direction.TopToBottom)
