"""Widgets that take on the theme's sizes and colours again whenever these change."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QEvent

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    WidgetMixin = QWidget
else:  # of Qt's classes a widget inherits one alone: a mixin calls its methods, but is none itself
    WidgetMixin = object

STYLE = frozenset({QEvent.Type.StyleChange})
FONT = frozenset({QEvent.Type.FontChange})
COLOURS = frozenset({QEvent.Type.PaletteChange})
SIZES = STYLE | FONT
LOOKS = SIZES | COLOURS


class Restyled(WidgetMixin):
    """Calls ``_restyle()`` whenever the looks change; stands before Qt's class among the bases.

    Attributes:
        restyled_by: Which changes it answers: ``SIZES`` where the style sheet colours it, ``LOOKS``
            where it picks colours itself.
    """

    restyled_by: ClassVar[frozenset[QEvent.Type]] = SIZES
    _follows_theme = False

    def follow_theme(self) -> None:
        """Take on sizes and colours, now and from now on; said once all parts are there.

        Qt reports changes earlier: a widget that is half made has nothing to restyle.
        """
        self._follows_theme = True
        self._restyle()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        if self._follows_theme and event.type() in self.restyled_by:
            self._restyle()
        super().changeEvent(event)

    def _restyle(self) -> None:
        """Take on the theme's sizes and colours."""
        raise NotImplementedError


class Repainted(WidgetMixin):
    """Paints itself: asks for its room and its picture again whenever the theme changes."""

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        if event.type() in LOOKS:
            self.updateGeometry()
            self.update()
        super().changeEvent(event)


def give_role(widget: QWidget, role: str) -> None:
    """Let a widget look its role from now on, such as ``muted`` or ``error``.

    A property that changes is not noticed by Qt's style sheets: the widget is polished again.
    """
    if widget.property("role") == role:
        return
    widget.setProperty("role", role)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
