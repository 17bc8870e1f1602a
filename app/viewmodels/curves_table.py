"""The curves of a run as a table that a spreadsheet opens."""

from __future__ import annotations

import csv
import io

from app.viewmodels.curves import TrainingCurves

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
    """One row for each batch, in CSV; validation stands in the row of the last batch before it.

    ``epochs`` counts from the start of the run: 1.5 is the middle of the second epoch. Accuracy is
    from 0 to 1.
    """
    loss, accuracy = curves.loss, curves.accuracy
    validation = {epoch.epoch: epoch for epoch in curves.epochs}
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
    for row in rows:
        done = validation.get(int(row[0])) if row[0] == int(row[0]) else None
        held_out = (done.validation_loss, done.validation_accuracy) if done else ("", "")
        table.writerow([*row, *held_out])
    return text.getvalue()
