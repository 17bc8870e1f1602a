"""The workspaces: each is declared once, and made when it is first opened, which takes time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar, cast, overload

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.kit.workspace import Workspace
from app.state.networks import NetworkHolder
from app.state.settings import Setting, Settings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from app.build.panel import BuildPanel
    from app.draw.panel import DrawPanel
    from app.lecture.bench import LectureBench
    from app.reference.panel import ReferencePanel
    from app.shell.autosave import Autosave
    from app.state.document import StackDocument
    from app.state.sketch import ExactImage
    from app.step.panel import StepPanel
    from app.train.panel import TrainPanel
    from app.train.training_session import TrainingSession
    from engine.lab import LabState

PanelT = TypeVar("PanelT", bound=Workspace)


@dataclass(frozen=True)
class WorkspaceInfo(Generic[PanelT]):
    """A workspace: what rail, menu and settings know of it before it is made, and how it is made.

    It is a descriptor: ``workspaces.draw`` is the panel, ``Workspaces.draw`` what is known of it.
    """

    key: str
    title: str
    icon_name: str
    shortcut: str
    make: Callable[[Workspaces], PanelT]

    @overload
    def __get__(self, workspaces: None, owner: type) -> WorkspaceInfo[PanelT]: ...
    @overload
    def __get__(self, workspaces: Workspaces, owner: type) -> PanelT: ...
    def __get__(self, workspaces: Workspaces | None, owner: type) -> WorkspaceInfo[PanelT] | PanelT:
        return self if workspaces is None else workspaces.panel(self)


def _workspace(
    title: str, icon_name: str, shortcut: str
) -> Callable[[Callable[[Workspaces], PanelT]], WorkspaceInfo[PanelT]]:
    """Declare a workspace by the method that makes it; the method's name is the key."""

    def declare(make: Callable[[Workspaces], PanelT]) -> WorkspaceInfo[PanelT]:
        return WorkspaceInfo(make.__name__, title, icon_name, shortcut, make)

    return declare


