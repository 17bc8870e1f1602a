"""Layers that the engine does not train, described only by what they cost.

They stand next to the engine's own specs in the drafts of famous networks: shapes, parameters and
multiply-adds, and nothing that could be built.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from engine.basics.errors import ShapeError
from engine.basics.geometry import Axis, Pair, Shape, times
from engine.layers.spec import Cost


@dataclass(frozen=True)
class CostSpec:
    """One layer of a draft. It may read several inputs.

    Class attributes: ``title``, the name on screen; ``icon``, a name in ``resources/icons``;
    ``about``, the layer in a few words, with its fields in braces.
    """

    title: ClassVar[str]
    icon: ClassVar[str] = "layer"
    about: ClassVar[str] = ""

    def words(self) -> str:
        """The layer in a few words, as on a card."""
        return self.about.format(**vars(self))

    def output_shape(self, *inputs: Shape) -> Shape:
        """Shape of one output sample; the first input's, unless a layer says otherwise."""
        return inputs[0]

    def cost(self, *inputs: Shape) -> Cost:
        """Parameters and multiply-adds for one sample; nothing, unless a layer says otherwise."""
        del inputs
        return Cost()


@dataclass(frozen=True)
class ResidualSum(CostSpec):
    """``y = x + F(x)``: adds what a block computed to what went into it."""

    title: ClassVar[str] = "Residual sum"
    icon: ClassVar[str] = "add"
    about: ClassVar[str] = "block + shortcut"

    def output_shape(self, *inputs: Shape) -> Shape:
        """The shape that all inputs share.

        Raises:
            ShapeError: if they differ.
        """
        if len(set(inputs)) != 1:
            given = " and ".join(map(times, inputs))
            raise ShapeError(f"A residual sum needs equal shapes; it got {given}.")
        return inputs[0]


@dataclass(frozen=True)
class Concatenation(CostSpec):
    """Lays the channels of all inputs behind one another."""

    title: ClassVar[str] = "Concatenation"
    icon: ClassVar[str] = "link"
    about: ClassVar[str] = "channels of all branches"

    def output_shape(self, *inputs: Shape) -> Shape:
        """``(ΣC, H, W)``.

        Raises:
            ShapeError: if heights or widths differ.
        """
        if len({shape[1:] for shape in inputs}) != 1:
            given = " and ".join(map(times, inputs))
            raise ShapeError(
                f"Branches can be joined if their maps are equally large; got {given}."
            )
        return (sum(shape[0] for shape in inputs), *inputs[0][1:])


@dataclass(frozen=True)
class SqueezeExcitation(CostSpec):
    """Weighs each channel by a number that a small network reads off all channels' means.

    Global mean, ``squeezed`` dense units, activation, C dense units, sigmoid, product.
    Source: J. Hu, L. Shen, G. Sun, "Squeeze-and-Excitation Networks" (2018).
    """

    title: ClassVar[str] = "Squeeze-and-excitation"
    icon: ClassVar[str] = "scale"
    about: ClassVar[str] = "through {squeezed} units"
    squeezed: int = 8

    def cost(self, *inputs: Shape) -> Cost:
        """Two dense layers with biases: ``2·C·S + S + C`` parameters."""
        C, S = inputs[0][0], self.squeezed
        return Cost(2 * C * S + S + C, 2 * C * S)


@dataclass(frozen=True)
class LayerNorm(CostSpec):
    """Brings all channels of one position to mean 0 and variance 1, then scales and shifts."""

    title: ClassVar[str] = "Layer normalisation"
    icon: ClassVar[str] = "batchnorm"
    about: ClassVar[str] = "over the channels of a sample"

    def cost(self, *inputs: Shape) -> Cost:
        """A scale and a shift per channel."""
        return Cost(2 * inputs[0][0])


@dataclass(frozen=True)
class LayerScale(CostSpec):
    """Multiplies each channel by a learnt number that starts near zero."""

    title: ClassVar[str] = "LayerScale"
    icon: ClassVar[str] = "scale"
    about: ClassVar[str] = "one factor per channel"

    def cost(self, *inputs: Shape) -> Cost:
        """One parameter per channel."""
        return Cost(inputs[0][0])


