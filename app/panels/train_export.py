"""Saving the curves of a run as a table or as a picture."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage

from app.viewmodels.curves import TrainingCurves
from app.viewmodels.curves_table import curves_table
from engine.model_file import write_whole

FILTERS = "Table (*.csv);;Picture (*.png)"


def save_curves(path: Path, curves: TrainingCurves, picture: QImage) -> None:
    """Write a picture if the name ends in ``.png``, else a table.

    Raises:
        ModelFileError: if the file cannot be written; one that was there before is still there.
    """
    is_picture = path.suffix.lower() == ".png"
    write_whole(path, _png(picture) if is_picture else curves_table(curves).encode())


def _png(picture: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")  # type: ignore[call-overload]  # takes no bytes, whatever it says
    return bytes(buffer.data().data())
