"""What is known about a famous network, and what the engine computes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from engine.costs.draft import CostReport, Draft
from engine.networks.stack import Stack


@dataclass(frozen=True)
class Published:
    """A total that somebody published.

    ``is_rounded``: the source gives no more digits. ``is_secondary``: not the network's authors nor
    a library counted, but somebody who wrote about it.
    """

    parameters: int
    source: str
    is_rounded: bool = False
    is_secondary: bool = False
    note: str = ""


@dataclass(frozen=True)
class Accuracy:
    """Per cent of images whose class is named first, or among the first five, and who says so."""

    top1: float
    top5: float | None
    source: str


@dataclass(frozen=True)
class Architecture:
    """A famous network.

    ``novelty`` is what was new then; ``result`` what it achieved, as its paper has it; ``accuracy``
    is for comparing with others on ImageNet's validation images, one centre crop where possible.
    ``counts_running_averages``: whether the published total counts those of batch normalisation.
    """

    key: str
    title: str
    year: int
    authors: str
    paper: str
    novelty: str
    result: str
    published: Published
    draw: Callable[[], Draft] = field(repr=False)
    accuracy: Accuracy | None = None
    counts_running_averages: bool = False

    @cached_property
    def report(self) -> CostReport:
        """Shapes and costs of all layers, computed when first asked for."""
        return self.draw().report()

    @property
    def counted(self) -> int:
        """The computed total, counted as the published one is."""
        extra = self.report.running_averages if self.counts_running_averages else 0
        return self.report.parameters + extra

    @property
    def difference(self) -> int:
        """Computed minus published."""
        return self.counted - self.published.parameters

    @cached_property
    def stack(self) -> Stack | None:
        """The network for Build, ``None`` if it is no plain sequence of layers."""
        return self.report.as_stack(self.title)
