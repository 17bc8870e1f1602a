"""Whether a network can be trained in the memory that is free, asked before any of it is taken."""

from __future__ import annotations

from collections.abc import Sequence

from engine.basics.errors import DataError
from engine.data.memory import free_memory, gigabytes
from engine.networks.stack import FLOAT_BYTES, Report

COPIES = 4
"""Weights, their gradients, what the optimiser keeps of each, and the best epoch's weights."""


def training_bytes(report: Report, batch_size: int) -> int:
    """About how many bytes a run takes: the weights' copies, and one batch's outputs."""
    return COPIES * FLOAT_BYTES * report.parameters + batch_size * report.activation_bytes


def check_training_memory(report: Report, name: str, batch_size: int) -> None:
    """Refuse a network that is larger than memory, before anything of it is built.

    Args:
        report: of its stack.
        name: of the network, to begin the sentence with.
        batch_size: how many images are in work at a time.

    Raises:
        DataError: with what is needed and what there is.
    """
    free, needed = free_memory(), training_bytes(report, batch_size)
    if free is not None and needed > free:
        raise DataError(
            f"{name} is too large to be trained here: {report.parameters:,} parameters and batches "
            f"of {batch_size} need about {gigabytes(needed)}, {gigabytes(free)} are free. "
            "Make its layers or the batches smaller."
        )


def check_paired_memory(reports: Sequence[Report], batch_size: int) -> None:
    """Refuse networks that are trained side by side and together are larger than memory.

    Args:
        reports: of their stacks.
        batch_size: how many images each has in work at a time.

    Raises:
        DataError: with what is needed and what there is.
    """
    free = free_memory()
    needed = sum(training_bytes(report, batch_size) for report in reports)
    if free is not None and needed > free:
        raise DataError(
            f"Trained side by side, these {len(reports)} networks need about {gigabytes(needed)}, "
            f"{gigabytes(free)} are free. Choose fewer channels, or close other programs."
        )
