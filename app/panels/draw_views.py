"""The views beside the canvas of Draw, after the answer itself, in the order of their buttons."""

from __future__ import annotations

from app.panels.draw_view import DrawView

VIEWS: tuple[type[DrawView], ...] = ()
