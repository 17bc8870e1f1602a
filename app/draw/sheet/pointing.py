"""What the canvas asks of mouse, pen and finger: every move, and whether a press is a click."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QPointF, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication


@dataclass
class Click:
    """A press on a button that lies on the sheet, and where the pen went since, with pressure."""

    button: QAbstractButton
    moves: list[tuple[QPointF, float]]

    @property
    def has_moved(self) -> bool:
        """Whether it is a stroke by now."""
        way = self.moves[-1][0] - self.moves[0][0]
        return way.manhattanLength() >= QApplication.startDragDistance()


class EveryMove:
    """Has every move of the pen delivered while it is over the sheet.

    X11 joins the moves that come while the network is asked, which cuts the corners of a quick
    stroke: a 0 becomes a polygon. Elsewhere in the window they stay joined, as dragging its border
    would otherwise lag behind.
    """

    _joined = Qt.ApplicationAttribute.AA_CompressHighFrequencyEvents

    def __init__(self) -> None:
        self._were_joined = False

    def begin(self) -> None:
        """Have them one by one."""
        self._were_joined |= QCoreApplication.testAttribute(self._joined)
        QCoreApplication.setAttribute(self._joined, False)

    def end(self) -> None:
        """Have them as before."""
        if self._were_joined:
            QCoreApplication.setAttribute(self._joined, True)
        self._were_joined = False
