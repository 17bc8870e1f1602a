"""One line on how a run is going, over its progress bar."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from app.kit.read_out import ReadOut, ThinBar
from app.look.restyled import Restyled
from app.look.text import Text
from app.look.theme import px


class RunStatus(Restyled, QWidget):
    """A headline at the left, figures at the right, the bar below, and a note if there is one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.headline = Text(size=14, weight=QFont.Weight.DemiBold)
        self.figures = ReadOut(13, "text_muted", alignment=Qt.AlignmentFlag.AlignRight)
        self.note = Text(size=12, role="muted")
        self.note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.bar = ThinBar()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setColumnStretch(1, 1)
        self._grid.addWidget(self.headline, 0, 0)
        self._grid.addWidget(self.figures, 0, 1)
        self._grid.addWidget(self.bar, 1, 0, 1, 2)
        self._grid.addWidget(self.note, 2, 0, 1, 2)
        self.show_note("")
        self.follow_theme()

    def show_status(self, headline: str, figures: str = "", progress: float | None = 0.0) -> None:
        """Show the line, and how much is done, 0 to 1; ``None`` if that is not known."""
        self.headline.setText(headline)
        self.figures.set_text(figures)
        self.bar.show_share(progress)

    def show_note(self, note: str) -> None:
        """Show a remark below the bar; none if it is empty."""
        self.note.setText(note)
        self.note.setVisible(bool(note))

    def _restyle(self) -> None:
        self._grid.setVerticalSpacing(px(6))
        self._grid.setHorizontalSpacing(px(12))
