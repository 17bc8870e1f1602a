"""Widgets that take on the theme's sizes and colours again whenever these change."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QEvent

from app.look.mixin import WidgetMixin

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

        Qt tells of changes before: a widget that is half made has nothing to restyle.
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
