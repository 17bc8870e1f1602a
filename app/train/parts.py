"""The parts that Train is made of, besides form, curves and epochs; pages come in this order."""

from __future__ import annotations

from app.train.freeze.page import TrainFreeze
from app.train.inside.page import TrainInside
from app.train.mistakes.opening import TrainMistakes
from app.train.part import TrainPart
from app.train.rewind.page import TrainRewind
from app.train.room import TrainRoom
from app.train.runs.page import TrainRuns
from app.train.start import TrainStart
from app.train.taskbar_progress import TrainOutside

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
