"""What Train shows next to its settings: how the run goes, its curves and pages, the test."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QPoint, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from app.kit.layout.top_row import TopRow
from app.kit.notice_bar import NoticeBar
from app.look.nesting import nest
from app.look.restyled import Restyled
from app.look.theme import current_theme, font, px
from app.train.epoch_table import EpochTable
from app.train.pages import TrainPages
from app.train.run_buttons import START_TEXT
from app.train.run_status import RunStatus

if TYPE_CHECKING:
    from app.kit.curves import CurveData
    from app.train.plots.metric_plot import MetricPlot

EMPTY_TEXT = f"Press “{START_TEXT}”, and watch the network learn."
SAVE_TEXT = "As a table (CSV), a picture (PNG) or a drawing (SVG)"
NO_CURVES_TEXT = "There are no curves yet."
NOT_READY_TEXT = "This stack cannot be trained yet: fix it in Build first."
NO_POINT_TEXT = "Not even the first batch gave a loss that could be drawn."
PREPARING_TEXT = "The images are being prepared. The curve begins with the first batch."
STARTING_TEXT = "The first batch is being computed."
WIDE = 560


class TrainingView(Restyled, QScrollArea):
    """Parts one below the other; the plots abreast where there is room, else one below the other.

    Notices take their room from the open page alone: no button moves as one comes or goes.

    The plots are made by ``make_plots``, since that imports pyqtgraph.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lesson = NoticeBar()
        self.notice = NoticeBar()
        self.status = RunStatus()
        self.epochs = EpochTable()
        self.top_row = TopRow("What is shown of the run")
        self.pages = TrainPages(self.top_row, self)
        self.pages.add_page("Curves", self.epochs, "Loss and accuracy, batch by batch and by epoch")
        self.plots: tuple[MetricPlot, ...] = ()
        self._turn = 0
        self.measure = QPushButton("Measure on test images")
        self.show_wrong = QPushButton("Where it is wrong…")
        self.save_curves = QPushButton("Save curves…")
        self.test_text = QLabel()
        self.test_text.setWordWrap(True)
        self.test_text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._lay_out()
        self.follow_theme()

    def add_notice(self, notice: NoticeBar) -> None:
        """Put another notice over the others."""
        self._notices.insertWidget(0, notice)

    def make_plots(self) -> None:
        """Put the plots into their place, once."""
        from app.train.plots.metric_plot import MetricPlot  # noqa: PLC0415 - takes most of a second

        loss = MetricPlot("Loss", EMPTY_TEXT, _loss_text, usual=(0.0, 2.5), has_log=True)
        accuracy = MetricPlot("Accuracy, %", EMPTY_TEXT, _share_text, highest=1.0, axis_scale=100)
        self.plots = (loss, accuracy)
        for plot in self.plots:
            self._plot_row.addWidget(plot, 1)

    def start_curves(self, epochs: int) -> None:
        """Empty plots and table for a run of so many epochs."""
        self.epochs.show_epochs(())
        for plot in self.plots:
            plot.clear()
            plot.set_epochs(epochs)

    def show_curves(self, loss: CurveData, accuracy: CurveData) -> None:
        """Draw what there is."""
        for plot, curve in zip(self.plots, (loss, accuracy), strict=False):
            plot.show_curve(curve)

    def show_next_curve(self, loss: CurveData, accuracy: CurveData) -> None:
        """Draw one of the two, in turns: half the work at a time."""
        self._turn = 1 - self._turn
        if self.plots:
            self.plots[self._turn].show_curve((loss, accuracy)[self._turn])

    def lengthen_curves(self, epochs: int) -> None:
        """Make room for a run that goes on until it has so many epochs."""
        for plot in self.plots:
            plot.set_epochs(epochs)

    def say_when_empty(self, text: str) -> None:
        """What stands in the plots while there is nothing to draw."""
        for plot in self.plots:
            plot.say_when_empty(text)

    def picture_of_curves(self, scale: float = 2.0) -> QImage:
        """The plots as they are, with ``scale`` times as many pixels as on the screen."""
        size = self._plots.size() * scale
        picture = QImage(size, QImage.Format.Format_RGB32)
        picture.setDevicePixelRatio(scale)
        picture.fill(QColor(current_theme().window))
        self._plots.render(picture)
        return picture

    def drawing_of_curves(self) -> bytes:
        """The plots as an SVG drawing, whose lines stay sharp at any size."""
        from PySide6.QtSvg import QSvgGenerator  # noqa: PLC0415 - seldom wanted

        content = QBuffer()
        drawing = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)  # which clips
        drawing.setOutputDevice(content)
        drawing.setSize(self._plots.size())
        drawing.setViewBox(self._plots.rect())
        drawing.setTitle("Curves of a training run")
        for plot in self.plots:
            plot.keep_pixels(keep=False)
        with QPainter(drawing) as painter:
            painter.fillRect(self._plots.rect(), QColor(current_theme().window))
            self._plots.render(painter, QPoint())
        for plot in self.plots:
            plot.keep_pixels(keep=True)
        return bytes(content.data().data())

    def allow_saving(self, *, has_curves: bool, is_running: bool) -> None:
        """Let the curves be saved, or say why they cannot be."""
        self.save_curves.setEnabled(has_curves and not is_running)
        why_not = "They can be saved once the run has ended." if is_running else NO_CURVES_TEXT
        self.save_curves.setToolTip(SAVE_TEXT if self.save_curves.isEnabled() else why_not)

    def set_live(self, *, is_live: bool) -> None:
        """Say whether values keep coming."""
        for plot in self.plots:
            plot.set_live(is_live)

    def _lay_out(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._plots = QWidget()
        self._plot_row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self._plots)
        self._plot_row.setContentsMargins(0, 0, 0, 0)
        self._test_row = QHBoxLayout()
        self._test_row.addWidget(self.measure)
        self._test_row.addWidget(self.test_text, 1)
        self.top_row.add_secondary(self.show_wrong, self.save_curves)
        content = _Content()
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.status)
        self.split = _Split(Qt.Orientation.Vertical)
        self.split.setChildrenCollapsible(False)
        self.split.addWidget(self._plots)
        self.split.addWidget(self._page_and_notices())
        self.split.setStretchFactor(0, 3)
        self.split.setStretchFactor(1, 2)
        self._column.addWidget(self.split, 1)
        nest(self._column, self._test_row)
        self.setWidget(content)
        content.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)

    def _page_and_notices(self) -> QWidget:
        lower = _Content()
        self._lower = QVBoxLayout(lower)
        self._lower.setContentsMargins(0, 0, 0, 0)
        self._notices = QVBoxLayout()
        self._notices.addWidget(self.lesson)
        self._notices.addWidget(self.notice)
        self._lower.addWidget(self.pages.stack, 1)
        nest(self._lower, self._notices)
        return lower

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange the plots for the room there is."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        is_wide = self.width() >= px(WIDE)
        direction = QBoxLayout.Direction
        self._plot_row.setDirection(direction.LeftToRight if is_wide else direction.TopToBottom)
        self._plots.setMinimumHeight(px(176) if is_wide else px(420))
        self.pages.stack.setMinimumHeight(px(110) if is_wide else px(190))

    def _restyle(self) -> None:
        self._column.setSpacing(px(10))
        self.split.setHandleWidth(px(10))
        self._plot_row.setSpacing(px(12))
        self._lower.setSpacing(px(10))
        self._notices.setSpacing(px(8))
        self._test_row.setSpacing(px(12))
        self.test_text.setFont(font(13))
        self.test_text.setMinimumHeight(2 * self.test_text.fontMetrics().lineSpacing())
        self._arrange()


class _Split(QSplitter):
    """As high as there is room: a plot's own wish is the height it has, which would only grow."""

    def sizeHint(self) -> QSize:
        """What its parts need at least."""
        return self.minimumSizeHint()


class _Content(QWidget):
    """As high at least as the lines of the notices in it need."""

    def minimumSizeHint(self) -> QSize:
        """Count wrapped lines at the width there is; Qt counts one line of each text."""
        least, layout, around = super().minimumSizeHint(), self.layout(), self.parentWidget()
        if layout is None or around is None or not layout.hasHeightForWidth():
            return least
        needed = layout.minimumHeightForWidth(around.width())
        return QSize(least.width(), max(least.height(), needed))


def _loss_text(loss: float) -> str:
    return f"{loss:.3f}" if loss < 1000 else f"{loss:.1e}"


def _share_text(share: float) -> str:
    return f"{100 * share:.1f} %"
