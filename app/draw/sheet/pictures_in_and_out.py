"""Pictures into the sheet of Draw and out of it: clipboard, files, drops and drags."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtWidgets import QFileDialog, QWidget

from app.draw.sheet.drag_grip import FILE_NAME, png_of
from app.kit.clipboard import clipboard_data
from app.kit.errors import show_error
from app.look.pictures import ink_image, pixels_of
from app.state import settings as remembered
from app.state.settings import Settings
from app.state.sketch import Sketch
from engine.basics.errors import DataError, EngineError
from engine.basics.geometry import times
from engine.basics.whole_file import write_whole
from engine.ink.preprocess import ink_from_image

_IMAGE_FILTER = "Images (*.png *.jpg *.jpeg *.bmp *.gif *.tif *.tiff *.webp *.pgm);;All files (*)"
_LONGEST_SIDE = 1120
"""Pictures from the clipboard are made no larger than those from files."""


class Pictures(QObject):
    """Puts pictures onto the sheet, and saves or copies the sheet as one.

    Args:
        sketch: The open drawing.
        settings: Where the folder is remembered.
        panel: In front of which dialogs appear.

    Signals:
        status_message: A sentence for the status bar.
    """

    status_message = Signal(str)

    def __init__(self, sketch: Sketch, settings: Settings, panel: QWidget) -> None:
        super().__init__(panel)
        self._sketch = sketch
        self._settings = settings
        self._panel = panel

    def paste(self) -> None:
        """Draw what is on the clipboard: an image, or an image file."""
        data = clipboard_data()
        files = [url.toLocalFile() for url in data.urls() if url.isLocalFile()]
        if files:
            self.open_image(Path(files[0]))
        elif data.hasImage():
            self.use_picture(data.imageData())
        else:
            self.status_message.emit("There is no image on the clipboard.")

    def picture(self) -> QImage:
        """The drawing, black on white; a null image of a blank sheet."""
        if self._sketch.is_blank:
            return QImage()
        ink = ink_image(self._sketch.pixels, "#000000")
        paper = QImage(ink.size(), QImage.Format.Format_RGB32)
        paper.fill(Qt.GlobalColor.white)
        with QPainter(paper) as painter:
            painter.drawImage(0, 0, ink)
        return paper

    def copy(self) -> None:
        """Put the drawing on the clipboard as an image, black on white."""
        image = self.picture()
        if image.isNull():
            self.status_message.emit("There is nothing to copy: the sheet is blank.")
            return
        QGuiApplication.clipboard().setImage(image)
        size = times((image.width(), image.height()))
        self.status_message.emit(f"Copied the drawing as an image of {size}.")

    @Slot()
    def refuse_drag(self) -> None:
        """Say why nothing is dragged."""
        self.status_message.emit("There is nothing to drag out: the sheet is blank.")

    def save_dialog(self) -> None:
        """Ask for a file name and save the drawing as a PNG."""
        if self._sketch.is_blank:
            self.status_message.emit("There is nothing to save: the sheet is blank.")
            return
        folder = Path(self._settings.get(remembered.LAST_FOLDER))
        name, _ = QFileDialog.getSaveFileName(
            self._panel, "Save the drawing", str(folder / FILE_NAME), "PNG images (*.png)"
        )
        if name:
            self._settings.set(remembered.LAST_FOLDER, str(Path(name).parent))
            self.save(Path(name))

    def save(self, path: Path) -> bool:
        """Save the drawing as a PNG, black on white; say whether it worked."""
        file = path if path.suffix else path.with_suffix(".png")
        try:
            write_whole(file, png_of(self.picture()))
        except (OSError, EngineError) as error:
            show_error(self._panel.window(), error, "The drawing was not saved")
            return False
        self.status_message.emit(f"Saved the drawing as {file.name}.")
        return True

    def open_image_dialog(self) -> None:
        """Ask for an image file and draw it."""
        folder = self._settings.get(remembered.LAST_FOLDER)
        name, _ = QFileDialog.getOpenFileName(self._panel, "Open an image", folder, _IMAGE_FILTER)
        if name:
            self._settings.set(remembered.LAST_FOLDER, str(Path(name).parent))
            self.open_image(Path(name))

    @Slot(object)
    def open_image(self, path: Path) -> bool:
        """Draw what an image file shows; if it cannot, say why and leave the sheet as it is."""
        from engine.data.images import open_ink  # noqa: PLC0415 - Pillow is slow, and rarely needed

        try:
            opened = open_ink(path)
        except DataError as error:
            self.status_message.emit("")  # what was said was about an earlier image
            show_error(self._panel.window(), error, "The image was not opened")
            return False
        self._sketch.paste(opened.ink)
        self.status_message.emit(f"Opened {path.name}{opened.remark}.")
        return True

    @Slot(object)
    def use_picture(self, image: object) -> None:
        """Draw an image from the clipboard or dropped."""
        if not isinstance(image, QImage) or image.isNull():
            self.status_message.emit("The image cannot be read: it is empty.")
            return
        if max(image.width(), image.height()) > _LONGEST_SIDE:
            image = image.scaled(
                _LONGEST_SIDE,
                _LONGEST_SIDE,
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        try:
            ink = ink_from_image(pixels_of(image))
        except DataError as error:
            self.status_message.emit("")
            show_error(self._panel.window(), error, "The image cannot be used")
            return
        self._sketch.paste(ink)
        self.status_message.emit("")
