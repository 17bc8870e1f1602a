"""The workspace *Step* with what a lecture needs next to it: scenes, presentation, exports."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent, QScreen
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QMenu,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.kit.buttons import icon_button
from app.kit.keys_and_pointer import shortcut
from app.kit.workspace import LECTURE, STACK
from app.lecture.document import LectureDocument
from app.lecture.files import LectureFiles
from app.lecture.presentation import Presentation
from app.lecture.scenes import Hidden
from app.lecture.strip import LectureStrip
from app.lecture.walk import LectureWalk
from app.look.restyled import Restyled
from app.look.theme import px
from app.state.settings import Setting, Settings
from app.step.exports import StepExports, words_of
from app.step.panel import StepPanel
from app.step.picture.large import LargeStepView

STRIP_IS_OPEN = Setting("step/lecture_strip", False)
SAME_FOR_BOTH = Setting("step/same_for_both", True)
HUES = Setting("step/hues", True)
COUNTER_IS_SHOWN = Setting("step/presentation_counter", True)


class LectureBench(Restyled, QWidget):
    """Holds the lab, and at its right edge the way to scenes, presentation and exports.

    Signals:
        status_message: A sentence for the status bar.
    """

    status_message = Signal(str)

    def __init__(self, panel: StepPanel, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.panel = panel
        self._settings = settings
        self.document = LectureDocument(parent=self)
        self.walk = LectureWalk(self.document, panel.stepper, self)
        self.files = LectureFiles(self.document, settings, self)
        self.exports = StepExports(panel.stepper, settings, self)
        self.strip = LectureStrip(self.document, self.files, self)
        self.presentation: Presentation | None = None
        self._picture: LargeStepView | None = None
        self._make_edge()
        self._arrange()
        self._connect()
        self.show_strip(settings.get(STRIP_IS_OPEN))
        panel.geometry_strip.link.setChecked(settings.get(SAME_FOR_BOTH))
        panel.controls.hues.setChecked(settings.get(HUES))

    # --- making ----------------------------------------------------------------------------------

    def _make_edge(self) -> None:
        self.edge = QFrame(self)
        self.scenes_button = icon_button("menu", "Scenes of a lecture", self.edge)
        self.scenes_button.setCheckable(True)
        self.scenes_button.toggled.connect(self.show_strip)
        self.present_button = icon_button("present", "Present: fill the screen (F5)", self.edge)
        self.present_button.clicked.connect(self.present)
        self.export_menu = QMenu(self)
        self.exports.fill(self.export_menu)
        tip = "Export the picture, the run, the grids"
        self.export_button = icon_button("export", tip, self.edge)
        self.export_button.setMenu(self.export_menu)
        self.export_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)

    def _arrange(self) -> None:
        self._column = QVBoxLayout(self.edge)
        for button in (self.scenes_button, self.present_button, self.export_button):
            self._column.addWidget(button)
        self._column.addStretch(1)
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        across.addWidget(self.panel, 1)
        across.addWidget(self.edge)
        across.addWidget(self.strip)
        self.follow_theme()

    def _connect(self) -> None:
        strip, files = self.strip, self.files
        strip.record.clicked.connect(self.record)
        strip.update_scene.clicked.connect(self.update_scene)
        strip.present.clicked.connect(self.present)
        strip.fold.clicked.connect(self._fold)
        document = self.document
        for changed in (
            document.scenes_changed,
            document.path_changed,
            document.modified_changed,
        ):
            changed.connect(self._say_what_is_saved)
        files.opened.connect(self._begin)
        files.said.connect(self.status_message)
        self.exports.said.connect(self.status_message)
        self.walk.failed.connect(self.status_message)
        self.walk.hidden_changed.connect(self._show_hidden)
        self.panel.model.trace_changed.connect(self._show_hidden)
        for changed in (
            self.panel.stepper.trace_changed,
            self.panel.stepper.position_changed,
            self.document.current_changed,
            self.document.scenes_changed,
        ):
            changed.connect(self._count)
        self.document.current_changed.connect(self._show_scene)
        self.document.scenes_changed.connect(self._show_scene)
        self.panel.end_passed.connect(self.walk.step_on)
        self.panel.start_passed.connect(self.walk.step_back)
        self.panel.geometry_strip.link.toggled.connect(partial(self._settings.set, SAME_FOR_BOTH))
        self.panel.controls.hues.toggled.connect(partial(self._settings.set, HUES))
        shortcut(self, "F5", self.present)

    def _restyle(self) -> None:
        self._column.setContentsMargins(0, px(10), px(6), px(6))
        self._column.setSpacing(px(4))
        for button in (self.scenes_button, self.present_button, self.export_button):
            button.setIconSize(QSize(px(18), px(18)))

    # --- scenes ----------------------------------------------------------------------------------

    @Slot(bool)
    def show_strip(self, is_open: bool) -> None:
        """Unfold the scenes or put them away, and remember it."""
        self.strip.setVisible(is_open)
        self.scenes_button.setChecked(is_open)
        self._settings.set(STRIP_IS_OPEN, is_open)

    @Slot()
    def record(self) -> None:
        """Keep the lab as it is as a scene."""
        model = self.panel.model
        if model.problem:
            self.status_message.emit(f"There is nothing to record yet. {model.problem}")
            return
        self.document.record(words_of(model.state), model.state.to_dict())
        self.strip.list.edit_title()

    @Slot()
    def update_scene(self) -> None:
        """Let the marked scene show the lab as it is."""
        model = self.panel.model
        if model.problem:
            self.status_message.emit(f"The scene stays as it is. {model.problem}")
            return
        self.document.update(self.document.index, model.state.to_dict())

    def open_ready_lecture(self) -> None:
        """Open the lecture that comes with cnnviz, at its first scene."""
        self.files.open_ready()

    @Slot()
    def _begin(self) -> None:
        self.show_strip(True)
        self.document.open_scene(0)

    @Slot()
    def _say_what_is_saved(self) -> None:
        """Ctrl+S is the lecture's as soon as there is one."""
        document = self.document
        is_there = bool(document.scenes or document.path or document.is_modified)
        self.panel.set_saved(LECTURE if is_there else STACK)

    @Slot()
    def _fold(self) -> None:
        self.show_strip(False)
        self.panel.setFocus()

    # --- presentation ----------------------------------------------------------------------------

    @Slot()
    def present(self) -> None:
        """Fill a screen with the picture: the second one if there is one."""
        if self.presentation is not None:
            self.presentation.activateWindow()
            return
        stepper, walk = self.panel.stepper, self.walk
        if self.panel.quiz.is_on:
            self.panel.quiz.toggle()
        stepper.pause()
        self._picture = LargeStepView(stepper)
        self.presentation = window = Presentation(self._picture, self)
        for asked in (window.on_requested, window.back_requested, window.play_toggled):
            asked.connect(self._picture.let_go)
        window.on_requested.connect(stepper.pause)
        window.on_requested.connect(walk.go_on)
        window.back_requested.connect(stepper.pause)
        window.back_requested.connect(walk.step_back)
        window.first_requested.connect(stepper.first)
        window.last_requested.connect(stepper.last)
        window.play_toggled.connect(stepper.toggle_play)
        window.next_scene_requested.connect(self.document.next_scene)
        window.previous_scene_requested.connect(self.document.previous_scene)
        window.part_toggled.connect(walk.toggle)
        window.channel_requested.connect(stepper.set_channel)
        window.show_counter(self._settings.get(COUNTER_IS_SHOWN))
        window.counter_toggled.connect(partial(self._settings.set, COUNTER_IS_SHOWN))
        window.closed.connect(self._end_presentation)
        scene = self.document.current
        if scene is not None:
            walk.hide(scene.hidden)
        self._show_scene()
        self._show_hidden()
        self._count()
        window.show_on(self._screen_to_present_on())

    def _screen_to_present_on(self) -> QScreen | None:
        """The screen that the window is not on; the only one if there is one."""
        here = self.window().screen()
        others = [screen for screen in here.virtualSiblings() if screen is not here]
        return others[0] if others else here

    @Slot()
    def _end_presentation(self) -> None:
        window = self.presentation
        self.presentation = self._picture = None
        self.panel.stepper.pause()
        self.walk.hide(Hidden())
        if window is not None:
            window.deleteLater()
        self.panel.setFocus()

    @Slot()
    def _show_scene(self) -> None:
        if self.presentation is not None:
            scene = self.document.current
            self.presentation.set_title(scene.title if scene is not None else "")
            self.presentation.set_scale(scene.scale if scene is not None else 1.0)

    @Slot()
    def _count(self) -> None:
        """Say in the corner of the presentation how far it has come."""
        if self.presentation is None:
            return
        stepper, document = self.panel.stepper, self.document
        scenes = len(document.scenes)
        scene = f"scene {document.index + 1} of {scenes} · " if document.current else ""
        step = f"step {stepper.position + 1} of {stepper.count}"
        self.presentation.set_counter(scene + ("" if self.panel.model.problem else step))

    @Slot()
    def _show_hidden(self) -> None:
        if self._picture is not None:
            hidden = self.walk.hidden
            self._picture.reveal(
                kernel=not hidden.kernel, result=not hidden.result, sentence=not hidden.sentence
            )

    # --- Qt --------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A clicker steps on although the scenes have the focus."""
        if event.key() == Qt.Key.Key_PageDown:
            self.walk.step_on()
        elif event.key() == Qt.Key.Key_PageUp:
            self.walk.step_back()
        else:
            super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Leave no presentation behind when the window is closed."""
        super().hideEvent(event)
        if self.presentation is not None and not self.window().isVisible():
            self.presentation.close()
