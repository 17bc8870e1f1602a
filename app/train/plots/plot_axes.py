"""The axes of a plot of a training run: how far they reach, and what is printed at them.

Importing this module imports pyqtgraph.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF

from app.kit.curves import CurveData, Values
from app.look.theme import current_theme, font, px

LEAST_LOGGED = 1e-6
"""What a logarithmic scale shows in place of anything smaller."""

_WIDTHS = (0.1, 0.25, 0.5, 1.0)


class RoomyAxis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph has no types
    """An axis that also prints the labels at its very ends: 0, 100, the last epoch."""

    def boundingRect(self) -> QRectF:  # noqa: N802 - Qt's name
        """Reach as far over both ends as half a label does."""
        margin = px(14)
        return QRectF(super().boundingRect()).adjusted(-margin, -margin, margin, margin)

    def restyle(self) -> None:
        """Follow the theme."""
        theme = current_theme()
        self.setStyle(tickFont=font(11), tickTextOffset=px(5), tickLength=0, maxTickLevel=1)
        self.setPen(theme.border)
        self.setTickPen(pg.mkPen(theme.grid))
        self.setTextPen(theme.text_muted)

    def say(self, words: str) -> None:
        """Write beside the axis what is counted along it."""
        self.setLabel(words, **{"font-size": f"{px(11)}px", "color": current_theme().text_muted})

    def logTickStrings(  # noqa: N802 - pyqtgraph's name
        self, values: list[float], scale: float, spacing: float
    ) -> list[str]:
        """Print 1, 2 and 5 of each power of ten: more would run into each other."""
        texts: list[str] = super().logTickStrings(values, scale, spacing)
        leading = [f"{10.0**value:e}"[0] for value in values]
        return [text if digit in "125" else "" for text, digit in zip(texts, leading, strict=True)]


@dataclass
class PlotReach:
    """How much of a curve the axes show, so that they seldom move and little is flattened.

    ``highest`` is the largest value possible, ``None`` if there is none; ``usual`` the range shown
    at least. ``epochs`` is how far the run goes.
    """

    highest: float | None
    usual: tuple[float, float]
    epochs: float = 1.0
    is_log: bool = False

    def scaled(self, values: Values) -> Values:
        """Values as they lie on the vertical axis."""
        return np.log10(np.maximum(values, LEAST_LOGGED)) if self.is_log else values

    def right(self, curve: CurveData | None) -> float:
        """The right end: a little more than there is, in steps."""
        if curve is None or not len(curve.positions):
            return self.epochs
        last = float(curve.positions[-1])
        for width in _WIDTHS:
            if last <= width:
                return min(width, self.epochs)
        return min(float(np.ceil(last * 1.15)), self.epochs)

    def vertical(self, curve: CurveData | None) -> tuple[float, float]:
        """Bottom and top, from the bulk of the values: one wild batch does not flatten the rest."""
        if self.is_log:
            return self._logarithmic(curve)
        low, high = self.usual
        if self.highest is not None:
            return low, self.highest  # the whole of it: nothing is cut off, and runs compare
        if curve is None or not len(curve.per_batch):
            return low, high
        batches = curve.per_batch[:: max(1, len(curve.per_batch) // 5000)]
        bulk = float(np.percentile(batches, 98))
        tallest = max(float(curve.smoothed.max()), *curve.validation, bulk)
        top = min(tallest, 2.5 * max(bulk, float(curve.smoothed[-1])))
        return low, max(1.06 * top, min(high, 1.06 * tallest), 1e-6)

    def _logarithmic(self, curve: CurveData | None) -> tuple[float, float]:
        if curve is None or not len(curve.smoothed):
            return -2.0, 1.0
        values = self.scaled(np.concatenate([curve.smoothed, curve.validation]))
        return float(values.min()) - 0.1, float(values.max()) + 0.1
