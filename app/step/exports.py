"""What can be exported from the lab: its picture, its whole run, its grids as text."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QSize, Signal
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from app.kit.errors import show_error
from app.kit.export.picture import image_of, png_of, svg_of
from app.kit.export.progress import ProgressDialog
from app.kit.export.run_job import RunExport, RunFormat
from app.look.icons import icon
from app.state.settings import LAST_FOLDER, Settings
from app.step.grid_texts import FORMATS, grids_of
from app.step.lab import LabModel
from app.step.picture.large import LargeStepView
from app.step.stepper import Stepper
from engine.basics.whole_file import write_whole
from engine.lab import OPERATIONS, LabState

SIZE = QSize(1280, 720)
"""Size of exported pictures; PNGs are twice as fine."""
RATIO = 2.0
MOST_STEPS = {RunFormat.GIF: 400, RunFormat.PICTURES: 5000}
"""Longer runs are refused: a GIF of them would be too large for any slide."""
_MARGIN = 28


class StepExports(QObject):
    """The commands of the *Export* menu, for what the lab shows when they are called.

    Signals:
        said: A sentence for the status bar.
        ended: The run that was being written is written, given up, or has failed.
    """

    said = Signal(str)
    ended = Signal()

    def __init__(self, stepper: Stepper, settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self._stepper, self._settings, self._window = stepper, settings, window
        self.job: RunExport | None = None
        self.dialog: ProgressDialog | None = None

    def fill(self, menu: QMenu) -> None:
        """Put the commands into a menu."""
        for text, name, command in (
            ("Picture as &PNG…", "image", partial(self.ask_picture, "PNG")),
            ("Picture as &SVG…", "", partial(self.ask_picture, "SVG")),
            ("Whole run as &GIF…", "play", partial(self.ask_run, RunFormat.GIF)),
            ("Whole run as &numbered PNGs…", "", partial(self.ask_run, RunFormat.PICTURES)),
        ):
            action = menu.addAction(text, command)
            if name:
                action.setIcon(icon(name))
        menu.addSeparator()
        for form in FORMATS:
            menu.addAction(icon("copy"), f"Copy the grids as {form}", partial(self.copy, form))

    # --- one picture -----------------------------------------------------------------------------

    def ask_picture(self, form: str) -> None:
        """Ask where to, and write the picture as ``PNG`` or ``SVG``."""
        if self._lacks_a_picture():
            return
        suffix = f".{form.lower()}"
        path = self._ask(f"The picture as {form}", f"{form} (*{suffix})", suffix)
        if path is not None:
            self.save_picture(path, form)

    def save_picture(self, path: Path, form: str) -> bool:
        """Write the picture, as SVG in shapes and text; return whether that succeeded."""
        picture = self._picture()[1]
        is_svg = form == "SVG"
        content = svg_of(picture, self.name) if is_svg else png_of(image_of(picture, RATIO))
        try:
            write_whole(path, content)
        except OSError as error:
            why = f"{path.name} cannot be written: {error.strerror}."
            show_error(self._window, why, "The picture was not written")
            return False
        self.said.emit(f"Wrote {path.name}.")
        return True

    # --- the run ---------------------------------------------------------------------------------

    def ask_run(self, form: RunFormat) -> None:
        """Ask where to, and write every step."""
        if self._lacks_a_picture():
            return
        steps = self._stepper.count
        if steps > MOST_STEPS[form]:
            show_error(
                self._window,
                f"The run has {steps:,} steps; as {form.value}, at most {MOST_STEPS[form]:,} are "
                "written. Take a smaller input or a larger stride.",
                "The run was not written",
            )
            return
        if form is RunFormat.GIF:
            path = self._ask("The whole run as GIF", "GIF (*.gif)", ".gif")
        else:
            path = self._ask("A new folder for the pictures", "Folders (*)", "")
        if path is not None:
            self.save_run(form, path)

    def save_run(self, form: RunFormat, path: Path) -> None:
        """Begin to write every step; ``ended`` follows."""
        if self.job is not None:
            return
        stepper, picture = self._picture()
        ratio = 1.0 if form is RunFormat.GIF else RATIO

        def paint(step: int) -> QImage:
            stepper.go_to(step)
            return image_of(picture, ratio)

        delay = round(1000 / self._stepper.speed)
        self.job = RunExport(paint, stepper.count, form, path, delay, self)
        self.dialog = ProgressDialog(f"Writing {path.name}", self._window)
        self.dialog.cancelled.connect(self.job.cancel)
        self.job.progressed.connect(self.dialog.show_progress)
        self.job.ended.connect(self._conclude)
        self.dialog.show()
        self.job.start()

    def _conclude(self, is_written: bool) -> None:
        job, dialog = self.job, self.dialog
        self.job = self.dialog = None
        if dialog is not None:
            dialog.hide()
            dialog.deleteLater()
        if job is not None:
            if is_written:
                self.said.emit(f"Wrote {job.path.name}.")
            elif job.problem:
                show_error(self._window, job.problem, "The run was not written")
            else:
                self.said.emit("Cancelled; nothing was written.")
            job.deleteLater()
        self.ended.emit()

    # --- text ------------------------------------------------------------------------------------

    def copy(self, form: str) -> None:
        """Put the grids of this step on the clipboard."""
        if self._lacks_a_picture():
            return
        trace, position = self._stepper.trace, self._stepper.position
        grids = grids_of(trace, trace.state_after(position))
        QGuiApplication.clipboard().setText(FORMATS[form](grids))
        names = ", ".join(grid.name for grid in grids)
        self.said.emit(f"Copied as {form}: {names}.")

    # --- within ----------------------------------------------------------------------------------

    def _lacks_a_picture(self) -> bool:
        """Whether the geometry is impossible; if so, say why there is nothing to export."""
        problem = self._stepper.model.problem
        if problem:
            self.said.emit(f"There is nothing to export yet. {problem}")
        return bool(problem)

    @property
    def name(self) -> str:
        """What the lab shows, in words."""
        return words_of(self._stepper.model.state)

    def _picture(self) -> tuple[Stepper, LargeStepView]:
        """What the lab shows now, to be painted apart from the window."""
        state = replace(self._stepper.model.state)
        stepper = Stepper(LabModel(state))
        stepper.model.setParent(stepper)
        picture = LargeStepView(stepper, margin=_MARGIN)
        stepper.setParent(picture)
        picture.resize(SIZE)
        return stepper, picture

    def _ask(self, title: str, pattern: str, suffix: str) -> Path | None:
        folder = Path(self._settings.get(LAST_FOLDER))
        suggestion = folder / f"{self.name.lower().replace(', ', '-').replace(' ', '-')}{suffix}"
        name, _ = QFileDialog.getSaveFileName(self._window, title, str(suggestion), pattern)
        if not name:
            return None
        path = Path(name)
        self._settings.set(LAST_FOLDER, str(path.parent))
        return path if path.suffix or not suffix else path.with_suffix(suffix)


def words_of(state: LabState) -> str:
    """Operation and pass in words: ``Convolution 2-D, grad of input``."""
    info = OPERATIONS[state.operation]
    return f"{info.title}, {info.pass_info(state.pass_).title}"
