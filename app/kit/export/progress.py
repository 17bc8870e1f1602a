"""How far an export is, with a way to cancel it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from app.kit.read_out import ReadOut, ThinBar
from app.look.text import Text
from app.look.theme import px


class ProgressDialog(QDialog):
    """Lies over the window while a run is written. Esc and *Cancel* ask to stop."""

    cancelled = Signal()

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("cnnviz")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.bar = ThinBar(self)
        self.state = ReadOut(13, "text_muted", parent=self)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(20), px(16), px(20), px(16))
        layout.setSpacing(px(12))
        layout.addWidget(Text(title, 15, QFont.Weight.DemiBold))
        layout.addWidget(self.bar)
        layout.addWidget(self.state)
        layout.addWidget(self.buttons)
        self.setMinimumWidth(px(360))

    def show_progress(self, done: int, count: int) -> None:
        """Say how far it is."""
        self.bar.show_share(done / count)
        self.state.set_text(f"{done} of {count} steps" if done < count else "Finishing the file…")

    def reject(self) -> None:
        """Ask to stop; the dialog is closed by whoever runs the export."""
        self.buttons.setEnabled(False)
        self.state.set_text("Cancelling…")
        self.cancelled.emit()
