"""Saving the curves of a run as a table or as a picture."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
from PySide6.QtCore import QBuffer, QIODevice, QObject, Slot
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog

from app.kit.curves import TrainingCurves
from app.state.settings import LAST_FOLDER
from app.train.part import TrainContext, TrainPart
from app.train.training_view import TrainingView
from engine.basics.errors import EngineError
from engine.networks.model_file import write_whole

ENDINGS = {"Table (*.csv)": ".csv", "Picture (*.png)": ".png", "Drawing (*.svg)": ".svg"}
FILTERS = ";;".join(ENDINGS)


COLUMNS = (
    "epochs",
    "training_loss",
    "training_loss_average",
    "training_accuracy",
    "training_accuracy_average",
    "validation_loss",
    "validation_accuracy",
)


class TrainExport(TrainPart):
    """Asks where the curves are to be saved, and saves them."""

    def __init__(self, context: TrainContext, parent: QObject) -> None:
        super().__init__(context, parent)
        context.view.save_curves.clicked.connect(self.choose_file)

    @Slot()
    def choose_file(self) -> None:
        """Ask where the curves are to be saved, and save them."""
        settings, view = self.context.settings, self.context.view
        folder = Path(settings.get(LAST_FOLDER) or Path.home())
        name, chosen = QFileDialog.getSaveFileName(
            view.window(), "Save curves", str(folder / "curves.csv"), FILTERS
        )
        if not name:
            return
        path = Path(name)
        if not path.suffix:
            path = path.with_suffix(ENDINGS.get(chosen, ".csv"))
        settings.set(LAST_FOLDER, str(path.parent))
        try:
            save_curves(path, self.context.session.curves, view)
        except EngineError as error:
            view.notice.show_notice("error", str(error))
        else:
            self.context.status_message.emit(f"The curves are in {path.name}.")


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


def curves_table(curves: TrainingCurves) -> str:
    """One row for each point, in CSV; validation stands in the row of the last one before it.

    A point is a batch; in a run of very many it is the mean of some. ``epochs`` counts from the
    start of the run: 1.5 is the middle of the second epoch. Accuracy is from 0 to 1.
    """
    loss, accuracy = curves.loss, curves.accuracy
    before = np.searchsorted(loss.positions, [epoch.epoch for epoch in curves.epochs], "right") - 1
    validation = dict(zip(before.tolist(), curves.epochs, strict=True))
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS)
    rows = zip(
        loss.positions.tolist(),
        loss.per_batch.tolist(),
        loss.smoothed.tolist(),
        accuracy.per_batch.tolist(),
        accuracy.smoothed.tolist(),
        strict=True,
    )
    for index, row in enumerate(rows):
        done = validation.get(index)
        held_out = (done.validation_loss, done.validation_accuracy) if done else ("", "")
        table.writerow([*row, *held_out])
    return text.getvalue()
