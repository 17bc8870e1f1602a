"""The curves of a run as a table that a spreadsheet opens."""

from __future__ import annotations

import csv
import io

import numpy as np

from app.kit.curves import TrainingCurves

COLUMNS = (
    "epochs",
    "training_loss",
    "training_loss_average",
    "training_accuracy",
    "training_accuracy_average",
    "validation_loss",
    "validation_accuracy",
)


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
