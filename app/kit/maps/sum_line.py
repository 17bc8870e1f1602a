"""The sum that gives a number, in one line: as many of its terms as there is room for."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
from PySide6.QtGui import QFontMetricsF, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.kit.read_out import ReadOut
from engine.basics.numbers import APPROXIMATELY, Shown, show
from engine.insight.sources import Sources, Way

_MOST_TERMS = 8
_SUM = "{terms} {sign} {total}"
_OTHERS = "{rest} from {count:,} others"
_OTHER = "{rest} from one other"
_ALL = "{rest} from {count:,} products"
_NOTHING = "0 from {count:,} products that are all 0"
_BIAS = "bias {bias}"
_MEAN = "({terms}) / {count:,} {sign} {total}"
_LARGEST = "max({values}) = {total}"
_LARGEST_OF = "the largest of {count:,} numbers is {total}"
_SHARE = "e^({own}) / Σ e^x over {count:,} numbers ≈ {total}"
_FUNCTION = "{title}: {value} becomes {total}"
_COPY = "{title} takes {total} over as it is"
_SILENT = "muted: set to 0, whatever is computed"


def sum_words(sources: Sources, title: str = "") -> Iterator[str]:
    """The sum in words, in ever fewer of them; ``title`` is the layer's."""
    total = show(sources.total)
    if sources.way in {Way.SUM, Way.MEAN}:
        first = min(int(np.count_nonzero(sources.products)), _MOST_TERMS)
        yield from (_added(sources, terms, total) for terms in range(first, -1, -1))
    elif sources.way is Way.LARGEST:
        if sources.count <= _MOST_TERMS:
            values = ", ".join(show(float(value)).text for value in sources.values)
            yield _LARGEST.format(values=values, total=total.text)
        yield _LARGEST_OF.format(count=sources.count, total=total.text)
    elif sources.way is Way.SHARE:
        own = show(sources.own.value).text
        yield _SHARE.format(own=own, count=sources.count, total=total.text)
    elif sources.way is Way.FUNCTION:
        value = show(float(sources.values[0])).text
        yield _FUNCTION.format(title=title, value=value, total=total.text)
    elif sources.way is Way.COPY:
        yield _COPY.format(title=title, total=total.text)
    else:
        yield _SILENT


def _added(sources: Sources, terms: int, total: Shown) -> str:
    """The strongest terms, what the others add, and the bias; ``≈`` if what is printed differs."""
    is_mean = sources.way is Way.MEAN
    parts, printed = [], Fraction(0)
    count = 1 if sources.weights is None else round(1 / float(sources.weights[0])) if is_mean else 1
    for one in sources.strongest(terms):
        value, weight = show(one.value), show(one.weight or 0.0)
        parts.append(value.factor_text if is_mean else f"{value.text}·{weight.factor_text}")
        printed += value.value if is_mean else value.value * weight.value
    others = sources.count - terms
    if others and not terms and not sources.products.any():
        parts.append(_NOTHING.format(count=others))
    elif others:
        rest = show(sources.rest(terms) * count)
        words = _ALL if not terms else _OTHERS if others > 1 else _OTHER
        parts.append(words.format(count=others, rest=rest.factor_text))
        printed += rest.value
    if sources.bias is not None:
        bias = show(sources.bias)
        parts.append(_BIAS.format(bias=bias.factor_text))
        printed += bias.value
    sign = "=" if printed / count == total.value else APPROXIMATELY
    added = " + ".join(parts) or "0"
    if is_mean:
        return _MEAN.format(terms=added, count=count, sign=sign, total=total.text)
    return _SUM.format(terms=added, sign=sign, total=total.text)


class SumLine(ReadOut):
    """One line of fixed height, so that nothing moves when a number is pointed at.

    Args:
        hint: What it says while nothing is pointed at.
        parent: Qt owner.
    """

    def __init__(self, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(15, parent=parent)
        self._hint = hint
        self._sources: Sources | None = None
        self._title = self._then = ""
        self.set_text(hint)

    def show_sources(self, sources: Sources | None, title: str = "", then: str = "") -> None:
        """Say how a number comes about, and what follows; of ``None`` only what one can do."""
        self._sources, self._title, self._then = sources, title, then
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say as much as there is room for now."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        metrics, room, words = QFontMetricsF(self.font()), self.width(), self._hint
        if self._sources is not None:
            for first in sum_words(self._sources, self._title):
                words = first + self._then
                if metrics.horizontalAdvance(words) <= room:
                    break
        self.set_text(words)
