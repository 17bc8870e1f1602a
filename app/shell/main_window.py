"""The main window: rail, header and status bar around the workspaces."""

from __future__ import annotations

import logging
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot, qVersion
from PySide6.QtGui import QAction, QCloseEvent, QKeySequence, QPaintEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QMainWindow,
    QMessageBox,
    QVBoxLayout,
    QWidget,
)

from app import installed_version
from app.kit.actions import ACTIONS, WINDOW, Handlers, keys_of, make_actions
from app.kit.keys_overlay import KeysOverlay
from app.look.icons import icon
from app.look.nesting import nest
from app.look.screen_room import bring_into_sight, holds, within_screen
from app.look.text import Text
from app.look.theme import ThemeController, current_theme, px
from app.shell.closing import Closing
from app.shell.digit_shortcuts import DigitShortcuts
from app.shell.file_drop import FileDrop
from app.shell.files import FileCommands
from app.shell.header import Header
from app.shell.rail import Rail
from app.shell.recent_files import RecentMenu
from app.shell.workspaces import LAST_WORKSPACE, WORKSPACES, Workspaces
from app.state import settings as remembered
from app.state.network_summary import summarise
from app.state.networks import NetworkHolder
from app.state.run_folders import has_interrupted_run, runs_folder
from app.state.settings import Settings
from app.state.subjects import Said
from engine.basics.errors import EngineError

logger = logging.getLogger(__name__)

_ABOUT = (
    "See how a convolutional network works: draw, build, train, and step through every window of "
    "a convolution, forward and backward. Everything is computed by plain NumPy on this computer; "
    "nothing is sent anywhere.\n\n"
    "cnnviz is free software under the MIT licence. It contains the typeface Inter (SIL Open Font "
    "License 1.1) and symbols of DejaVu Sans, and is built on Qt for Python, NumPy, pyqtgraph, "
    "safetensors, pooch and Pillow. The bundled network was trained on MNIST by Y. LeCun, C. "
    "Cortes and C. Burges."
)
NOTICED_WITHIN = 8000
_PER_LETTER = 90
"""Milliseconds; who reads to an audience takes that long for a letter."""
_TOO_LARGE = "At {scale:.0%} not every page fits on this screen of {width}×{height} pixels."
_MENUS = {"file": "&File", "view": "&View", "course": "The &course", "help": "&Help"}


