"""The drawing canvas: pen, eraser, mouse, tablet and touch, shown smoothly as they move.

The drawing itself is a ``Sketch``, whose pixels the engine makes; here the same marks are painted
at the display's own resolution.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import (
    QEvent,
    QMimeData,
    QPointF,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDropEvent,
    QEnterEvent,
    QHelpEvent,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPointingDevice,
    QResizeEvent,
    QTabletEvent,
    QTouchEvent,
)
from PySide6.QtWidgets import QAbstractButton, QToolTip, QWidget

from app.draw.sheet.canvas_grid import Grid, paint_grid, plain_grid
from app.draw.sheet.ink_painting import paint_line, paint_stroke
from app.draw.sheet.invitation import paint_invitation
from app.draw.sheet.pointing import Click, EveryMove
from app.look.painting import painted
from app.look.pictures import ink_image
from app.look.theme import current_theme, px
from app.state.sketch import Sketch
from engine.ink.rendering import BOX, DEFAULT_WIDTH, PastedImage, Point

_LIGHTEST_TOUCH = 0.35
"""Share of the pen's width that is left at no pressure at all."""


class Canvas(QWidget):
    """A sheet to draw on: a square, or as many squares wide as the sketch has boxes.

    The pen goes through whatever lies on the sheet. Of a button on it the sheet knows by
    ``button_at``: a click that does not move presses it, and whatever moves on is a stroke.

    Attributes:
        button_at: The button at a place of the sheet, if there is one.

    Signals:
        image_dropped: An image (``QImage``) was dropped on it.
        file_dropped: A file (``Path``) was dropped on it.
    """

    image_dropped = Signal(object)
    file_dropped = Signal(object)

    def __init__(self, sketch: Sketch, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sketch = sketch
        self.pen_width = DEFAULT_WIDTH
        self.is_erasing = False
        self.layer = QImage()
        self._last_point: Point | None = None
        self._last_pressure = 1.0
        self._every_move = EveryMove()
        self._erases_now = False
        self._touch_id: int | None = None
        self.button_at: Callable[[QPointF], QAbstractButton | None] = lambda _: None
        self._click: Click | None = None
        self._pointer: QPointF | None = None
        self._has_grid = False
        self._grid: Grid | None = None
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent, False)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAccessibleName("Drawing canvas")
        sketch.marks_replaced.connect(self._paint_layer)

    @property
    def scale(self) -> float:
        """Pixels of the widget per unit of the sheet, whose box has 280."""
        return self.height() / BOX

    @property
    def has_grid(self) -> bool:
        """Whether the network's pixels are drawn over the sheet."""
        return self._has_grid

    def set_grid(self, *, is_on: bool) -> None:
        """Draw the network's 28×28 pixels over the sheet, or stop doing so."""
        self._has_grid = is_on
        self.update()

    def align_grid(self, grid: Grid | None) -> None:
        """Lay the grid where the network's pixels are; without one, evenly over the sheet.

        While a stroke is made the grid stays where it is, so that it does not move under the pen.
        """
        if grid != self._grid and not self.sketch.is_drawing:
            self._grid = grid
            if self._has_grid:
                self.update()

    def sizeHint(self) -> QSize:
        """Return a comfortable size."""
        return QSize(self.sketch.boxes * px(420), px(420))

    # The pen

    def _press(self, position: QPointF, pressure: float, erases: bool) -> None:
        """Begin a stroke, or wait whether it is a click on a button."""
        button = None if erases else self.button_at(position)
        if button is None:
            self._begin(position, pressure, erases)
        else:
            self._click = Click(button, [(position, pressure)])

    def _move(self, position: QPointF, pressure: float) -> None:
        """Go on with the stroke; a click that moves away becomes one, from where it began."""
        click = self._click
        if click is None:
            self._extend(position, pressure)
            return
        click.moves.append((position, pressure))
        if click.has_moved:
            self._click = None
            (start, lightly), *others = click.moves
            self._begin(start, lightly, erases=False)
            for place, strength in others:
                self._extend(place, strength)

    def _release(self) -> None:
        """End the stroke, or press the button that was clicked."""
        click, self._click = self._click, None
        if click is not None:
            click.button.click()
        else:
            self._end()

    @property
    def _is_down(self) -> bool:
        return self._last_point is not None or self._click is not None

    def _begin(self, position: QPointF, pressure: float, erases: bool) -> None:
        self._erases_now = erases
        point = self._in_box(position)
        self._every_move.begin()
        self._last_point, self._last_pressure = point, pressure
        was_blank = self.sketch.is_blank
        self.sketch.begin(point, self.pen_width, erases=erases, pressure=pressure)
        self._paint_piece(point, pressure)
        if was_blank:
            self.update()  # the invitation goes

    def _extend(self, position: QPointF, pressure: float) -> None:
        if not self.sketch.is_drawing:  # undone under the pen, which has to be lifted first
            return
        point = self._in_box(position)
        if self._last_point is None or point == self._last_point:
            return
        self.sketch.extend(point, pressure)
        self._paint_piece(point, pressure)
        self._last_point, self._last_pressure = point, pressure

    def _end(self) -> None:
        self._last_point = None
        if not self.underMouse():
            self._every_move.end()
        self.sketch.end()
        self._paint_layer()  # the stroke in one piece has no seams

    def _in_box(self, position: QPointF) -> Point:
        scale = BOX / max(1, self.height())
        return (position.x() * scale, position.y() * scale)

    # What the devices say

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Draw with the left button, erase with the right one."""
        if event.button() in {Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton}:
            erases = self.is_erasing or event.button() == Qt.MouseButton.RightButton
            self._press(event.position(), 1.0, erases)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with the stroke."""
        self._show_pointer(event.position())
        if self._is_down:
            self._move(event.position(), 1.0)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the stroke once no button is held."""
        if self._is_down and event.buttons() == Qt.MouseButton.NoButton:
            self._move(event.position(), 1.0)
            self._release()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Expect a stroke."""
        self._every_move.begin()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Take the pen's outline away."""
        self._show_pointer(None)
        if self._last_point is None:
            self._every_move.end()
        super().leaveEvent(event)

    def tabletEvent(self, event: QTabletEvent) -> None:
        """Draw with a pen, whose pressure makes the stroke wider, or erase with its other end."""
        pressure = _LIGHTEST_TOUCH + (1 - _LIGHTEST_TOUCH) * event.pressure()
        if event.type() == QEvent.Type.TabletPress:
            is_other_end = event.pointerType() == QPointingDevice.PointerType.Eraser
            self._press(event.position(), pressure, self.is_erasing or is_other_end)
        elif event.type() == QEvent.Type.TabletMove and self._is_down:
            self._move(event.position(), pressure)
        elif event.type() == QEvent.Type.TabletRelease and self._is_down:
            self._release()
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Take touches here, so that Qt does not turn them into mouse moves of several fingers.

        On a display of another resolution, the marks are painted again.
        """
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._paint_layer()
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            button = self.button_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), button.toolTip() if button else "", self)
            return True
        if isinstance(event, QTouchEvent):
            self._touch(event)
            event.accept()
            return True
        return super().event(event)

    def _touch(self, event: QTouchEvent) -> None:
        """Follow the first finger; others do not matter."""
        points = {point.id(): point for point in event.points()}
        if event.type() == QEvent.Type.TouchBegin:
            self._touch_id = event.points()[0].id()
            self._press(event.points()[0].position(), 1.0, self.is_erasing)
        elif event.type() == QEvent.Type.TouchUpdate and self._touch_id in points:
            self._move(points[self._touch_id].position(), 1.0)
        elif event.type() in {QEvent.Type.TouchEnd, QEvent.Type.TouchCancel}:
            self._touch_id = None
            if event.type() == QEvent.Type.TouchCancel:
                self._click = None  # the window system took the finger for something else
            self._release()

    # Dropping

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept an image, or a file; but not what was dragged from around here."""
        source, around = event.source(), self.parentWidget() or self
        if isinstance(source, QWidget) and around.isAncestorOf(source):
            return
        if event.mimeData().hasImage() or _local_files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Announce what was dropped: a file rather than a picture of it."""
        data = event.mimeData()
        files = _local_files(data)
        if files:
            # later: a large file must not hold up the program that it came from
            QTimer.singleShot(0, self, lambda: self.file_dropped.emit(files[0]))
        elif data.hasImage():
            self.image_dropped.emit(data.imageData())
        event.acceptProposedAction()

    # Painting

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Paint the marks at the new size."""
        super().resizeEvent(event)
        self._paint_layer()

    def changeEvent(self, event: QEvent) -> None:
        """Paint the marks in the new theme's ink."""
        if event.type() == QEvent.Type.PaletteChange:
            self._paint_layer()
        super().changeEvent(event)

    @Slot()
    def _paint_layer(self) -> None:
        """Paint all finished marks onto the transparent layer, at the display's resolution."""
        ratio = self.devicePixelRatioF()
        self.layer = QImage(self.size() * ratio, QImage.Format.Format_ARGB32_Premultiplied)
        self.layer.setDevicePixelRatio(ratio)
        self.layer.fill(Qt.GlobalColor.transparent)
        if self.layer.isNull():
            return
        with self._layer_painter() as painter:
            for mark in self.sketch.all_marks:
                if isinstance(mark, PastedImage):
                    self._paint_picture(painter, mark)
                else:
                    paint_stroke(painter, mark)
        self.update()

    def _paint_picture(self, painter: QPainter, mark: PastedImage) -> None:
        """Paint a picture; of one that is enlarged every pixel, as the ink has them too."""
        left, top, width, height = mark.placed_box
        picture = ink_image(mark.pixels, current_theme().ink)
        is_enlarged = width > 2 * picture.width() and height > 2 * picture.height()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not is_enlarged)
        painter.drawImage(QRectF(left, top, width, height), picture)

    def _paint_piece(self, point: Point, pressure: float) -> None:
        """Paint the latest piece of the stroke onto the layer."""
        start = self._last_point or point
        width = self.pen_width * (self._last_pressure + pressure) / 2
        with self._layer_painter() as painter:
            paint_line(painter, start, point, width, erases=self._erases_now)
        scale = self.scale
        piece = QRectF(QPointF(*start), QPointF(*point)).normalized()
        margin = width / 2 + 4
        grown = piece.adjusted(-margin, -margin, margin, margin)
        corner, size = grown.topLeft() * scale, grown.size() * scale
        self.update(QRectF(corner, size).toAlignedRect())

    @contextmanager
    def _layer_painter(self) -> Iterator[QPainter]:
        """Give a painter in the sheet's own coordinates, and close it."""
        with QPainter(self.layer) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.scale(self.scale, self.scale)
            yield painter

    @painted
    def paintEvent(self, event: QPaintEvent, painter: QPainter) -> None:
        """Draw the paper, the marks, and on a blank sheet the invitation."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for part in event.region():  # type: ignore[attr-defined]
            painter.setClipRect(part)  # Qt paints into one rectangle much faster
            self._paint_sheet(painter)

    def _paint_sheet(self, painter: QPainter) -> None:
        theme = current_theme()
        paper = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setBrush(QColor(theme.paper))
        painter.setPen(QColor(theme.border))
        painter.drawRoundedRect(paper, px(10), px(10))
        painter.drawImage(QPointF(0, 0), self.layer)
        if self._has_grid:
            paint_grid(painter, self._grid or plain_grid(self.sketch.boxes), self.scale)
        if self.sketch.is_blank:
            words = "Draw a digit" if self.sketch.boxes == 1 else "Draw a number"
            paint_invitation(painter, words, QRectF(self.rect()))
        if self._pointer is not None:
            self._paint_pointer(painter, self._pointer)

    def _paint_pointer(self, painter: QPainter, position: QPointF) -> None:
        radius = self.pen_width / 2 * self.scale
        pen = QPen(QColor(current_theme().text_muted), 1)
        if self.is_erasing:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(position, radius, radius)

    def _show_pointer(self, position: QPointF | None) -> None:
        """Move the outline of the pen, repainting only where it was and where it is."""
        reach = self.pen_width / 2 * self.scale + 3
        for place in (self._pointer, position):
            if place is not None:
                box = QRectF(place.x() - reach, place.y() - reach, 2 * reach, 2 * reach)
                self.update(box.toAlignedRect())
        self._pointer = position


def _local_files(data: QMimeData) -> list[Path]:
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
