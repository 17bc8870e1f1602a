"""The open network in the words of the header: every fact of its record, and none that it lacks."""

from dataclasses import replace

import numpy as np
import pytest

from app.state.network_summary import summarise
from app.state.networks import NetworkHolder
from engine.networks.calibration import Calibration
from engine.networks.model_file import TrainingRecord
from engine.networks.network import Sequential
from engine.networks.presets import PRESETS

RECORD = TrainingRecord("MNIST", 55_000, 5, 0.991, 7, "2026-01-02")
SPACE = "\N{NO-BREAK SPACE}"


def summary_of(record):
    holder = NetworkHolder()
    holder.set_network(Sequential(PRESETS["lenet5"].stack, np.random.default_rng(0)), record)
    return summarise(holder)


def test_without_a_network_it_says_what_to_do(qapp):
    summary = summarise(NetworkHolder())
    assert (summary.title, summary.details) == ("No network", "Open one, or train one.")


@pytest.mark.parametrize(
    ("record", "facts"),
    [
        (None, ("how it was trained is not known",)),
        (RECORD, ("trained on MNIST", f"99.1{SPACE}% on validation images")),
        (
            replace(RECORD, test_accuracy=0.987),
            ("trained on MNIST", f"98.7{SPACE}% on test images"),
        ),
        (replace(RECORD, validation_accuracy=None), ("trained on MNIST",)),
        (
            replace(RECORD, settings={"moment": "epoch 3"}, validation_accuracy=None),
            ("trained on MNIST", "as it was after epoch 3"),
        ),
        (
            replace(RECORD, settings={"moment": "before the first step"}, validation_accuracy=None),
            ("trained on MNIST", "as it was before the first step"),
        ),
    ],
)
def test_the_line_tells_what_the_record_knows(qapp, record, facts):
    summary = summary_of(record)
    assert summary.title == "LeNet-5"
    assert summary.details == "  ·  ".join(("61,706 parameters", *facts))


def test_the_account_has_a_line_for_each_fact(qapp):
    record = replace(
        RECORD,
        best_epoch=4,
        test_accuracy=0.9876,
        test_data="10,000 test images",
        calibration=Calibration(1.25, 0.02, 0.005),
    )
    assert summary_of(record).tool_tip.splitlines() == [
        "Trained on 55,000 images of MNIST, 5 epochs",
        "Weights of epoch 4",
        f"Validation accuracy 99.10{SPACE}%",
        f"Test accuracy 98.76{SPACE}% (10,000 test images)",
        f"Temperature 1.25: calibration error 2.00{SPACE}% before, 0.50{SPACE}% with it",
        "Seed 7, 2026-01-02",
    ]


def test_the_account_leaves_out_what_is_not_known(qapp):
    record = replace(
        RECORD,
        epochs=1,
        best_epoch=1,
        validation_accuracy=None,
        test_accuracy=0.9,
        calibration=Calibration(2.0),
    )
    assert summary_of(record).tool_tip.splitlines() == [
        "Trained on 55,000 images of MNIST, 1 epoch",
        f"Test accuracy 90.00{SPACE}%",
        "Temperature 2.00",
        "Seed 7, 2026-01-02",
    ]