class MainWindow(QMainWindow):
    """Composes the application around one network, one stack and one drawing.

    Signals:
        started_up: What waits until after the first paint, such as loading the network, is done.
    """

    started_up = Signal()

    def __init__(
        self,
        settings: Settings,
        look: ThemeController,
        file: Path | None = None,
        data_directory: Path | None = None,
    ) -> None:
        """Make it; ``file`` is opened once it is shown, ``data_directory`` is where MNIST is."""
        super().__init__()
        self.setWindowTitle("cnnviz")
        self.settings = settings
        self.look = look
        self.networks = NetworkHolder(self)
        self.workspaces = Workspaces(self.networks, settings, data_directory)
        self.files = FileCommands(self, self.workspaces, self.networks, settings, self.show_status)
        self.closing = Closing(self, self.workspaces, self.networks, self.files)
        self._status = Said(self._clear_status, self)
        self._file_to_open = file
        self._has_started_up = False
        self.actions_by_id = make_actions(WINDOW, self, self._handlers())
        FileDrop(self, self.files.open)
        DigitShortcuts(self)
        self._make_frame()
        self._make_menus()
        self._connect()
        self._show_network()
        self._show_look()
        self._restore()

    def start_up(self) -> None:
        """Load the network and open the file that was asked for; does so once."""
        if self._has_started_up:
            return
        self._has_started_up = True
        QApplication.setApplicationVersion(installed_version())
        try:
            self.networks.load_bundled()
        except EngineError as error:
            self.networks.have_none()
            self.show_status(f"The bundled network cannot be used. {error}")
        if self.workspaces.offer_leftovers():
            self.open_workspace(Workspaces.build.key)
        is_in_train = self.workspaces.current_key == Workspaces.train.key  # which says so itself
        if not is_in_train and has_interrupted_run(runs_folder(self.settings.folder)):
            self.header.set_training("Interrupted run")
            self.show_status("A training run was interrupted. Train can continue it.")
        if self._file_to_open is not None:
            self.files.open(self._file_to_open)
        self.started_up.emit()

    @Slot(str)
    def open_workspace(self, key: str) -> None:
        """Show a workspace; the one that is open when the window closes is remembered."""
        self.workspaces.open(key)

    @Slot(str)
    def _show_opened(self, key: str) -> None:
        self.rail.mark(key)
        self.statusBar().clearMessage()
        if key == Workspaces.train.key:
            self._show_training()  # what was interrupted is offered there

    @Slot(str)
    def show_status(self, sentence: str) -> None:
        """Put a sentence into the status bar: until it is read, or another network is open."""
        self._status.of(self.networks.opened)
        self.statusBar().showMessage(sentence, reading_time(sentence))

    def _clear_status(self) -> None:
        self.statusBar().clearMessage()

    @Slot()
    def show_keys(self) -> None:
        """Lay the keys of the open workspace over the window."""
        title, keys = self.workspaces.current_title, self.workspaces.current.keys
        first, last = WORKSPACES[0], WORKSPACES[-1]
        opening = (
            f"{first.shortcut} … {last.shortcut.rpartition('+')[2]}",
            f"{first.title} … {last.title}",
        )
        everywhere = (opening, *keys_of(WINDOW))
        overlay = KeysOverlay(title, keys, everywhere, self.centralWidget())
        overlay.show()
        overlay.setFocus()

    def _show_about(self) -> None:
        box = QMessageBox(QMessageBox.Icon.NoIcon, "About cnnviz", "", parent=self)
        version = QApplication.applicationVersion()
        box.setText(f"cnnviz {version}")
        box.setInformativeText(f"{_ABOUT}\n\nQt {qVersion()}")
        box.setStandardButtons(QMessageBox.StandardButton.Close)
        box.finished.connect(box.deleteLater)
        box.open()

    # Making it

    def _make_frame(self) -> None:
        self.header = Header((self.actions_by_id["toggle_dark"], self.actions_by_id["full_screen"]))
        self.rail = Rail(WORKSPACES)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.header)
        right.addWidget(self.workspaces, 1)
        centre = QWidget()
        across = QHBoxLayout(centre)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        across.addWidget(self.rail)
        nest(across, right, 1)
        self.setCentralWidget(centre)
        self.statusBar().setSizeGripEnabled(False)
        self.statusBar().addPermanentWidget(Text("Press ? or F1 for the keys  ", 12, role="muted"))

    def _make_menus(self) -> None:
        # kept, because Python would otherwise take the menus for its own and drop them
        self._menus = {name: self.menuBar().addMenu(text) for name, text in _MENUS.items()}
        for workspace in WORKSPACES:
            action = QAction(workspace.title, self)
            action.setShortcut(QKeySequence(workspace.shortcut))
            action.triggered.connect(lambda _=False, key=workspace.key: self.open_workspace(key))
            self._menus["view"].addAction(action)
            self.addAction(action)  # so that its key works without the menu bar
        self.recent_menu = RecentMenu(self.files.recent, self.files.open, self._menus["file"])
        for info in ACTIONS:
            if info.menu:
                menu = self._menus[info.menu]
                if info.starts_group:
                    menu.addSeparator()
                menu.addAction(self.actions_by_id[info.id])
                if info.id == "open":
                    menu.addMenu(self.recent_menu)

    def _handlers(self) -> Handlers:
        return {
            "open": self.files.open_dialog,
            "save": self.files.save,
            "save_as": self.files.save_as,
            "save_network": self.files.save_network_dialog,
            "use_bundled": self.files.use_bundled,
            "quit": self._quit,
            "toggle_dark": self.look.toggle_dark,
            "follow_system": self._follow_system,
            "larger": self._grow,
            "smaller": lambda: self.look.step_scale(-1),
            "normal_size": lambda: self.look.set_scale(1.0),
            "full_screen": self._toggle_full_screen,
            "ready_lecture": self._open_ready_lecture,
            "present": self._present,
            "keys": self.show_keys,
            "about": self._show_about,
        }

    def _connect(self) -> None:
        self.header.train_clicked.connect(lambda: self.open_workspace(Workspaces.train.key))
        self.rail.workspace_chosen.connect(self.open_workspace)
        self.workspaces.status_changed.connect(self.show_status)
        self.workspaces.opened.connect(self._show_opened)
        self.workspaces.saved_changed.connect(self._show_what_is_saved)
        self.workspaces.training_changed.connect(self._show_training)
        self.networks.network_changed.connect(self._show_network)
        self.look.theme_changed.connect(self._show_look)

    # What it shows

    @Slot()
    def _show_network(self) -> None:
        summary = summarise(self.networks)
        self.header.set_network(summary.title, summary.facts, summary.tool_tip)

    @Slot()
    def _show_training(self) -> None:
        session = self.workspaces.session
        self.header.set_training(session.progress_text if session is not None else "")

    @Slot()
    def _show_what_is_saved(self) -> None:
        what = self.workspaces.current.saved
        self.actions_by_id["save"].setText(f"&Save {what}")
        self.actions_by_id["save_as"].setText(f"Save {what} &as\N{HORIZONTAL ELLIPSIS}")

    @Slot()
    def _show_look(self) -> None:
        is_dark = current_theme().is_dark
        switch = self.actions_by_id["toggle_dark"]
        switch.setText("&Light" if is_dark else "&Dark")
        switch.setIcon(icon("sun" if is_dark else "moon"))
        self.actions_by_id["follow_system"].setChecked(self.look.mode == "system")
        before = self.size()
        self.setMinimumSize(within_screen(self, QSize(px(800), px(520))))
        if self.isVisible() and self.size() != before:  # it grew with the scale
            bring_into_sight(self)
        self.settings.set(remembered.THEME, self.look.mode)
        self.settings.set(remembered.SCALE, self.look.scale)

    def _grow(self) -> None:
        """Show everything larger, unless this screen has no room for it."""
        scale, screen = self.look.scale_after(1), self.screen().size()
        if holds(screen, scale):
            self.look.set_scale(scale)
        else:
            self.show_status(
                _TOO_LARGE.format(scale=scale, width=screen.width(), height=screen.height())
            )

    def _open_ready_lecture(self) -> None:
        self.open_workspace(Workspaces.step.key)
        self.workspaces.lectures.open_ready_lecture()

    def _present(self) -> None:
        self.open_workspace(Workspaces.step.key)
        self.workspaces.lectures.present()

    def _follow_system(self) -> None:
        wants_system = self.actions_by_id["follow_system"].isChecked()
        self.look.set_mode("system" if wants_system else current_theme().name)

    def _toggle_full_screen(self) -> None:
        goes_full = not self.isFullScreen()
        self.menuBar().setVisible(not goes_full)
        self.actions_by_id["full_screen"].setChecked(goes_full)
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    # Coming and going

    def paintEvent(self, event: QPaintEvent) -> None:
        """Start up as soon as something is on the screen."""
        super().paintEvent(event)
        if not self._has_started_up:
            QTimer.singleShot(0, self.start_up)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask about a training run and an unsaved stack, then remember what is to be remembered."""
        if not (self.closing.is_allowed() and self.closing.end_everything()):
            event.ignore()
            return
        self._remember()
        self.workspaces.drop_autosave()
        event.accept()

    def _quit(self) -> None:
        self.close()

    def _restore(self) -> None:
        geometry = self.settings.get(remembered.WINDOW_GEOMETRY)
        if geometry and self.restoreGeometry(geometry):
            bring_into_sight(self)
        else:
            self.resize(within_screen(self, QSize(px(1280), px(800))))
        self.open_workspace(self.settings.get(LAST_WORKSPACE))

    def _remember(self) -> None:
        if self.isFullScreen():
            self._toggle_full_screen()
        self.settings.set(remembered.WINDOW_GEOMETRY, bytes(self.saveGeometry().data()))
        self.settings.set(LAST_WORKSPACE, self.workspaces.current_key)
        try:
            self.settings.save()
        except EngineError as error:  # there is no window left to say it in
            logger.warning("%s", error)


def reading_time(sentence: str) -> int:
    """How long a sentence is shown, in milliseconds: some seconds, and longer if it is long."""
    return max(NOTICED_WITHIN, _PER_LETTER * len(sentence))
