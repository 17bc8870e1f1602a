"""The network as a picture: click a box to open its layer; save it as SVG or PNG."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import (
    QBuffer,
    QByteArray,
    QEvent,
    QPointF,
    QRectF,
    QSize,
    QSizeF,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QBoxLayout,
    QFileDialog,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.build.network_drawing import Placed, blocks_of, draw, place
from app.build.stack_files import file_name
from app.kit.errors import show_error
from app.kit.scrolling import scrolling
from app.look.icons import icon
from app.look.nesting import nest
from app.look.painting import painted
from app.look.restyled import Restyled
from app.look.text import Text
from app.look.theme import current_theme, px
from app.look.theme_colours import LIGHT
from engine.basics.errors import ModelFileError
from engine.networks.model_file import write_whole
from engine.networks.stack import Report

_CAPTION = (
    "To scale: a box is as high and deep as its maps, and as wide as it has channels. Rows of "
    "features have a scale of their own."
)
_PNG_SCALE = 3
_SCALES = (2.0, 1.7, 1.45, 1.2, 1.0, 0.85, 0.7, 0.6)


class NetworkCanvas(Restyled, QWidget):
    """The drawing itself.

    Signals:
        layer_chosen: A block was clicked or reached with the arrows: its layer, −1 the input.
    """

    layer_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Picture of the network")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._report: Report | None = None
        self._chosen: int | None = None
        self._hovered: int | None = None
        self.placed: tuple[Placed, ...] = ()
        self._size = QSizeF()
        self._room = QSize()
        self.follow_theme()

    def show_report(self, report: Report) -> None:
        """Draw another stack."""
        self._report = report
        self._restyle()

    def fit(self, room: QSize) -> None:
        """Draw as large as that much room allows, within reason."""
        self._room = room
        self._restyle()

    def choose(self, layer: int) -> None:
        """Mark the block of a layer, or of the one that it belongs to."""
        known = [one.block.layer for one in self.placed if one.block.layer <= layer]
        self._chosen = max(known, default=None)
        self.update()

    def _restyle(self) -> None:
        if self._report is not None:
            blocks, unit = blocks_of(self._report), px(100) / 100
            for scale in _SCALES:
                self.placed, self._size = place(blocks, scale * unit)
                room = self._room
                if self._size.width() <= room.width() and self._size.height() <= room.height():
                    break
            self.setMinimumSize(self._size.toSize() + QSize(1, 1))
            self.update()

    def origin(self) -> QPointF:
        """Where the drawing starts: it stands in the middle of a larger canvas."""
        left = max(0.0, (self.width() - self._size.width()) / 2)
        top = max(0.0, (self.height() - self._size.height()) / 2)
        return QPointF(left, top)

    @painted
    def paintEvent(self, _event: QPaintEvent, painter: QPainter) -> None:
        """Draw the network."""
        painter.translate(self.origin())
        draw(painter, self.placed, self._size, current_theme(), self._chosen, self._hovered)

    def layer_at(self, position: QPointF) -> int | None:
        """The layer whose block is at a position, ``None`` where there is none."""
        point = position - self.origin()
        found = (one.block.layer for one in self.placed if one.column.contains(point))
        return next(found, None)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Mark what a click would open."""
        hovered = self.layer_at(event.position())
        if hovered != self._hovered:
            self._hovered = hovered
            hand = Qt.CursorShape.PointingHandCursor
            self.setCursor(Qt.CursorShape.ArrowCursor if hovered is None else hand)
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Mark nothing."""
        super().leaveEvent(event)
        self._hovered = None
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Open a layer."""
        layer = self.layer_at(event.position())
        if layer is not None:
            self.layer_chosen.emit(layer)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The arrows go from block to block."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        layers = [one.block.layer for one in self.placed]
        if step is None or not layers:
            super().keyPressEvent(event)
            return
        now = layers.index(self._chosen) if self._chosen in layers else 0
        self.layer_chosen.emit(layers[min(max(now + step, 0), len(layers) - 1)])

    def svg(self) -> bytes:
        """The drawing as SVG, on white."""
        from PySide6.QtSvg import QSvgGenerator  # noqa: PLC0415 - rarely wanted

        content = QByteArray()
        buffer = QBuffer(content)
        generator = QSvgGenerator()
        generator.setOutputDevice(buffer)
        generator.setResolution(96)
        generator.setSize(self._size.toSize())
        generator.setViewBox(QRectF(QPointF(), self._size))
        generator.setTitle(self._report.stack.name if self._report else "Network")
        with QPainter(generator) as painter:
            draw(painter, self.placed, self._size, LIGHT)
        return bytes(content.data())

    def image(self) -> QImage:
        """The drawing as pixels, on white, three times as fine as on the screen."""
        image = QImage((self._size * _PNG_SCALE).toSize(), QImage.Format.Format_RGB32)
        image.fill(QColor(LIGHT.surface))
        with QPainter(image) as painter:
            painter.scale(_PNG_SCALE, _PNG_SCALE)
            draw(painter, self.placed, self._size, LIGHT)
        return image


