"""The icons: SVG files drawn in one colour, which is the theme's at the time of painting.

An icon made once therefore stays right when the theme changes, at every size and resolution.
"""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from app.look.assets import asset
from app.look.theme import current_theme


def icon(name: str, role: str = "text") -> QIcon:
    """Return the icon ``resources/icons/<name>.svg`` in a colour role of the theme.

    Raises:
        FileNotFoundError: there is no such icon.
    """
    _source(name)
    return QIcon(_ThemedIcon(name, role))


def app_icon() -> QIcon:
    """Return the application's own icon, for the task bar: in its own colours, at many sizes."""
    renderer = QSvgRenderer(str(asset("icons", "app", "cnnviz.svg")))
    result = QIcon()
    for side in (16, 32, 48, 128, 256):
        picture = QPixmap(side, side)
        picture.fill(Qt.GlobalColor.transparent)
        with QPainter(picture) as painter:
            renderer.render(painter)
        result.addPixmap(picture)
    return result


def paint_icon(painter: QPainter, name: str, box: QRectF, colour: str) -> None:
    """Paint an icon into ``box`` in any colour, for widgets that draw themselves."""
    _renderer(name, colour).render(painter, box)


@lru_cache(maxsize=128)
def _source(name: str) -> str:
    return asset("icons", f"{name}.svg").read_text(encoding="utf-8")


@lru_cache(maxsize=256)
def _renderer(name: str, colour: str) -> QSvgRenderer:
    svg = _source(name).replace("currentColor", colour)
    return QSvgRenderer(QByteArray(svg.encode()))


class _ThemedIcon(QIconEngine):
    """Paints an icon in the present theme's colour for its mode and state."""

    def __init__(self, name: str, role: str) -> None:
        super().__init__()
        self._name = name
        self._role = role

    def clone(self) -> QIconEngine:
        """Return another one like this; Qt asks when an icon is about to be changed."""
        return _ThemedIcon(self._name, self._role)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Fill ``rect`` with the icon, kept square."""
        side = min(rect.width(), rect.height())
        box = QRectF(0, 0, side, side)
        box.moveCenter(QRectF(rect).center())
        _renderer(self._name, self._colour(mode, state)).render(painter, box)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """Return the icon on transparent ground; nothing at all where there is no room."""
        if size.isEmpty():
            return QPixmap()
        result = QPixmap(size)
        result.fill(Qt.GlobalColor.transparent)
        with QPainter(result) as painter:
            self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        return result

    def _colour(self, mode: QIcon.Mode, state: QIcon.State) -> str:
        theme = current_theme()
        if mode == QIcon.Mode.Disabled:
            return theme.text_disabled
        if state == QIcon.State.On and self._role == "text":
            return theme.accent
        colour: str = getattr(theme, self._role)
        return colour
