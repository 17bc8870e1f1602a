"""A network written down as a small graph, and the report on what it costs.

A draft holds no weights: a network of 150 layers is described in milliseconds.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from engine.basics.geometry import Shape
from engine.costs.cost_specs import Activation, CostSpec, LocalResponseNorm
from engine.layers import BatchNorm2dSpec, ReLUSpec
from engine.layers.spec import Cost, LayerSpec
from engine.networks.stack import FLOAT_BYTES, Stack

Part = LayerSpec | CostSpec


@dataclass(frozen=True)
class Node:
    """A value in the graph: which row computes it (−1 is the input), and its shape."""

    row: int
    shape: Shape


@dataclass(frozen=True)
class CostRow:
    """One layer of a draft. ``sources`` are the rows that it reads, −1 being the input."""

    index: int
    block: str
    part: Part
    sources: tuple[int, ...]
    output_shape: Shape
    parameters: int
    multiply_adds: int

    @property
    def activations(self) -> int:
        """Numbers that come out for one sample."""
        return math.prod(self.output_shape)

    @property
    def follows_straight(self) -> bool:
        """Whether it reads the row before and nothing else."""
        return self.sources == (self.index - 1,)


@dataclass(frozen=True)
class CostReport:
    """What a draft computes and costs, layer by layer."""

    input_shape: Shape
    rows: tuple[CostRow, ...]

    @property
    def parameters(self) -> int:
        """Learnable numbers."""
        return sum(row.parameters for row in self.rows)

    @property
    def running_averages(self) -> int:
        """Numbers that batch normalisation keeps and nobody learns; Keras counts them too."""
        batch_norms = (row for row in self.rows if isinstance(row.part, BatchNorm2dSpec))
        return sum(2 * row.output_shape[0] for row in batch_norms)

    @property
    def multiply_adds(self) -> int:
        """Multiply-adds for one sample, of convolutions and dense layers."""
        return sum(row.multiply_adds for row in self.rows)

    @property
    def activations(self) -> int:
        """Numbers that all layers put out for one sample."""
        return sum(row.activations for row in self.rows)

    @property
    def parameter_bytes(self) -> int:
        """Memory of the parameters in float32."""
        return FLOAT_BYTES * self.parameters

    @property
    def activation_bytes(self) -> int:
        """Memory of all outputs for one sample in float32, as training keeps them."""
        return FLOAT_BYTES * self.activations

    def as_stack(self, name: str) -> Stack | None:
        """The same as a stack that can be edited, or ``None`` if it is no plain sequence.

        Local response norms are left out and ReLU6 becomes ReLU: see ``substitutions``.
        """
        layers: list[LayerSpec] = []
        for row in self.rows:
            part = row.part
            if not row.follows_straight:
                return None
            if isinstance(part, LayerSpec):
                layers.append(part)
            elif part == Activation("ReLU6"):
                layers.append(ReLUSpec())
            elif not isinstance(part, LocalResponseNorm):
                return None
        return Stack(name, self.input_shape, tuple(layers))

    @property
    def substitutions(self) -> tuple[str, ...]:
        """What ``as_stack`` leaves out or replaces, in words."""
        parts = [row.part for row in self.rows]
        found = []
        if any(isinstance(part, LocalResponseNorm) for part in parts):
            found.append("without its local response norms")
        if Activation("ReLU6") in parts:
            found.append("with ReLU for ReLU6")
        return tuple(found)


class Draft:
    """A network being written down.

    >>> draft = Draft((3, 224, 224))
    >>> x = draft.add(Conv2dSpec(out_channels=64, padding=(1, 1)), draft.input)
    >>> y = draft.add(ResidualSum(), draft.chain(x, ...), x)
    """

    def __init__(self, input_shape: Shape) -> None:
        self.input = Node(-1, input_shape)
        self._rows: list[CostRow] = []
        self._block = ""
        self._known: dict[tuple[int, tuple[Shape, ...]], tuple[Part, Shape, Cost]] = {}

    @contextmanager
    def block(self, name: str) -> Iterator[None]:
        """Name what is added inside, for the table."""
        before, self._block = self._block, name
        yield
        self._block = before

    def add(self, part: Part, *sources: Node) -> Node:
        """Let a layer read ``sources``.

        Raises:
            ShapeError: if it does not fit behind them.
        """
        shapes = tuple(source.shape for source in sources)
        output, cost = self._costs(part, shapes)
        row = CostRow(
            len(self._rows),
            self._block,
            part,
            tuple(source.row for source in sources),
            output,
            cost.parameters,
            cost.multiply_adds,
        )
        self._rows.append(row)
        return Node(row.index, output)

    def chain(self, node: Node, *parts: Part) -> Node:
        """Let layers follow one another."""
        for part in parts:
            node = self.add(part, node)
        return node

    def report(self) -> CostReport:
        """What has been written down so far."""
        return CostReport(self.input.shape, tuple(self._rows))

    def _costs(self, part: Part, shapes: tuple[Shape, ...]) -> tuple[Shape, Cost]:
        """Shape and cost; equal layers come often, and the very same object is looked up."""
        key = (id(part), shapes)  # kept alive by the value, so that no id is used twice
        if key not in self._known:
            self._known[key] = (part, part.output_shape(*shapes), part.cost(*shapes))
        _, output, cost = self._known[key]
        return output, cost
