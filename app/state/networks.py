"""The network that Draw uses: the bundled one, one from a file, or the one just trained."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.look.assets import asset
from app.state.subjects import Subject
from engine.basics.errors import NotReadyError

if TYPE_CHECKING:  # the window is painted before the engine is loaded
    from engine.networks.calibration import Calibration
    from engine.networks.model_file import Model, TrainingRecord
    from engine.networks.network import Sequential

BUNDLED_MODEL = ("models", "lenet5.safetensors")

_CLASSES = 10


class NetworkHolder(QObject):
    """Keeps one network for the GUI thread, and says when it is another one.

    Whatever it is given is copied, so that a trainer may go on changing its own. The holder is
    empty until ``load_bundled``, ``open`` or ``set_network`` has succeeded once; a failed one
    leaves the network as it was.

    While somebody meddles with it, ``network`` is the one meddled with and ``original`` the one
    that was opened or trained. Only the latter is saved, exported, measured and remembered.

    Attributes:
        opened: What is said of the original network is said of this subject.
        in_use: What is said of the network as it is meddled with; moves on with ``opened`` too.
    """

    network_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.opened, self.in_use = Subject(self), Subject(self)
        self._network: Sequential | None = None
        self._meddled: Sequential | None = None
        self._record: TrainingRecord | None = None
        self._is_only_here = False

    @property
    def has_network(self) -> bool:
        """Whether there is a network at all."""
        return self._network is not None

    @property
    def network(self) -> Sequential:
        """The network itself, as it is meddled with, for use in the GUI thread only.

        Raises:
            NotReadyError: if none was loaded or trained yet.
        """
        return self.original if self._meddled is None else self._meddled

    @property
    def original(self) -> Sequential:
        """The network as it was opened or trained, whatever is being tried on it.

        Raises:
            NotReadyError: if none was loaded or trained yet.
        """
        if self._network is None:
            raise NotReadyError("There is no network yet. Open a model file, or train one.")
        return self._network

    @property
    def is_meddled(self) -> bool:
        """Whether ``network`` is another one than ``original``."""
        return self._meddled is not None

    @property
    def record(self) -> TrainingRecord | None:
        """How the original network was trained; ``None`` if that is unknown."""
        return self._record

    @property
    def calibration(self) -> Calibration:
        """What makes probabilities as frequent as they say; temperature 1 if none was fitted."""
        from engine.networks.calibration import Calibration  # noqa: PLC0415 - slow to load

        known = self._record.calibration if self._record else None
        return known or Calibration()

    @property
    def class_names(self) -> tuple[str, ...]:
        """What the network's classes are called; empty if they are digits, or nobody knows."""
        return self._record.class_names if self._record else ()

    @property
    def all_class_names(self) -> tuple[str, ...]:
        """What all classes are called, digits too: classes are compared by these, not by number."""
        return self.class_names or tuple(map(str, range(_CLASSES)))

    def name_of(self, label: int) -> str:
        """What one of ten classes is called: by its name, or by its digit."""
        names = self.class_names
        return names[label] if len(names) == _CLASSES else str(label)

    @property
    def title(self) -> str:
        """The name of the network's stack."""
        return self._network.stack.name if self._network else "No network"

    @property
    def accepts_digits(self) -> bool:
        """Whether it takes one 28×28 image with one channel and answers with ten numbers."""
        if self._network is None:
            return False
        stack = self._network.stack
        from engine.networks.stack import describe  # noqa: PLC0415 - not before the first paint

        return stack.input_shape == (1, 28, 28) and describe(stack).output_shape == (10,)

    @property
    def is_only_here(self) -> bool:
        """Whether the original network is in no file and in no run: it goes with the window."""
        return self._is_only_here

    def set_network(
        self, network: Sequential, record: TrainingRecord | None, *, is_only_here: bool = False
    ) -> None:
        """Take a copy of ``network`` as the one to use; say if nothing else keeps it."""
        self._network, self._meddled = network.copy(), None
        self._record = record
        self._is_only_here = is_only_here
        self._say_it_is_another()

    def have_none(self) -> None:
        """Say that there is no network, for those who wait for the first one."""
        self._say_it_is_another()

    def _say_it_is_another(self) -> None:
        self.opened.move_on()
        self.in_use.move_on()
        self.network_changed.emit()

    def follow(self, take: Callable[[], None]) -> None:
        """Call ``take``, a slot, whenever there is another network, and now if there was one.

        So whoever comes late knows what those know who were there from the start.
        """
        self.network_changed.connect(take)
        if self.opened.count:
            take()

    def meddle_with(self, meddled: Sequential | None) -> None:
        """Use a changed copy of the network for now; ``None`` puts the original back."""
        self._meddled = meddled
        self.in_use.move_on()
        self.network_changed.emit()

    def set_record(self, record: TrainingRecord) -> None:
        """Replace what is known about the same network, such as a test accuracy now measured."""
        self._record = record
        self.network_changed.emit()

    def load_bundled(self) -> None:
        """Use the trained LeNet-5 that comes with cnnviz.

        Raises:
            ModelFileError: if the installation lacks it or it is damaged.
        """
        model = self.read_bundled()
        self.set_network(model.network, model.record)

    def open(self, path: Path) -> None:
        """Use the network in a model file.

        Raises:
            ModelFileError: if the file cannot be used; the network stays as it was.
        """
        model = self.read(path)
        self.set_network(model.network, model.record)

    def read_bundled(self) -> Model:
        """The trained LeNet-5 that comes with cnnviz; the network in use stays.

        Raises:
            ModelFileError: if the installation lacks it or it is damaged.
        """
        return self.read(asset(*BUNDLED_MODEL))

    def read(self, path: Path) -> Model:
        """What is in a model file; the network in use stays.

        Raises:
            ModelFileError: if the file cannot be used.
        """
        from engine.networks.model_file import load_model  # noqa: PLC0415 - slow to load

        return load_model(path)

    def save(self, path: Path) -> None:
        """Write the original network, with its training record, to a model file.

        Raises:
            NotReadyError: if there is no network.
        """
        from engine.networks.model_file import save_model  # noqa: PLC0415 - slow to load

        save_model(path, self.original, self._record)
        self._is_only_here = False
