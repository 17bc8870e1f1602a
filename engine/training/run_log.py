"""What a run reported, batch by batch and epoch by epoch, kept in little memory and in a file.

The columns are the fields of the events, so that every figure comes back as it was. A log that is
full makes room by averaging each two neighbouring rows into one: half as fine, as long as before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from engine.basics.errors import ModelFileError
from engine.training.events import BatchDone, EpochDone, Event

MOST_ROWS = 32_768
"""So many rows are kept of the batches."""

_MOST_READ = 4 * MOST_ROWS
_LARGEST_COUNT = 2.0**53
_AVERAGED = ("loss", "accuracy")
_KINDS = {"int": int, "float": float, "bool": bool}

Rows = NDArray[np.float64]
EventT = TypeVar("EventT", BatchDone, EpochDone)


class RunLog:
    """Takes in events as a trainer yields them; what it does not keep it passes over.

    Args:
        most: How many rows of batches are kept at most; an even number.
    """

    def __init__(self, most: int = MOST_ROWS) -> None:
        self._most = most
        self._batches: Rows = np.empty((min(1024, most), len(_names(BatchDone))))
        self._count = 0
        self._waiting: list[list[float]] = []
        self.every = 1
        self.epochs: list[EpochDone] = []

    def __len__(self) -> int:
        """How many rows of batches there are."""
        return self._count

    def take(self, event: Event) -> None:
        """Keep a batch or an epoch."""
        if isinstance(event, BatchDone):
            self._waiting.append(_row(event))
            if len(self._waiting) == self.every:
                is_one = self.every == 1
                row = self._waiting[0] if is_one else _averaged(np.array(self._waiting))
                self._waiting.clear()
                self._append(row)
        elif isinstance(event, EpochDone):
            self.epochs.append(event)

    def batches(self) -> Iterator[BatchDone]:
        """The batches in order; where rows were averaged, one for each group of them."""
        for row in self._batches[: self._count]:
            yield _event(BatchDone, row)

    def tensors(self) -> dict[str, Rows]:
        """Everything as arrays: what waits to be averaged is left out."""
        epochs = np.array([_row(epoch) for epoch in self.epochs])
        return {
            "batches": self._batches[: self._count].copy(),
            "epochs": epochs.reshape(len(self.epochs), len(_names(EpochDone))),
            "every": np.array([self.every], np.float64),
        }

    @classmethod
    def from_tensors(cls, tensors: Mapping[str, NDArray[np.float64]]) -> RunLog:
        """Read what ``tensors`` gave.

        Raises:
            ModelFileError: if an array is missing or has another shape.
        """
        log = cls()
        try:
            batches, epochs = tensors["batches"], tensors["epochs"]
            log.every = int(tensors["every"].reshape(-1)[0])
        except (KeyError, IndexError, ValueError, OverflowError) as error:
            raise ModelFileError(f"The curves of the run are incomplete ({error}).") from error
        if log.every < 1:
            raise ModelFileError(f"A point of a curve stands for {log.every} batches; 1 or more.")
        _check_rows(batches, BatchDone)
        _check_rows(epochs, EpochDone)
        log._batches, log._count = np.array(batches, np.float64), len(batches)
        log._most = max(MOST_ROWS, len(batches) + len(batches) % 2)
        log.epochs = [_event(EpochDone, row) for row in epochs]
        return log

    def _append(self, row: Rows | list[float]) -> None:
        if self._count == len(self._batches):
            more = min(max(self._count, 1024), self._most - self._count)
            self._batches = np.concatenate([self._batches, np.empty((more, len(row)))])
        self._batches[self._count] = row
        self._count += 1
        if self._count >= self._most:
            self._halve()

    def _halve(self) -> None:
        pairs = self._batches[: self._count].reshape(self._count // 2, 2, -1)
        self._count //= 2
        self._batches[: self._count] = _averaged(pairs.transpose(1, 0, 2))
        self.every *= 2


_COLUMNS: dict[type, tuple[str, ...]] = {
    event: tuple(field.name for field in fields(event)) for event in (BatchDone, EpochDone)
}


def _check_rows(rows: Rows, event: type[BatchDone | EpochDone]) -> None:
    """Refuse what ``_event`` could not make events of."""
    if rows.ndim != 2 or rows.shape[1] != len(_names(event)) or len(rows) > _MOST_READ:
        raise ModelFileError(
            f"The curves of the run need {len(_names(event))} columns and at most "
            f"{_MOST_READ:,} rows; an array of {rows.shape} was found."
        )
    counts = [place for place, field in enumerate(fields(event)) if field.type != "float"]
    if not (np.abs(rows[:, counts]) < _LARGEST_COUNT).all():  # nor is NaN less
        raise ModelFileError("The curves of the run count batches that cannot be.")


def _names(event: type[BatchDone | EpochDone]) -> tuple[str, ...]:
    return _COLUMNS[event]


def _row(event: BatchDone | EpochDone) -> list[float]:
    return [float(getattr(event, name)) for name in _names(type(event))]


def _averaged(rows: Rows) -> Rows:
    """The last of the rows, with the means of all where a mean makes sense."""
    result: Rows = rows[-1].copy()
    for name in _AVERAGED:
        column = _names(BatchDone).index(name)
        result[..., column] = rows[..., column].mean(axis=0)
    return result


def _event(kind: type[EventT], row: Rows) -> EventT:
    kinds = (_KINDS[str(field.type)] for field in fields(kind))
    return kind(*(to_kind(value) for to_kind, value in zip(kinds, row.tolist(), strict=True)))
