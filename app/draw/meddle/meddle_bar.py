"""Buttons to meddle with one feature map, and a line on what it did."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QToolButton, QVBoxLayout, QWidget

from app.draw.meddler import Meddler
from app.kit.buttons import allow
from app.look.icons import icon
from app.look.nesting import nest
from app.look.restyled import STYLE, Restyled
from app.look.text import ElidedText
from app.look.theme import px
from engine.basics.errors import EngineError

if TYPE_CHECKING:
    from engine.ink.preprocess import Prepared
    from engine.insight.shown_layer import Unit
    from engine.layers.known_kernels import KnownKernel

_ALL_BUTTONS = 520
"""From which width on all buttons have room, at scale 1."""


class MeddleBar(Restyled, QWidget):
    """Stands below an enlarged map.

    Signals:
        status_message: A sentence for the status bar.
    """

    restyled_by = STYLE

    status_message = Signal(str)

    def __init__(self, meddler: Meddler, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._meddler = meddler
        self._place = (0, 0)
        self._unit: Unit | None = None
        self._kernel_shape: tuple[int, ...] | None = None
        self._prepared: Prepared | None = None
        self._offered: tuple[object, ...] = ()
        self.mute_button = QPushButton("Mute this map")
        self.mute_button.setCheckable(True)
        self.kernel_button = QPushButton("Replace the kernel")
        self.menu = QMenu(self.kernel_button)
        self.menu.setToolTipsVisible(True)
        self.kernel_button.setMenu(self.menu)
        self.pointed = ElidedText(size=12, role="muted")
        self.undo_button = self._tool("undo")
        self.redo_button = self._tool("redo")
        self.back_button = QPushButton("Put everything back")
        self.result = ElidedText(size=12)
        self._row = QHBoxLayout()
        for part in (self.mute_button, self.kernel_button):
            self._row.addWidget(part)
        self._row.addWidget(self.pointed, 1)
        for last in (self.undo_button, self.redo_button, self.back_button):
            self._row.addWidget(last)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        nest(self._column, self._row)
        self._column.addWidget(self.result)
        self.mute_button.clicked.connect(self._mute)
        self.menu.triggered.connect(self._replace)
        self.undo_button.clicked.connect(meddler.undo_stack.undo)
        self.redo_button.clicked.connect(meddler.undo_stack.redo)
        self.back_button.clicked.connect(meddler.put_everything_back)
        meddler.changed.connect(self._show)
        meddler.progressed.connect(self._show)
        self.follow_theme()

    def show_unit(
        self,
        unit: Unit | None,
        kernel_shape: tuple[int, ...] | None = None,
        prepared: Prepared | None = None,
    ) -> None:
        """Show what can be done to a unit's map, and what all edits did to the drawing's answer."""
        self._unit, self._kernel_shape, self._prepared = unit, kernel_shape, prepared
        if unit is not None:
            self._place = unit.layer, unit.index[0]
            self._show()

    @Slot()
    def _show(self) -> None:
        """Show the state of the unit: asked with every movement of the pen."""
        if self._unit is None:
            return
        meddler, noun = self._meddler, "map" if len(self._unit.index) == 3 else "unit"
        self.mute_button.setText(f"Mute this {noun}")
        self.mute_button.setVisible(meddler.can_mute(self._unit.layer))
        self.mute_button.setChecked(meddler.is_muted(self._place))
        self.mute_button.setToolTip(f"Set this {noun} to 0, whatever the layer computes")
        self._offer_kernels(meddler.kernel_title(self._place))
        undo, redo = meddler.undo_stack.undoText(), meddler.undo_stack.redoText()
        for button, text, word, why_not in (
            (self.undo_button, undo, "Undo", "nothing was changed yet"),
            (self.redo_button, redo, "Redo", "nothing was undone"),
        ):
            button.setVisible(bool(undo or redo) and self._has_room)
            allow(button, "" if text else why_not, f"{word}: {text}" if text else word)
        self.back_button.setVisible(meddler.is_meddled and self._has_room)
        result = meddler.result_words(self._prepared)
        self.result.setText(result)
        self.result.setToolTip(result)
        self.result.setVisible(bool(result))

    @property
    def _has_room(self) -> bool:
        """Whether there is width for the buttons that the page Meddle has as well."""
        return self.width() >= px(_ALL_BUTTONS)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out what has no room: no word is cut off."""
        super().resizeEvent(event)
        self._show()

    def _offer_kernels(self, title: str) -> None:
        """Fill the menu, unless it is for the same; ``title`` is what replaces the kernel now."""
        self.kernel_button.setVisible(self._kernel_shape is not None)
        offered = (self._kernel_shape, title)
        if self._kernel_shape is None or offered == self._offered:
            return
        self._offered = offered
        self.kernel_button.setToolTip(
            f"Now: {title or 'the trained kernel'}. Its cells can be typed over, too."
        )
        self.menu.clear()
        trained = self.menu.addAction("The trained kernel")
        trained.setData("")
        allow(trained, "" if title else "it is the one in use", "The kernel of the network's file")
        self.menu.addSeparator()
        for key, known, problem in _kernels_for(self._kernel_shape):
            action = self.menu.addAction(known.title)
            action.setData(key)
            allow(action, problem, known.about)

    @Slot(bool)
    def _mute(self, is_muted: bool) -> None:
        self._meddler.set_muted(self._place, is_muted=is_muted)

    @Slot(QAction)
    def _replace(self, action: QAction) -> None:
        if not action.data():
            self._meddler.put_kernel_back(self._place)
            return
        try:
            self._meddler.replace_kernel(self._place, str(action.data()))
        except EngineError as error:
            self.status_message.emit(str(error))

    @staticmethod
    def _tool(name: str) -> QToolButton:
        button = QToolButton()
        button.setIcon(icon(name))
        button.setAccessibleName(f"{name.title()} the last change of the network")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _restyle(self) -> None:
        self._row.setSpacing(px(8))
        self._column.setSpacing(px(2))
        for button in (self.undo_button, self.redo_button):
            button.setIconSize(QSize(px(18), px(18)))


@cache
def _kernels_for(shape: tuple[int, ...]) -> tuple[tuple[str, KnownKernel, str], ...]:
    """All known kernels with their keys, and what keeps each from replacing one of this shape."""
    from engine.insight.meddling import fitted_kernel  # noqa: PLC0415
    from engine.layers.known_kernels import KERNELS  # noqa: PLC0415 - not before the first paint

    found = []
    for key, known in KERNELS.items():
        problem = ""
        try:
            fitted_kernel(known, shape)
        except EngineError as error:
            problem = str(error)
        found.append((key, known, problem))
    return tuple(found)
