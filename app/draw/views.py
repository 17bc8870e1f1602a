"""The views beside the canvas of Draw, after the answer itself, in the order of their buttons."""

from __future__ import annotations

from app.draw.compare.view import CompareView
from app.draw.meddle.view import MeddleView
from app.draw.shift.view import ShiftView
from app.draw.view import DrawView
from app.draw.why.view import WhyView

VIEWS: tuple[type[DrawView], ...] = (WhyView, MeddleView, ShiftView, CompareView)
