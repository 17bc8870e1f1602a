"""The row of tools under the canvas."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QSlider, QToolButton, QWidget

from app.look.icons import icon
from app.look.restyled import STYLE, Restyled
from app.look.theme import px
from app.state.settings import PEN_WIDTH

_LEFT = ("pen", "eraser")
_MIDDLE = ("undo", "redo", "clear")
_RIGHT = ("number", "open_image")
_MORE = ("paste", "copy", "save_drawing", "grid")
_STEP = 2


class DrawingTools(Restyled, QWidget):
    """Pen, eraser, the pen's width, and what can be done with the sheet."""

    restyled_by = STYLE

    width_changed = Signal(float)

    def __init__(
        self, actions: Mapping[str, QAction], width: float, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._buttons: list[QToolButton] = []
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._add(actions, _LEFT)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(int(PEN_WIDTH.minimum or 1), int(PEN_WIDTH.maximum or 99))
        self.slider.setValue(round(width))
        self.slider.setToolTip("Width of the pen ([ and ])")
        self.slider.setAccessibleName("Width of the pen")
        self.slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.slider.valueChanged.connect(self._announce_width)
        self._layout.addWidget(self.slider, 2)
        self._layout.addStretch(1)
        self._room = self._layout.count()
        self._add(actions, _MIDDLE)
        self._rule = QFrame()
        self._rule.setProperty("role", "rule")
        self._layout.addWidget(self._rule)
        self._add(actions, _RIGHT)
        self.more = self._more_button(actions)
        self.follow_theme()

    def take_in(self, widget: QWidget) -> None:
        """Take a widget in, between the pen's tools and the sheet's, where there is room for it."""
        self._layout.insertWidget(self._room, widget, 40)

    def append(self, widget: QWidget) -> None:
        """Put one more tool at the end."""
        self._layout.addWidget(widget)

    @property
    def pen_width(self) -> float:
        """The width chosen, in units of the 280×280 sheet."""
        return float(self.slider.value())

    def step_width(self, steps: int) -> None:
        """Make the pen thicker or thinner."""
        self.slider.setValue(self.slider.value() + _STEP * steps)

    def _add(self, actions: Mapping[str, QAction], names: tuple[str, ...]) -> None:
        for name in names:
            button = QToolButton()
            button.setDefaultAction(actions[name])
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self._layout.addWidget(button)
            self._buttons.append(button)

    def _more_button(self, actions: Mapping[str, QAction]) -> QToolButton:
        button = QToolButton()
        button.setIcon(icon("more"))
        button.setToolTip("Paste, copy, save, grid")
        button.setAccessibleName("More: paste, copy, save, grid")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        for name in _MORE:
            menu.addAction(actions[name])
        button.setMenu(menu)
        self._layout.addWidget(button)
        self._buttons.append(button)
        return button

    def _announce_width(self, width: int) -> None:
        self.width_changed.emit(float(width))

    def _restyle(self) -> None:
        self._layout.setSpacing(px(2))
        self._rule.setFixedSize(1, px(22))
        self.slider.setMaximumWidth(px(180))
        self.slider.setMinimumWidth(px(56))
        for button in self._buttons:
            button.setIconSize(QSize(px(20), px(20)))
