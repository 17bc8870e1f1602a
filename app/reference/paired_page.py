"""Reference, filter sizes: one large kernel or several small ones, trained side by side.

The networks differ in these convolutions alone; images, their order and the seed are the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from app.kit.buttons import SteadyButton
from app.kit.figure_table import Cell, FigureTable, Heading, number
from app.kit.scrolling import scrolling
from app.kit.segmented import SegmentedControl
from app.kit.stack.field_editors import NumberEditor
from app.look.nesting import nest
from app.look.restyled import Restyled
from app.look.text import Text
from app.look.theme import px
from app.reference.paired_runs import PairedRun, PairedRuns, untrained
from app.state.data_sources import DataSource, GeneratedSource, MnistSource
from engine.basics.errors import EngineError
from engine.data.mnist import find_mnist
from engine.layers.spec import FieldInfo
from engine.networks.stack import Stack
from engine.training.config import TrainingConfig
from engine.training.paired_training import classifiers

if TYPE_CHECKING:
    from app.reference.joint_plot import JointCurve, JointPlot

_START = "Train all"
CHOICES = ("Seeing 7×7", "Seeing 5×5")
LEARNING_RATE = 0.05
_SIDE_BY_SIDE = 700
"""From this width on, at scale 1, the plots stand next to each other."""
_FIELDS = (
    (FieldInfo("channels", "int", "Channels C", "In and out of a convolution.", 1, 64), 12),
    (FieldInfo("images", "int", "Images", "A fifth of them is held out.", 100, 60_000), 3000),
    (FieldInfo("epochs", "int", "Epochs", "How often every image is seen.", 1, 100), 4),
    (FieldInfo("seed", "int", "Seed", "Of weights, images and their order.", 0, 999_999), 0),
)
_HEADINGS = (
    Heading("Chain", "The convolutions in the middle of the network", 0),
    Heading("Parameters", "Of the whole network", 110),
    Heading("Multiply-adds", "For one image", 130),
    Heading("Training loss", "Mean over the last epoch", 120),
    Heading("Held-out accuracy", "Share of the held-out images right after the last epoch", 130),
    Heading("Seconds", "Of its own batches and validations", 90),
)
_INVITATION = (
    "Each network is a 3×3 convolution with stride 2, the chain that is compared, 2×2 pooling and "
    "a dense layer. All start from one seed and see the same images in the same order."
)


class PairedPage(Restyled, QWidget):
    """Settings, two plots, and what came of it.

    Args:
        generated: Where images come from, if not from MNIST.
        parent: Qt owner.
    """

    def __init__(self, generated: DataSource | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.runs = PairedRuns(self)
        self.choice = SegmentedControl("Networks to train", CHOICES)
        self.choice.set_index(0)
        self.editors = {info.name: NumberEditor(info) for info, _ in _FIELDS}
        self.source_choice = SegmentedControl("Images to train on", ("Generated", "MNIST"))
        self.source_choice.set_index(0)
        self.start_button = SteadyButton(_START, "Stop", parent=self)
        self.start_button.setProperty("role", "primary")  # in the top row, while this is shown
        self.start_button.hide()
        self.verdict = Text(_INVITATION, 14)
        self.verdict.setWordWrap(True)
        self.table = FigureTable(_HEADINGS)
        self.plots: tuple[JointPlot, ...] = ()
        self._generated = generated or GeneratedSource()
        self._mnist: MnistSource | None = None
        self._lay_out()
        self.start_button.clicked.connect(self.start_or_stop)
        self.choice.chosen.connect(self._show_networks)
        for editor in self.editors.values():
            editor.value_edited.connect(self._show_networks)
        self.runs.changed.connect(self._show_state)
        self.runs.progressed.connect(self._show_progress)
        self._show_state()
        self.follow_theme()

    @property
    def stacks(self) -> tuple[Stack, ...]:
        """What would be trained."""
        return classifiers(self.choice.index, int(self.editors["channels"].value()))

    @property
    def source(self) -> DataSource:
        """What would be trained on."""
        return self._mnist if self.source_choice.index == 1 and self._mnist else self._generated

    @Slot()
    def start_or_stop(self) -> None:
        """Train with what is set, or end that."""
        if self.runs.is_running:
            self.runs.stop()
            return
        value = {name: int(editor.value()) for name, editor in self.editors.items()}
        config = TrainingConfig(
            epochs=value["epochs"], learning_rate=LEARNING_RATE, seed=value["seed"]
        )
        images = min(value["images"], self.source.largest)
        self.runs.start(self.stacks, self.source, images, config)

    # What is shown

    @Slot()
    def _show_networks(self) -> None:
        """List what would be trained, as long as nothing was."""
        if not self.runs.is_running:
            self.runs.runs = ()
            self._show_progress()

    @Slot()
    def _show_state(self) -> None:
        is_running = self.runs.is_running
        self.start_button.setText("Stop" if is_running else _START)
        for widget in (self.choice, self.source_choice, *self.editors.values()):
            widget.setEnabled(not is_running)
        self._show_progress()

    @Slot()
    def _show_progress(self) -> None:
        runs = self.runs.runs or untrained(self.stacks)
        self.table.show_rows([_row(run) for run in runs])
        self.verdict.setText(self._words(runs))
        if self.plots and self.isVisible():
            is_live = self.runs.is_running
            epochs = self.runs.config.epochs if self.runs.runs else self.editors["epochs"].value()
            for plot, curves in zip(self.plots, _curves(runs), strict=True):
                plot.show_curves(curves, epochs, is_live=is_live)

    def _words(self, runs: Sequence[PairedRun]) -> str:
        troubles = [f"{run.stack.name}: {run.trouble}" for run in runs if run.trouble]
        if troubles:
            return "  ".join(troubles)
        if self.runs.is_running or self.runs.problem:
            return self.runs.progress_text or self.runs.problem
        accuracies = [run.accuracy for run in runs]
        if not self.runs.has_finished or None in accuracies:
            return _INVITATION
        shares = ", ".join(f"{run.stack.name} {100 * (run.accuracy or 0):.1f} %" for run in runs)
        epochs = self.runs.config.epochs
        after = f"After {epochs} epoch{'s' if epochs > 1 else ''}"
        return (
            f"{after}, accuracy on {self.runs.held_out:,} held-out images: {shares}. One image is "
            f"{100 / self.runs.held_out:.2f} %, so try other seeds too."
        )

    def showEvent(self, event: QShowEvent) -> None:
        """Make the plots, which imports pyqtgraph, and look for MNIST, the first time."""
        super().showEvent(event)
        if not self.plots:
            self._make_plots()
        self._show_progress()

    def _make_plots(self) -> None:
        from app.reference.joint_plot import JointPlot  # noqa: PLC0415 - imports pyqtgraph

        self.plots = (
            JointPlot("Loss, averaged", "{:.3f}".format, usual=2.5),
            JointPlot("Accuracy on held-out images, %", "{:.1f} %".format, highest=100, usual=100),
        )
        for plot in self.plots:
            self._plot_row.addWidget(plot, 1)
        try:
            found = find_mnist(None)
        except EngineError:
            found = None
        self._mnist = MnistSource(found) if found is not None else None
        self.source_choice.setVisible(self._mnist is not None)
        self._fit_tools()

    # Making

    def _lay_out(self) -> None:
        self._fields = QWidget()
        row = QHBoxLayout(self._fields)
        row.setContentsMargins(0, 0, 0, 0)
        for info, value in _FIELDS:
            editor, label = self.editors[info.name], QLabel(info.label)
            editor.set_value(value)
            label.setBuddy(editor)
            label.setToolTip(info.help)
            row.addWidget(label)
            row.addWidget(editor)
        self.source_choice.hide()
        self._tools = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        for part in (self.choice, self._fields, self.source_choice):
            self._tools.addWidget(part, 0, Qt.AlignmentFlag.AlignLeft)
        self._tools.addStretch(1)
        self._plot_row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        content = QWidget()
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(0, 0, 0, 0)
        nest(self._column, self._tools)
        self._column.addWidget(self.verdict)
        nest(self._column, self._plot_row, 1)
        self._column.addWidget(self.table)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scrolling(content))  # for large type in a small window

    def _fit_tools(self) -> None:
        """All settings in one row, or the numbers in a second one."""
        parts = (self.choice, self._fields, self.source_choice)
        shown = [part for part in parts if not part.isHidden()]
        is_wide = sum(part.sizeHint().width() + px(10) for part in shown) <= self.width()
        direction = QBoxLayout.Direction
        self._tools.setDirection(direction.LeftToRight if is_wide else direction.TopToBottom)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Set the settings in one row or two, and the plots next to or below each other."""
        super().resizeEvent(event)
        self._fit_tools()
        direction = QBoxLayout.Direction
        is_wide = self.width() >= px(_SIDE_BY_SIDE)
        self._plot_row.setDirection(direction.LeftToRight if is_wide else direction.TopToBottom)

    def _restyle(self) -> None:
        self._column.setSpacing(px(10))
        self._tools.setSpacing(px(10))
        row = self._fields.layout()
        if row is not None:
            row.setSpacing(px(10))
        self._plot_row.setSpacing(px(12))
        self.table.setFixedHeight(px(36 + 3 * 32))
        for editor in self.editors.values():
            editor.setFixedWidth(px(88))
        self._fit_tools()


def _row(run: PairedRun) -> tuple[Cell, ...]:
    epochs = run.curves.epochs
    measured = (Cell("–", 0.0), Cell("–", 0.0), Cell("–", 0.0))
    if epochs:
        loss, right = epochs[-1].training_loss, 100 * epochs[-1].validation_accuracy
        measured = (
            number(loss, f"{loss:.3f}"),
            number(right, f"{right:.1f} %"),
            number(run.seconds, f"{run.seconds:.1f}"),
        )
    return (
        Cell(run.stack.name, run.stack.name),
        number(run.report.parameters),
        number(run.report.multiply_adds),
        *measured,
    )


def _curves(runs: Sequence[PairedRun]) -> tuple[list[JointCurve], list[JointCurve]]:
    from app.reference.joint_plot import JointCurve  # noqa: PLC0415 - imports pyqtgraph

    losses, shares = [], []
    for run in runs:
        loss, accuracy = run.curves.loss, run.curves.accuracy
        losses.append(JointCurve(run.stack.name, loss.positions, loss.smoothed))
        shares.append(
            JointCurve(
                run.stack.name,
                accuracy.validation_positions,
                100 * accuracy.validation,
                has_points=True,
            )
        )
    return losses, shares
