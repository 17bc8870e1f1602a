"""The workspaces on their shelf: each is made when it is first opened, because that takes time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.kit.workspace import Workspace
from app.shell.rail import RailEntry
from app.state.networks import NetworkHolder
from app.state.settings import Settings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from app.build.panel import BuildPanel
    from app.draw.panel import DrawPanel
    from app.lecture.bench import LectureBench
    from app.reference.panel import ReferencePanel
    from app.shell.autosave import Autosave
    from app.state.document import StackDocument
    from app.state.exact_image import ExactImage
    from app.step.panel import StepPanel
    from app.train.panel import TrainPanel
    from app.train.training_session import TrainingSession
    from engine.lab import LabState

# The rail needs these before the panels' modules are imported.
ENTRIES = (
    RailEntry("draw", "Draw", "draw", "Ctrl+1"),
    RailEntry("build", "Build", "build", "Ctrl+2"),
    RailEntry("train", "Train", "train", "Ctrl+3"),
    RailEntry("step", "Step", "step", "Ctrl+4"),
    RailEntry("reference", "Reference", "reference", "Ctrl+5"),
)
WorkspaceT = TypeVar("WorkspaceT", bound=Workspace)
KEYS = tuple(entry.key for entry in ENTRIES)


class Workspaces(QStackedWidget):
    """Shows one workspace at a time.

    Signals:
        status_changed: A workspace has a sentence for the status bar.
        training_changed: The training session is in another state, or came further.
        workspace_wanted: A workspace asks for another one, by its key.
    """

    status_changed = Signal(str)
    training_changed = Signal()
    workspace_wanted = Signal(str)

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
        self._layouts: dict[str, QVBoxLayout] = {}
        for key in KEYS:
            page = QWidget()
            self._layouts[key] = QVBoxLayout(page)
            self._layouts[key].setContentsMargins(0, 0, 0, 0)
            self.addWidget(page)

    @property
    def current_key(self) -> str:
        """The key of the open workspace."""
        return KEYS[self.currentIndex()]

    @property
    def current(self) -> Workspace:
        """The open workspace."""
        return self._made[self.current_key]

    @property
    def made(self) -> tuple[Workspace, ...]:
        """The workspaces that were opened so far."""
        return tuple(self._made.values())

    def open(self, key: str) -> Workspace:
        """Show a workspace, making it if need be, and give it the keyboard."""
        panel: Workspace = getattr(self, key)  # the properties below are named by the keys
        self.setCurrentIndex(KEYS.index(key))
        self.updateGeometry()
        panel.setFocus()
        return panel

    def minimumSizeHint(self) -> QSize:
        """What the open workspace needs: one that is hidden does not make the window larger."""
        page = self.currentWidget()
        return super().minimumSizeHint() if page is None else page.minimumSizeHint()

    @property
    def document(self) -> StackDocument:
        """The stack that Build edits and Train trains."""
        if self._document is None:
            from app.shell.autosave import Autosave  # noqa: PLC0415 - not before the first paint
            from app.state.document import StackDocument  # noqa: PLC0415

            self._document = StackDocument(parent=self)
            self.autosave = Autosave(self._document, self._settings.folder / "autosave", self)
        return self._document

    def offer_leftovers(self) -> bool:
        """Show in Build what a crash left behind; return whether there was anything."""
        if not any((self._settings.folder / "autosave").glob("*.json")):
            return False
        from app.shell.recovery import Recovery  # noqa: PLC0415 - not before the first paint

        build, autosave = self.build, self.autosave  # the first makes the second
        return autosave is not None and Recovery(autosave, build).offer()

    def let_go(self) -> None:
        """The window closes, and everything was asked: keep no unsaved changes."""
        if self.autosave is not None:
            self.autosave.close()

    @property
    def has_unsaved_stack(self) -> bool:
        """Whether the stack, or one that it was opened in place of, has unsaved changes."""
        document = self._document
        return document is not None and (document.is_modified or document.abandoned is not None)

    @property
    def session(self) -> TrainingSession | None:
        """The training session; ``None`` as long as Train was never opened."""
        return self.train.session if "train" in self._made else None

    @property
    def draw(self) -> DrawPanel:
        """The Draw workspace."""
        from app.draw.panel import DrawPanel  # noqa: PLC0415

        panel = self._made.get("draw")
        if not isinstance(panel, DrawPanel):
            panel = self._keep("draw", DrawPanel(self._networks, self._settings))
            panel.meddler.data_directory = self._data_directory
            panel.window_wanted.connect(self._show_window)
        return panel

    @property
    def build(self) -> BuildPanel:
        """The Build workspace."""
        from app.build.panel import BuildPanel  # noqa: PLC0415
        from app.state.own_presets import OwnPresets  # noqa: PLC0415

        panel = self._made.get("build")
        if not isinstance(panel, BuildPanel):
            own = OwnPresets(self._settings.folder / "presets", parent=self)
            panel = self._keep("build", BuildPanel(self.document, self._networks, own))
            for action in (panel.open_action, panel.save_action):
                action.setShortcuts([])  # the window's File menu has these keys
        return panel

    @property
    def train(self) -> TrainPanel:
        """The Train workspace, which owns the training session."""
        from app.train.panel import TrainPanel  # noqa: PLC0415

        panel = self._made.get("train")
        if not isinstance(panel, TrainPanel):
            panel = TrainPanel(
                self.document,
                self._networks,
                self._settings,
                data_directory=self._data_directory,
            )
            self._keep("train", panel)
            panel.session.state_changed.connect(self.training_changed)
            panel.session.progressed.connect(self.training_changed)
            panel.image_wanted.connect(self._draw_image)
            panel.window_wanted.connect(self._show_window)
            panel.workspace_wanted.connect(self.workspace_wanted)
            for part in panel.parts:
                part.drawing = self._drawn_image
        return panel

    @property
    def reference(self) -> ReferencePanel:
        """The Reference workspace."""
        from app.reference.panel import ReferencePanel  # noqa: PLC0415

        panel = self._made.get("reference")
        if not isinstance(panel, ReferencePanel):
            panel = self._keep("reference", ReferencePanel(self.document))
            panel.workspace_wanted.connect(self.workspace_wanted)
        return panel

    @property
    def step(self) -> StepPanel:
        """The Step workspace."""
        from app.lecture.bench import LectureBench  # noqa: PLC0415
        from app.step.data import StepSources  # noqa: PLC0415
        from app.step.panel import StepPanel  # noqa: PLC0415

        panel = self._made.get("step")
        if not isinstance(panel, StepPanel):
            sources = StepSources(self._networks, lambda: self.draw.seen_pixels, self._exact_image)
            panel = StepPanel(sources=sources)
            self._lectures = LectureBench(panel, self._settings)
            self._lectures.status_message.connect(self.status_changed)
            self._keep("step", panel, self._lectures)
        return panel

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

    @Slot(object)
    def _show_window(self, state: LabState) -> None:
        """Show one window of the open network in the lab."""
        self.workspace_wanted.emit("step")
        self.step.model.set_state(state, "a window of the network on the drawing")

    def _drawn_image(self) -> NDArray[np.float32] | None:
        """What the network gets of the drawing, ``(28, 28)``; ``None`` of a blank sheet."""
        prepared = self.draw.recognition.prepared
        return None if prepared is None else prepared.image

    def _exact_image(self) -> NDArray[np.float32] | None:
        """The image on the sheet that goes to the network as it is, if there is one."""
        exact = self.draw.sketch.exact
        return None if exact is None else exact.pixels

    @Slot(object)
    def _draw_image(self, ink: NDArray[np.float32] | ExactImage) -> None:
        """Put an image on the sheet in place of the drawing, which Ctrl+Z brings back.

        An ``ExactImage`` of the network's size goes to the network as it is.
        """
        from app.state.exact_image import ExactImage  # noqa: PLC0415 - with the engine, see above

        sketch = self.draw.sketch
        if not isinstance(ink, ExactImage):
            sketch.paste(ink)
        elif ink.fills_the_input:
            sketch.show_exact(ink)
        else:
            sketch.paste(ink.pixels)
        self.workspace_wanted.emit("draw")

    def _keep(self, key: str, panel: WorkspaceT, frame: QWidget | None = None) -> WorkspaceT:
        panel.status_message.connect(self.status_changed)
        self._layouts[key].addWidget(panel if frame is None else frame)
        self._made[key] = panel
        return panel
