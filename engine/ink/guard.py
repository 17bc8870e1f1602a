"""A small network of its own that tells digits from other marks, whichever network reads them.

A network that reads digits must call every picture one of ten. The guard has an eleventh answer,
"no digit", learnt from generated scribbles, signs and letters. Its doubt is the log odds of that;
the limit is set on digits that it was not trained on, so that it turns next to none of them away.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from engine.basics.errors import DataError
from engine.networks.calibration import evidence

if TYPE_CHECKING:  # the window is painted before the engine is loaded
    from pathlib import Path

    from engine.networks.network import Sequential
    from engine.networks.stack import Stack

Floats = NDArray[np.floating]

REFUSED = 0.001
"""Share of held-out digits that may be turned away."""

LIMIT = "limit_of_doubt"
"""Under which name a guard's file keeps the limit, among the settings of its training record."""

_INPUT, _OUTPUT = (1, 28, 28), (11,)


@dataclass(frozen=True, eq=False)
class Guard:
    """A network with eleven outputs, the last for "no digit", and how much doubt is too much."""

    network: Sequential
    limit: float

    def passes(self, image: Floats) -> bool:
        """Whether a prepared picture, ``(28, 28)``, may be a digit."""
        return bool(doubts(self.network, image[np.newaxis, np.newaxis])[0] <= self.limit)


def doubts(network: Sequential, images: Floats) -> Floats:
    """How much speaks against any digit: ``z_none − log Σ exp(z_digit)``, the log odds.

    Shape:
        ``(N, 1, 28, 28)`` from 0 to 1, to ``(N,)``.
    """
    scores = network.logits(images)
    doubt: Floats = scores[:, -1] - evidence(scores[:, :-1])
    return doubt


def limit_of_doubt(doubts_of_sets: list[Floats], refused: float = REFUSED) -> float:
    """The smallest limit at which no more than ``refused`` of any set of digits is turned away."""
    return max(float(np.quantile(one, 1 - refused, method="higher")) for one in doubts_of_sets)


def guard_stack() -> Stack:
    """The guard's layers: LeNet's, with less width, and eleven outputs."""
    from engine.layers import (  # noqa: PLC0415 - slow to load
        Conv2dSpec,
        DenseSpec,
        FlattenSpec,
        MaxPool2dSpec,
        ReLUSpec,
    )
    from engine.networks.stack import Stack  # noqa: PLC0415

    layers = (
        *(Conv2dSpec(12, (5, 5)), ReLUSpec(), MaxPool2dSpec()),
        *(Conv2dSpec(24, (5, 5)), ReLUSpec(), MaxPool2dSpec()),
        *(FlattenSpec(), DenseSpec(48), ReLUSpec(), DenseSpec(_OUTPUT[0])),
    )
    return Stack("Guard", _INPUT, layers)


def load_guard(path: Path) -> Guard:
    """Read a guard.

    Raises:
        ModelFileError: if the file is missing or damaged.
        DataError: if it holds another network than a guard.
    """
    from engine.networks.model_file import load_model  # noqa: PLC0415 - slow to load
    from engine.networks.stack import describe  # noqa: PLC0415

    model = load_model(path)
    settings: dict[str, Any] = (model.record.settings if model.record else None) or {}
    limit = settings.get(LIMIT)
    fits = model.stack.input_shape == _INPUT and describe(model.stack).output_shape == _OUTPUT
    if not fits or not isinstance(limit, float):
        raise DataError(
            f"{path.name} is no guard: it needs 11 outputs for images of 28×28, and a limit."
        )
    return Guard(model.network, limit)
