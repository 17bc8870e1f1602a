"""One chain of convolutions: what it sees, and what it costs compared with the first."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.kit.stack.figures import Figure
from app.look.nesting import nest
from app.look.restyled import Restyled
from app.look.text import Text
from app.look.theme import px
from app.reference.field_growth import FieldGrowth
from engine.training.filter_sizes import Chain


class ChainCard(Restyled, QFrame):
    """One chain of convolutions: what it sees and what it costs compared with the first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.title = Text("", 18, QFont.Weight.DemiBold)
        self.reach = Text("", 13, role="muted")
        self.growth = FieldGrowth()
        self.parameters = Figure("Parameters")
        self.multiply_adds = Figure("Multiply-adds")
        self.relus = Figure("Non-linearities")
        self.time = Figure("Time here")
        self.time.setToolTip("One image, forward and backward: the shortest of five passes.")
        self._costs = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._others = QHBoxLayout()
        for row, figures in (
            (self._costs, (self.parameters, self.multiply_adds)),
            (self._others, (self.relus, self.time)),
        ):
            for figure in figures:
                row.addWidget(figure, 1)
        self._column = QVBoxLayout(self)
        for widget in (self.title, self.reach):
            self._column.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        self._column.addWidget(self.growth, 1)
        nest(self._column, self._costs)
        nest(self._column, self._others)
        self.follow_theme()

    def show_chain(
        self, chain: Chain, first: Chain, layers: int, seconds: float | None, base: float | None
    ) -> None:
        """Show a chain next to ``first``; ``seconds`` and ``base`` are their measured times."""
        self.title.setText(chain.title)
        self.growth.show_fields(chain.receptive_fields, layers)
        shown = min(layers, len(chain.kernels))
        field = self.growth.shown_field
        after = "1 layer" if shown == 1 else f"{shown} layers"
        self.reach.setText(f"after {after} one cell sees {field}×{field}")
        report, other = chain.report, first.report
        than = f" of {first.title}"
        _show(self.parameters, "Parameters", report.parameters, other.parameters, than)
        _show(self.multiply_adds, "Multiply-adds", report.multiply_adds, other.multiply_adds, than)
        self.relus.value.setText(str(chain.non_linearities))
        share = _share(seconds, base, "") if seconds and base else ""
        self.time.caption.setText(f"Time here{share}")
        self.time.value.setText("–" if seconds is None else f"{1000 * seconds:.2f} ms")

    def set_narrow(self, *, is_narrow: bool) -> None:
        """Have the figures two by two, or the long ones below one another.

        Its owner says so: what is inside a scroll area must not decide by its own width, which the
        scroll bar changes.
        """
        direction = QBoxLayout.Direction
        self._costs.setDirection(direction.TopToBottom if is_narrow else direction.LeftToRight)

    def _restyle(self) -> None:
        self._column.setContentsMargins(px(16), px(12), px(16), px(14))
        self._column.setSpacing(px(6))
        for row in (self._costs, self._others):
            row.setSpacing(px(8))


def _show(figure: Figure, caption: str, value: int, base: int, than: str) -> None:
    figure.caption.setText(caption + _share(value, base, than))
    figure.value.setText(f"{value:,}")


def _share(value: float, base: float, than: str) -> str:
    return f", {100 * value / base:.0f} %{than}" if value != base else ""