@dataclass(frozen=True)
class LocalResponseNorm(CostSpec):
    """Divides each value by the strength of neighbouring channels at its place."""

    title: ClassVar[str] = "Local response norm"
    icon: ClassVar[str] = "batchnorm"
    about: ClassVar[str] = "over {channels} neighbouring channels"
    channels: int = 5


@dataclass(frozen=True)
class Activation(CostSpec):
    """A non-linearity that the engine does not train: only its name matters here."""

    title: ClassVar[str] = "Activation"
    icon: ClassVar[str] = "relu"
    about: ClassVar[str] = "{name}"
    name: str = "GELU"


@dataclass(frozen=True)
class CeilMaxPool(CostSpec):
    """Max pooling that rounds the output size up: a window may reach over the end."""

    title: ClassVar[str] = "Max pooling 2-D"
    icon: ClassVar[str] = "pool"
    about: ClassVar[str] = "window {kernel_size}×{kernel_size}, stride {stride}, rounded up"
    kernel_size: int = 3
    stride: int = 2
    padding: int = 0

    def output_shape(self, *inputs: Shape) -> Shape:
        """``(C, H_out, W_out)``."""
        C, H, W = inputs[0]
        return (C, self._axis(H).output, self._axis(W).output)

    def _axis(self, size: int) -> Axis:
        """Padded at the end until the stride divides, unless a window would see padding alone."""
        axis = Axis(size, self.kernel_size, self.stride, self.padding)
        if not axis.clipped or axis.output * self.stride >= size + self.padding:
            return axis
        after = self.padding + self.stride - axis.clipped
        return Axis(size, self.kernel_size, self.stride, self.padding, padding_after=after)


@dataclass(frozen=True)
class SparseConv2d(CostSpec):
    """A convolution whose kernels read chosen maps only, as C3 of the LeNet-5 of 1998 does.

    ``maps_read`` says how many input maps each kernel reads.
    """

    title: ClassVar[str] = "Sparse convolution 2-D"
    icon: ClassVar[str] = "conv"
    maps_read: tuple[int, ...] = ()
    kernel_size: Pair = (5, 5)

    def words(self) -> str:
        """The kernels and their reach."""
        low, high = min(self.maps_read), max(self.maps_read)
        return f"{len(self.maps_read)} kernels {times(self.kernel_size)}, {low} to {high} maps each"

    def output_shape(self, *inputs: Shape) -> Shape:
        """One map per kernel."""
        _, H, W = inputs[0]
        rows, across = Axis(H, self.kernel_size[0]), Axis(W, self.kernel_size[1])
        return (len(self.maps_read), rows.output, across.output)

    def cost(self, *inputs: Shape) -> Cost:
        """One plane of weights per map that is read, one bias per kernel."""
        kernels, H_out, W_out = self.output_shape(*inputs)
        weights = sum(self.maps_read) * math.prod(self.kernel_size)
        return Cost(weights + kernels, weights * H_out * W_out)


@dataclass(frozen=True)
class Subsampling(CostSpec):
    """Sums 2×2 cells, then multiplies by a learnt number and adds another one, per map."""

    title: ClassVar[str] = "Trainable subsampling"
    icon: ClassVar[str] = "avgpool"
    about: ClassVar[str] = "2×2 sums, one factor and bias per map"

    def output_shape(self, *inputs: Shape) -> Shape:
        """Half the height and width."""
        C, H, W = inputs[0]
        return (C, Axis(H, 2, 2).output, Axis(W, 2, 2).output)

    def cost(self, *inputs: Shape) -> Cost:
        """Two parameters per map, one multiply-add per output cell."""
        return Cost(2 * inputs[0][0], math.prod(self.output_shape(*inputs)))


@dataclass(frozen=True)
class RadialBasis(CostSpec):
    """Squared distances to one fixed pattern per class: nothing to learn."""

    title: ClassVar[str] = "Radial basis output"
    icon: ClassVar[str] = "dense"
    about: ClassVar[str] = "distance to {classes} fixed patterns"
    classes: int = 10

    def output_shape(self, *inputs: Shape) -> Shape:
        """``(classes,)``."""
        del inputs
        return (self.classes,)

    def cost(self, *inputs: Shape) -> Cost:
        """One squared difference summed per input and class."""
        return Cost(0, inputs[0][0] * self.classes)