class Workspaces(QStackedWidget):
    """Shows one workspace at a time, and passes on what one asks of another.

    Signals:
        opened: A workspace is shown; its key.
        status_changed: A workspace has a sentence for the status bar.
        training_changed: The training session is in another state, or came further.
        saved_changed: Ctrl+S saves something else than before.
    """

    opened = Signal(str)
    status_changed = Signal(str)
    training_changed = Signal()
    saved_changed = Signal()

    def __init__(
        self,
        networks: NetworkHolder,
        settings: Settings,
        data_directory: Path | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._networks = networks
        self._settings = settings
        self._data_directory = data_directory
        self._made: dict[str, Workspace] = {}
        self._document: StackDocument | None = None
        self.autosave: Autosave | None = None
        self._lectures: LectureBench | None = None
        pages = [QWidget() for _ in WORKSPACES]
        self._pages = tuple(map(QVBoxLayout, pages))
        for page, layout in zip(pages, self._pages, strict=True):
            layout.setContentsMargins(0, 0, 0, 0)
            self.addWidget(page)

    # The workspaces, in the order of the rail. What is imported here waits until it is wanted.

    @_workspace("Draw", "draw", "Ctrl+1")
    def draw(self) -> DrawPanel:
        """A digit is drawn and recognised; opens first."""
        from app.draw.panel import DrawPanel  # noqa: PLC0415

        panel = DrawPanel(self._networks, self._settings)
        panel.meddler.data_directory = self._data_directory
        return panel

    @_workspace("Build", "build", "Ctrl+2")
    def build(self) -> BuildPanel:
        """The stack of layers is put together."""
        from app.build.panel import BuildPanel  # noqa: PLC0415
        from app.state.own_presets import OwnPresets  # noqa: PLC0415

        own = OwnPresets(self._settings.folder / "presets", parent=self)
        own.problem_found.connect(self.status_changed)
        panel = BuildPanel(self.document, self._networks, own)
        for action in (panel.open_action, panel.save_action):
            action.setShortcuts([])  # the window's File menu has these keys
        return panel

    @_workspace("Train", "train", "Ctrl+3")
    def train(self) -> TrainPanel:
        """The stack is trained; owns the training session."""
        from app.train.panel import TrainPanel  # noqa: PLC0415

        panel = TrainPanel(
            self.document, self._networks, self._settings, data_directory=self._data_directory
        )
        panel.session.state_changed.connect(self.training_changed)
        panel.session.progressed.connect(self.training_changed)
        for part in panel.parts:
            part.drawing = self._drawn_image
        return panel

    @_workspace("Step", "step", "Ctrl+4")
    def step(self) -> StepPanel:
        """One window at a time, by its numbers; with the lectures around it."""
        from app.lecture.bench import LectureBench  # noqa: PLC0415
        from app.step.data import StepSources  # noqa: PLC0415
        from app.step.panel import StepPanel  # noqa: PLC0415

        sources = StepSources(self._networks, lambda: self.draw.seen_pixels, self.exact_image)
        panel = StepPanel(sources=sources)
        self._lectures = LectureBench(panel, self._settings)
        self._lectures.status_message.connect(panel.status_message)
        return panel

    @_workspace("Reference", "reference", "Ctrl+5")
    def reference(self) -> ReferencePanel:
        """Output sizes, famous architectures and filter sizes."""
        from app.reference.panel import ReferencePanel  # noqa: PLC0415

        return ReferencePanel(self.document)

    # Opening them

    def panel(self, info: WorkspaceInfo[PanelT]) -> PanelT:
        """A workspace; it is made, and listened to, when it is first asked for."""
        if info.key not in self._made:
            made = info.make(self)
            made.status_message.connect(self.status_changed)
            made.saved_changed.connect(self.saved_changed)
            made.workspace_wanted.connect(self.open)
            made.window_wanted.connect(self._show_window)
            made.image_wanted.connect(self._draw_image)
            page = self._pages[KEYS.index(info.key)]
            page.addWidget(made.window())  # Step comes in the frame of its lectures
            self._made[info.key] = made
        return cast("PanelT", self._made[info.key])

    @Slot(str)
    def open(self, key: str) -> None:
        """Show the workspace of this key, made if it is not yet, with the keyboard focus."""
        index = KEYS.index(key)
        panel = self.panel(WORKSPACES[index])
        self.setCurrentIndex(index)
        self.updateGeometry()
        panel.setFocus()
        self.opened.emit(key)
        self.saved_changed.emit()

    @property
    def current_key(self) -> str:
        """The key of the open workspace."""
        return KEYS[self.currentIndex()]

    @property
    def current_title(self) -> str:
        """What the open workspace is called."""
        return WORKSPACES[self.currentIndex()].title

    @property
    def current(self) -> Workspace:
        """The open workspace."""
        return self._made[self.current_key]

    @property
    def made(self) -> dict[str, Workspace]:
        """The workspaces that were opened so far, by title."""
        return {one.title: self._made[one.key] for one in WORKSPACES if one.key in self._made}

    def minimumSizeHint(self) -> QSize:
        """What the open workspace needs: one that is hidden does not make the window larger."""
        page = self.currentWidget()
        return super().minimumSizeHint() if page is None else page.minimumSizeHint()

    # What they work on

    @property
    def document(self) -> StackDocument:
        """The stack that Build edits and Train trains."""
        if self._document is None:
            from app.shell.autosave import Autosave  # noqa: PLC0415 - not before the first paint
            from app.state.document import StackDocument  # noqa: PLC0415

            self._document = StackDocument(parent=self)
            self.autosave = Autosave(self._document, self._settings.folder / "autosave", self)
            self.autosave.failed.connect(self.status_changed)
        return self._document

    @property
    def has_unsaved_stack(self) -> bool:
        """Whether the stack, or one that it was opened in place of, has unsaved changes."""
        document = self._document
        return document is not None and (document.is_modified or document.abandoned is not None)

    def offer_leftovers(self) -> bool:
        """Show in Build what a crash left behind; return whether there was anything."""
        if not any((self._settings.folder / "autosave").glob("*.json")):
            return False
        from app.shell.recovery import Recovery  # noqa: PLC0415 - not before the first paint

        build, autosave = self.build, self.autosave  # the first makes the second
        return autosave is not None and Recovery(autosave, build).offer()

    def drop_autosave(self) -> None:
        """The user was asked about unsaved changes: leave no file of them behind."""
        if self.autosave is not None:
            self.autosave.close()

    @property
    def session(self) -> TrainingSession | None:
        """The training session; ``None`` as long as Train was never opened."""
        return self.train.session if Workspaces.train.key in self._made else None

    @property
    def lectures(self) -> LectureBench:
        """What the Step workspace has for lectures: scenes, presentation, exports."""
        if self._lectures is None:
            _ = self.step
        assert self._lectures is not None  # noqa: S101 - made with the panel
        return self._lectures

    @property
    def has_unsaved_lecture(self) -> bool:
        """Whether the lecture's scenes were edited since it was opened or saved."""
        return self._lectures is not None and self._lectures.document.is_modified

    # What one asks of another

    @Slot(object)
    def _show_window(self, state: LabState) -> None:
        """Show one window of the open network in the lab."""
        self.open(Workspaces.step.key)
        self.step.model.set_state(state, "a window of the network on the drawing")

    def _drawn_image(self) -> NDArray[np.float32] | None:
        """What the network gets of the drawing, ``(28, 28)``; ``None`` of a blank sheet."""
        prepared = self.draw.recognition.prepared
        return None if prepared is None else prepared.image

    def exact_image(self) -> NDArray[np.float32] | None:
        """The image on the sheet that goes to the network as it is, if there is one."""
        exact = self.draw.sketch.exact
        return None if exact is None else exact.pixels

    @Slot(object)
    def _draw_image(self, ink: NDArray[np.float32] | ExactImage) -> None:
        """Put an image on the sheet in place of the drawing, which Ctrl+Z brings back.

        An ``ExactImage`` of the network's size goes to the network as it is.
        """
        from app.state.sketch import ExactImage  # noqa: PLC0415 - with the engine, see above

        sketch = self.draw.sketch
        if not isinstance(ink, ExactImage):
            sketch.paste(ink)
        elif ink.fills_the_input:
            sketch.show_exact(ink)
        else:
            sketch.paste(ink.pixels)
        self.open(Workspaces.draw.key)


WORKSPACES: tuple[WorkspaceInfo[Workspace], ...] = tuple(
    one for one in vars(Workspaces).values() if isinstance(one, WorkspaceInfo)
)
"""All of them, in the order of the rail."""
KEYS = tuple(one.key for one in WORKSPACES)
LAST_WORKSPACE = Setting("window/workspace", KEYS[0], choices=KEYS)
