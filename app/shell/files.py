"""Opening and saving: whichever kind of file it is goes where it belongs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QMainWindow

from app.kit.errors import show_error
from app.kit.workspace import LECTURE
from app.lecture.scenes import SUFFIX as LECTURE_SUFFIX
from app.shell.recent_files import RecentFiles
from app.shell.workspaces import Workspaces
from app.state.networks import NetworkHolder
from app.state.settings import LAST_FOLDER, Settings
from engine.basics.errors import EngineError
from engine.basics.records import quoted

if TYPE_CHECKING:  # the window is painted before the engine is loaded
    from engine.networks.model_file import Model

NETWORK_SUFFIX = ".safetensors"
STACK_SUFFIX = ".cnnviz"
IMAGE_SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".pgm")
_IMAGES = " ".join(f"*{suffix}" for suffix in IMAGE_SUFFIXES)
_OPEN_FILTER = (
    "Networks, stacks, lectures and images "
    f"(*{NETWORK_SUFFIX} *{STACK_SUFFIX} *{LECTURE_SUFFIX} {_IMAGES});;"
    f"Networks (*{NETWORK_SUFFIX});;Stacks (*{STACK_SUFFIX});;Lectures (*{LECTURE_SUFFIX});;"
    "All files (*)"
)

_OPENED = (
    f"It opens networks ({NETWORK_SUFFIX}), stacks ({STACK_SUFFIX}), lectures ({LECTURE_SUFFIX}) "
    "and images."
)


class FileCommands:
    """The File menu. What goes wrong is said in a dialog, and what is open stays open.

    ``say`` puts a sentence on the open network into the status bar.
    """

    def __init__(
        self,
        window: QMainWindow,
        workspaces: Workspaces,
        networks: NetworkHolder,
        settings: Settings,
        say: Callable[[str], None],
    ) -> None:
        self._say = say
        self._window = window
        self._workspaces = workspaces
        self._networks = networks
        self._settings = settings
        self.recent = RecentFiles(settings)

    def open_dialog(self) -> None:
        """Ask for a file and open it."""
        name, _ = QFileDialog.getOpenFileName(
            self._window, "Open", self._settings.get(LAST_FOLDER), _OPEN_FILTER
        )
        if name:
            self.open(Path(name))

    def open(self, path: Path) -> bool:
        """Open a network, a stack, a lecture or an image; return whether that succeeded."""
        was_opened = self._open(path)
        if was_opened:
            self.recent.add(path)
        elif not path.exists():
            self.recent.remove(path.absolute())
        return was_opened

    def _open(self, path: Path) -> bool:
        """Open what the file is by its content; one that is damaged, by what its name promises."""
        from engine.basics import file_kinds as kinds  # noqa: PLC0415 - not before first paint

        self._settings.set(LAST_FOLDER, str(path.parent))
        openers = {
            kinds.NETWORK: self._open_network,
            kinds.STACK: self._open_stack,
            kinds.LECTURE: self._open_lecture,
            kinds.IMAGE: self._open_image,
        }
        kind = kinds.kind_of(path) if path.exists() else None
        suffix = path.suffix.lower()
        if kind is None:
            promised = {NETWORK_SUFFIX: kinds.NETWORK, STACK_SUFFIX: kinds.STACK}
            promised |= {LECTURE_SUFFIX: kinds.LECTURE} | dict.fromkeys(IMAGE_SUFFIXES, kinds.IMAGE)
            kind = promised.get(suffix)
        if kind in openers:
            return openers[kind](path)
        if not path.exists():
            words = f"There is no file {quoted(str(path))}."
        elif kind is None:
            words = f"{quoted(path.name)} is nothing that cnnviz opens. {_OPENED}"
        else:
            words = kind.sentence(path)
        show_error(self._window, words, "The file was not opened")
        return False

    def save(self) -> None:
        """Save what the open workspace is about to its file, or ask for one."""
        workspaces = self._workspaces
        if workspaces.current.saved == LECTURE:
            if workspaces.lectures.files.save():
                self._remember(workspaces.lectures.document.path)
        elif workspaces.build.files.save():
            self._remember(workspaces.document.path)

    def save_as(self) -> None:
        """Ask where to save what the open workspace is about."""
        workspaces = self._workspaces
        if workspaces.current.saved == LECTURE:
            if workspaces.lectures.files.ask_save():
                self._remember(workspaces.lectures.document.path)
        elif workspaces.build.files.save_dialog():
            self._remember(workspaces.document.path)

    def _remember(self, path: Path | None) -> None:
        if path is not None:
            self.recent.add(path)

    def save_network_dialog(self) -> None:
        """Ask where to save the network that Draw uses."""
        if not self._networks.has_network:
            show_error(self._window, "There is no network to save yet. Train one first.")
            return
        folder = Path(self._settings.get(LAST_FOLDER))
        suggestion = folder / f"{_as_file_name(self._networks.title)}{NETWORK_SUFFIX}"
        name, _ = QFileDialog.getSaveFileName(
            self._window, "Save the network", str(suggestion), f"Networks (*{NETWORK_SUFFIX})"
        )
        if name:
            path = Path(name)
            self.save_network(path if path.suffix else path.with_suffix(NETWORK_SUFFIX))

    def save_network(self, path: Path) -> bool:
        """Save the network that Draw uses; return whether that succeeded."""
        try:
            self._networks.save(path)
        except (EngineError, OSError) as error:
            show_error(self._window, error, "The network was not saved")
            return False
        self._settings.set(LAST_FOLDER, str(path.parent))
        self.recent.add(path)
        note = " It holds the network as it was before any meddling." * self._networks.is_meddled
        self._say(f"Saved {path.name}.{note}")
        return True

    def use_bundled(self) -> None:
        """Go back to the network that comes with cnnviz."""
        try:
            model = self._networks.read_bundled()
        except (EngineError, OSError) as error:
            show_error(self._window, error, "The bundled network cannot be used")
            return
        self._take(model, "Use the bundled LeNet-5")

    def _open_network(self, path: Path) -> bool:
        try:
            model = self._networks.read(path)
        except (EngineError, OSError) as error:
            show_error(self._window, error, "The network was not opened")
            return False
        if not self._take(model, f"Open {path.name}"):
            return False
        self._say(f"Opened {path.name}.")
        return True

    def _take(self, model: Model, text: str) -> bool:
        """Let Draw use a network, and Build show its stack: a step of undo called ``text``.

        Unsaved changes of the stack in Build are asked about first; one that is the network's
        already stays as it is.
        """
        document, stack = self._workspaces.document, model.stack
        is_there = (document.stack.input_shape, document.stack.layers) == (
            stack.input_shape,
            stack.layers,
        )
        if not (is_there or self._workspaces.build.files.confirm_discard()):
            return False
        self._networks.set_network(model.network, model.record)
        if not is_there:
            document.replace_stack(stack, text)
            document.undo_stack.setClean()  # what is given up was asked about
        return True

    def _open_image(self, path: Path) -> bool:
        self._workspaces.open(Workspaces.draw.key)
        return self._workspaces.draw.open_image(path)

    def _open_stack(self, path: Path) -> bool:
        self._workspaces.open(Workspaces.build.key)
        files = self._workspaces.build.files
        return files.confirm_discard() and files.open(path)

    def _open_lecture(self, path: Path) -> bool:
        self._workspaces.open(Workspaces.step.key)
        files = self._workspaces.lectures.files
        return files.confirm_discard() and files.open(path)


def _as_file_name(title: str) -> str:
    return "".join(c if c.isalnum() or c in " -_." else "-" for c in title).strip() or "network"
