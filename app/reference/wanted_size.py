"""Settings for a wanted size: which padding keeps it, which stride halves it, what “same” does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from app.kit.stack.figures import UNKNOWN
from app.look.restyled import Restyled
from app.look.theme import px
from engine.basics.errors import ShapeError
from engine.basics.geometry import Pair, Shape, both_ways
from engine.costs.calculator import Answer, halving_strides, keeping_padding
from engine.layers import Conv2dSpec

_ONE: Pair = (1, 1)
_KEEPS = "Padding {padding} keeps the size"
_KEEPS_WITH_STRIDE = "Stride 1, padding {padding} keep the size"
_HALVES = "Stride {stride} halves it"


class WantedSize(Restyled, QWidget):
    """Two buttons, each of which says what would do, and does it.

    Signals:
        settings_wanted: These settings, a mapping from a field's name to its pair, are to be used.
    """

    settings_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.keep, self.halve = QPushButton(), QPushButton()
        self._keeping: Mapping[str, Pair] = {}
        self._halving: Mapping[str, Pair] = {}
        self.keep.clicked.connect(lambda: self.settings_wanted.emit(self._keeping))
        self.halve.clicked.connect(lambda: self.settings_wanted.emit(self._halving))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.keep)
        self._column.addWidget(self.halve)
        self.follow_theme()

    def show_unknown(self, reason: str) -> None:
        """Say nothing, as what stands in a field is not used."""
        self.keep.setText(_KEEPS.format(padding=UNKNOWN))
        self.halve.setText(_HALVES.format(stride=UNKNOWN))
        _offer(self.keep, reason)
        _offer(self.halve, reason)

    def show_wanted(self, shape: Shape, settings: Mapping[str, Any]) -> None:
        """Say what keeps the size of ``shape``, ``(C, H, W)``, and what halves it.

        ``settings`` are the fields of the spec, whether they go together or not.
        """
        self._show_keeping(shape, settings)
        self._show_halving(shape, settings)

    def _show_keeping(self, shape: Shape, settings: Mapping[str, Any]) -> None:
        """A size is kept at stride 1: with more, padding would have to outweigh the input."""
        kernel, dilation = settings["kernel_size"], settings["dilation"]
        sides = [
            keeping_padding(size, cells, 1, gaps)
            for size, cells, gaps in zip(shape[1:], kernel, dilation, strict=True)
        ]
        has_stride = settings["stride"] != _ONE
        words = _KEEPS_WITH_STRIDE if has_stride else _KEEPS
        self.keep.setText(words.format(padding=padding_words(sides)))
        self._keeping = {"padding": (sides[0][0], sides[1][0]), "stride": _ONE}
        obstacle = "An odd total cannot be split evenly."
        if all(before == after for before, after in sides):
            obstacle = _obstacle(shape, settings, self._keeping)
        _offer(self.keep, obstacle)

    def _show_halving(self, shape: Shape, settings: Mapping[str, Any]) -> None:
        axes = zip(
            shape[1:], settings["kernel_size"], settings["padding"], settings["dilation"],
            strict=True,
        )  # fmt: skip
        halving = [halving_strides(*axis) for axis in axes]
        obstacle = "With no stride there are half as many windows as the input has cells."
        self.halve.setText("No stride halves it")
        if all(halving):
            self._halving = {"stride": (halving[0][0], halving[1][0])}
            self.halve.setText(_HALVES.format(stride=both_ways(self._halving["stride"])))
            obstacle = _obstacle(shape, settings, self._halving)
        _offer(self.halve, obstacle)

    def _restyle(self) -> None:
        self._column.setSpacing(px(8))


def padding_words(sides: list[Pair]) -> str:
    """Padding before and after, of height and width: ``1``, ``0+1``, ``1 × 2``."""
    words = [str(before) if before == after else f"{before}+{after}" for before, after in sides]
    return words[0] if words[0] == words[1] else " × ".join(words)


def _offer(button: QPushButton, obstacle: str) -> None:
    """Let a setting be taken with a click, unless something is in the way."""
    button.setEnabled(not obstacle)
    button.setToolTip(obstacle or "Set it")


def _obstacle(shape: Shape, settings: Mapping[str, Any], wanted: Mapping[str, Pair]) -> str:
    """Why there would be no answer with these settings, or nothing new; empty if there is one."""
    if all(settings[name] == pair for name, pair in wanted.items()):
        return "This is what is set."
    try:
        Answer(shape, Conv2dSpec(**{**settings, **wanted}))
    except ShapeError as error:
        return str(error)
    return ""
