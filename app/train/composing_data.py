"""Train's data in detail: classes kept, drawings mixed in, some images; data dropped on it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QMimeData, QObject, Slot
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QWidget

from app.state.data_sources import class_names_of, has_digits, labels_of
from app.train.choosing_data import TrainData
from app.train.part import TrainContext, TrainPart
from app.train.setup.data_dialog import DataDialog
from engine.basics.errors import DataError
from engine.data.fitting import fit_images
from engine.data.open_data import SUFFIXES

COLUMNS = 10
_OUTPUTS = 10
_DROPS = {QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop}


class TrainComposition(TrainPart):
    """Joins the window of classes and drawings to what is chosen, and takes drops on ``panel``."""

    def __init__(self, context: TrainContext, sources: TrainData, panel: QWidget) -> None:
        super().__init__(context, panel)
        self._sources, self._picker, self._data = sources, context.form.picker, context.data
        self._choices, self._session, self._panel = context.choices, context.session, panel
        self.dialog: DataDialog | None = None
        panel.setAcceptDrops(True)
        panel.installEventFilter(self)
        context.form.picker.details_wanted.connect(self.open_dialog)
        sources.source_changed.connect(self._show)
        context.data.samples_ready.connect(self._show)
        context.session.state_changed.connect(self._show)
        self._show()

    @Slot()
    def open_dialog(self) -> None:
        """Show which classes there are, and what can be mixed in."""
        if self.dialog is None:
            self.dialog = DataDialog(self._panel)
            self.dialog.classes_changed.connect(self._keep_classes)
            self.dialog.repeats_changed.connect(self._mix)
        self.dialog.show()
        self._show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take a folder or a file of data that is dropped; leave other files to the window."""
        if event.type() == QEvent.Type.Show:
            self._sources.show_sources()  # drawings may have come
        if event.type() in _DROPS and isinstance(event, QDropEvent):
            path = data_in(event.mimeData())
            if path is None or self._session.is_active:
                event.ignore()
                return False
            event.acceptProposedAction()
            if event.type() == QEvent.Type.Drop:
                self._sources.open(path)
            return True
        return super().eventFilter(watched, event)

    # What the user chooses

    @Slot(object)
    def _keep_classes(self, kept: set[int]) -> None:
        self._choices.keep_classes(kept)
        self._sources.source_changed.emit()

    @Slot(int)
    def _mix(self, repeats: int) -> None:
        self._choices.set_own_repeats(repeats)
        self._sources.source_changed.emit()

    # What is shown

    @Slot()
    def _show(self) -> None:
        source, choices = self._choices.source, self._choices
        names, kept = class_names_of(source), choices.kept_classes
        self._picker.set_editable(is_editable=not self._session.is_active)
        self._picker.show_choice(self._words(names, kept), _problem(source.title, names, kept))
        if self.dialog is None or not self.dialog.isVisible():
            return
        classes = {label: names[label] for label in labels_of(source)}
        self.dialog.show_source(source.title, source.about, classes, kept)
        drawings = self._data.drawings
        count = drawings.count_again() if drawings is not None else 0
        fits = has_digits(source) and (drawings is None or source.key != drawings.key)
        self.dialog.show_drawings(count, choices.own_repeats, fits=fits)
        self.dialog.show_images(self._images())
        self.dialog.setEnabled(not self._session.is_active)

    def _words(self, names: tuple[str, ...], kept: tuple[int, ...]) -> str:
        words = []
        if kept:
            words.append(f"Only {_listed([names[label] for label in kept])}.")
        if self._choices.own_repeats:
            words.append(
                f"Mixed with your drawings, each {self._choices.own_repeats} times: "
                f"{self._choices.own_images:,} more images to train on."
            )
        return " ".join(words)

    def _images(self) -> NDArray[np.uint8] | None:
        """Rows of ten images of the chosen source."""
        samples = self._choices.samples()
        if samples is None:
            return None
        try:
            images = fit_images(samples, (1, *samples.images.shape[2:])).images[:, 0]
        except DataError:
            return None
        rows = min(len(images) // COLUMNS, 3)
        if not rows:
            return images[None]
        return images[: rows * COLUMNS].reshape(rows, COLUMNS, *images.shape[1:])


def data_in(data: QMimeData) -> Path | None:
    """The first folder or file of data among what is dragged; ``None`` if there is none."""
    for url in data.urls():
        path = Path(url.toLocalFile())
        if url.isLocalFile() and (path.is_dir() or path.name.lower().endswith(SUFFIXES)):
            return path
    return None


def _problem(title: str, names: tuple[str, ...], kept: tuple[int, ...]) -> str:
    """What does not fit; empty if everything does."""
    classes = len(kept) or len(names)
    if classes <= _OUTPUTS:
        return ""
    return (
        f"{title} has {classes} classes; the network has {_OUTPUTS} outputs. Keep {_OUTPUTS} "
        "classes or fewer, under Choose classes…"
    )


def _listed(names: list[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)
