"""What plots have alike: how they are made, and a line under the mouse with what it crosses.

Importing this module imports pyqtgraph.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QWidget

from app.look.text import Text
from app.look.theme import current_theme, px


def bare_plot(owner: QWidget, axes: Mapping[str, pg.AxisItem]) -> pg.PlotWidget:
    """Return a plot without frame, buttons and menu; its grid lies below what is drawn."""
    view = pg.PlotWidget(owner, axisItems=dict(axes))
    view.setFrameShape(QFrame.Shape.NoFrame)
    plot = view.getPlotItem()
    plot.hideButtons()
    plot.setMenuEnabled(False)
    plot.showGrid(x=True, y=True, alpha=1.0)
    for axis in axes.values():
        axis.setZValue(-1)
    return view


class PlotPointer(QObject):
    """Watches the mouse over ``view``.

    Args:
        view: A ``pyqtgraph.PlotWidget``.
        say_at: Gives, for a position on the horizontal axis, the nearest one that there is a value
            for, and what to say of it; ``None`` if there is nothing.
    """

    def __init__(
        self, view: pg.PlotWidget, say_at: Callable[[float], tuple[float, str] | None]
    ) -> None:
        super().__init__(view)
        self._view, self._say_at = view, say_at
        self._line = pg.InfiniteLine(angle=90, movable=False)
        self._line.hide()
        view.getPlotItem().addItem(self._line, ignoreBounds=True)
        self._words = Text(size=12, parent=view)
        self._words.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._words.hide()
        view.viewport().installEventFilter(self)

    @property
    def text(self) -> str:
        """What is said; empty if the mouse is elsewhere."""
        return "" if self._words.isHidden() else self._words.text()

    def hide(self) -> None:
        """Say nothing until the mouse moves again."""
        self._line.hide()
        self._words.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the mouse; leave its events to the plot."""
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseMove:
            self._point(event.position().toPoint())
        elif event.type() == QEvent.Type.Leave:
            self.hide()
        return super().eventFilter(watched, event)

    def _point(self, at: QPoint) -> None:
        box = self._view.getPlotItem().getViewBox()
        scene = self._view.mapToScene(at)
        is_inside = box.sceneBoundingRect().contains(scene)
        found = self._say_at(box.mapSceneToView(scene).x()) if is_inside else None
        if found is None:
            self.hide()
            return
        position, words = found
        theme = current_theme()
        self._line.setPen(pg.mkPen(theme.text_muted))
        self._line.setValue(position)
        self._line.show()
        self._words.setStyleSheet(
            f"background: {theme.raised}; border: 1px solid {theme.border}; "
            f"border-radius: {px(4)}px; padding: {px(4)}px;"
        )
        self._words.setText(words)
        self._words.adjustSize()
        self._place(at)

    def _place(self, at: QPoint) -> None:
        """Next to the mouse, on the side where there is room."""
        gap, words = px(14), self._words
        is_right = at.x() + gap + words.width() < self._view.width()
        x = at.x() + gap if is_right else at.x() - gap - words.width()
        y = min(max(at.y() - words.height() // 2, 0), self._view.height() - words.height())
        words.move(max(x, 0), y)
        words.show()
