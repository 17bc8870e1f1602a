"""The parts that Train is made of, besides form, curves and epochs; pages come in this order."""

from __future__ import annotations

from app.panels.train_freeze import TrainFreeze
from app.panels.train_inside import TrainInside
from app.panels.train_mistakes import TrainMistakes
from app.panels.train_outside import TrainOutside
from app.panels.train_part import TrainPart
from app.panels.train_rewind import TrainRewind
from app.panels.train_room import TrainRoom
from app.panels.train_runs import TrainRuns
from app.panels.train_start import TrainStart

PARTS: tuple[type[TrainPart], ...] = (
    TrainStart,
    TrainInside,
    TrainFreeze,
    TrainRewind,
    TrainRuns,
    TrainRoom,
    TrainMistakes,
    TrainOutside,
)
