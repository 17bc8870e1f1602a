"""Saving the curves of a run as a table or as a picture."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QObject, Signal, Slot
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from app.kit.curves import TrainingCurves
from app.state.settings import LAST_FOLDER, Settings
from app.train.curves_table import curves_table
from app.train.training_session import TrainingSession
from app.train.training_view import TrainingView
from engine.basics.errors import EngineError
from engine.networks.model_file import write_whole

ENDINGS = {"Table (*.csv)": ".csv", "Picture (*.png)": ".png", "Drawing (*.svg)": ".svg"}
FILTERS = ";;".join(ENDINGS)


class TrainExport(QObject):
    """Asks where the curves are to be saved, and saves them.

    Signals:
        status_message: A sentence for the status bar.
    """

    status_message = Signal(str)

    def __init__(
        self, view: TrainingView, session: TrainingSession, settings: Settings, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._window = parent
        self._view, self._session, self._settings = view, session, settings
        view.save_curves.clicked.connect(self.choose_file)

    @Slot()
    def choose_file(self) -> None:
        """Ask where the curves are to be saved, and save them."""
        folder = Path(self._settings.get(LAST_FOLDER) or Path.home())
        name, chosen = QFileDialog.getSaveFileName(
            self._window, "Save curves", str(folder / "curves.csv"), FILTERS
        )
        if not name:
            return
        path = Path(name)
        if not path.suffix:
            path = path.with_suffix(ENDINGS.get(chosen, ".csv"))
        self._settings.set(LAST_FOLDER, str(path.parent))
        try:
            save_curves(path, self._session.curves, self._view)
        except EngineError as error:
            self._view.notice.show_notice("error", str(error))
        else:
            self.status_message.emit(f"The curves are in {path.name}.")


def save_curves(path: Path, curves: TrainingCurves, view: TrainingView) -> None:
    """Write a picture if the name ends in ``.png`` or ``.svg``, else a table.

    Raises:
        ModelFileError: if the file cannot be written; one that was there before is still there.
    """
    match path.suffix.lower():
        case ".png":
            content = _png(view.picture_of_curves())
        case ".svg":
            content = view.drawing_of_curves()
        case _:
            content = curves_table(curves).encode()
    write_whole(path, content)


def _png(picture: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")  # type: ignore[call-overload]  # takes no bytes, whatever it says
    return bytes(buffer.data().data())
