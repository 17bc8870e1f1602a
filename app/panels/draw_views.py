"""The views beside the canvas of Draw, after the answer itself, in the order of their buttons."""

from __future__ import annotations

from app.panels.draw_compare import CompareView
from app.panels.draw_meddle import MeddleView
from app.panels.draw_shift import ShiftView
from app.panels.draw_view import DrawView
from app.panels.draw_why import WhyView

VIEWS: tuple[type[DrawView], ...] = (WhyView, MeddleView, ShiftView, CompareView)