class NetworkPicture(Restyled, QWidget):
    """The canvas where there is room to scroll, a caption, and buttons to save it.

    Signals:
        layer_chosen: As the canvas's.
        message_arose: A sentence for the status bar.
    """

    layer_chosen = Signal(int)
    message_arose = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._suggestion = ""
        self.canvas = NetworkCanvas()
        self.canvas.layer_chosen.connect(self.layer_chosen)
        self._area = scrolling(self.canvas)
        self.caption = Text(_CAPTION, 12, role="muted")
        self.caption.setWordWrap(True)
        self.save = QPushButton("Save picture…")
        self.save.clicked.connect(self.save_dialog)
        self._below = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._below.addWidget(self.caption, 1)
        self._below.addWidget(self.save)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._area, 1)
        nest(self._column, self._below)
        self.follow_theme()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the drawing fill the room."""
        super().resizeEvent(event)
        direction = QBoxLayout.Direction
        is_wide = self.width() >= px(420)
        self._below.setDirection(direction.LeftToRight if is_wide else direction.TopToBottom)
        self.canvas.fit(self._area.contentsRect().size())

    def show_report(self, report: Report) -> None:
        """Draw another stack; where it does not fit, the picture ends."""
        self._suggestion = file_name(report.stack, ".svg")
        self.canvas.show_report(report)
        faulty = report.faulty_row
        ends = f" It ends before layer {faulty.index + 1}, which does not fit." if faulty else ""
        self.caption.setText(_CAPTION + ends)

    def save_dialog(self) -> None:
        """Ask for a file name; its ending says which kind of picture it is."""
        suggestion = str(Path.home() / self._suggestion)
        name, chosen = QFileDialog.getSaveFileName(
            self, "Save the picture", suggestion, "SVG (*.svg);;PNG (*.png)"
        )
        if name:
            path = Path(name)
            suffix = ".png" if "png" in chosen else ".svg"
            self.save_to(path if path.suffix else path.with_suffix(suffix))

    def save_to(self, path: Path) -> bool:
        """Save as SVG or PNG, by the file's ending; return whether that succeeded."""
        try:
            write_whole(path, self._content(path.suffix.lower()))
        except ModelFileError as error:
            show_error(self, error, "The picture was not saved")
            return False
        self.message_arose.emit(f"Saved {path.name}.")
        return True

    def _content(self, suffix: str) -> bytes:
        if suffix == ".svg":
            return self.canvas.svg()
        if suffix != ".png":
            raise ModelFileError(
                f"A picture is saved as .svg or .png; got {suffix or 'no ending'}."
            )
        content = QByteArray()
        buffer = QBuffer(content)
        buffer.open(QBuffer.OpenModeFlag.WriteOnly)
        self.canvas.image().save(buffer, "PNG")  # type: ignore[call-overload]
        return bytes(content.data())

    def _restyle(self) -> None:
        self._column.setSpacing(px(8))
        self._below.setSpacing(px(8))
        self.save.setIcon(icon("save"))
