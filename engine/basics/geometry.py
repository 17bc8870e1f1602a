"""Where windows lie: output sizes, padding and window slices, in integers only.

Source of the size formula: V. Dumoulin, F. Visin, "A guide to convolution arithmetic for deep
learning" (2016), relations 6 and 15.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.basics.errors import ShapeError

Shape = tuple[int, ...]
"""Shape of one sample, without the batch axis: ``(C, H, W)``, ``(C, L)`` or ``(features,)``."""

Pair = tuple[int, int]


@dataclass(frozen=True)
class Axis:
    """The windows along one axis: ``size`` input cells, read ``kernel`` at a time.

    ``padding`` cells are added before the first cell, and as many after the last one unless
    ``padding_after`` says otherwise.

    Raises:
        ShapeError: if a value is out of range or no window fits.
    """

    size: int
    kernel: int
    stride: int = 1
    padding: int = 0
    dilation: int = 1
    padding_after: int | None = None

    def __post_init__(self) -> None:
        for name, value, least in (
            ("size", self.size, 1),
            ("kernel", self.kernel, 1),
            ("stride", self.stride, 1),
            ("padding", self.padding, 0),
            ("dilation", self.dilation, 1),
            ("padding", self.after, 0),
        ):
            if value < least:
                raise ShapeError(f"The {name} must be at least {least}; it is {value}.")
        if self.extent > self.padded:
            spread = f" spread over {cells(self.extent)}" if self.dilation > 1 else ""
            raise ShapeError(
                f"A kernel of {self.kernel}{spread} does not fit into {cells(self.padded)} "
                f"({self.size} + {self._padding_text()} of padding). "
                "Use a smaller kernel or more padding."
            )

    @property
    def after(self) -> int:
        """Padding cells after the last input cell."""
        return self.padding if self.padding_after is None else self.padding_after

    @property
    def padded(self) -> int:
        """Cells including the padding on both sides."""
        return self.size + self.padding + self.after

    @property
    def extent(self) -> int:
        """Cells from the first to the last one that a window reads, gaps included."""
        return self.dilation * (self.kernel - 1) + 1

    @property
    def output(self) -> int:
        """Number of windows: ``floor((padded − dilation·(kernel − 1) − 1) / stride) + 1``."""
        return (self.padded - self.extent) // self.stride + 1

    @property
    def clipped(self) -> int:
        """Padded cells at the far end that no window reaches, as the stride does not divide."""
        return (self.padded - self.extent) % self.stride

    @property
    def unread_input(self) -> int:
        """Cells of the input itself (not of its padding) at the far end that no window reaches."""
        return max(0, self.clipped - self.after)

    def window(self, index: int) -> range:
        """Positions in the *padded* axis that output cell ``index`` reads."""
        if not 0 <= index < self.output:
            raise IndexError(f"Window {index} of {self.output}")
        start = index * self.stride
        return range(start, start + self.extent, self.dilation)

    def windows(self) -> Iterator[range]:
        """All windows in order."""
        return (self.window(index) for index in range(self.output))

    def formula(self) -> str:
        """The size formula with its numbers: ``(4 + 2·0 − 3)/1 + 1 = 2``."""
        kernel = str(self.kernel)
        if self.dilation > 1:
            kernel = f"{self.dilation}·({self.kernel} − 1) − 1"
        quotient = f"({self.size} + {self._padding_text()} − {kernel})/{self.stride}"
        if self.clipped:
            quotient = f"⌊{quotient}⌋"
        return f"{quotient} + 1 = {self.output}"

    def _padding_text(self) -> str:
        if self.after == self.padding:
            return f"2·{self.padding}"
        return f"{self.padding} + {self.after}"


def cells(count: int) -> str:
    """``1 cell``, ``4 cells``."""
    return "1 cell" if count == 1 else f"{count} cells"


@dataclass(frozen=True)
class Reach:
    """How far one number reads into the network's input along one axis: its receptive field.

    ``size`` is the number of input cells from the first to the last one, padding included;
    ``jump`` how many input cells lie between two neighbouring numbers.
    """

    size: int = 1
    jump: int = 1

    def through(self, axis: Axis) -> Reach:
        """The reach behind one more layer.

        ``size' = size + (extent − 1)·jump`` and ``jump' = jump·stride`` (A. Araujo et al.,
        "Computing Receptive Fields of Convolutional Neural Networks", Distill, 2019).
        """
        return Reach(self.size + (axis.extent - 1) * self.jump, self.jump * axis.stride)


def same_axis(size: int, kernel: int, stride: int = 1, dilation: int = 1) -> Axis:
    """The axis padded so that ``output = ceil(size / stride)``, an odd cell going to the end.

    At stride 1 this is PyTorch's ``padding="same"``; at larger strides Keras's rule.
    """
    extent = dilation * (kernel - 1) + 1
    total = max(0, (-(-size // stride) - 1) * stride + extent - size)
    return Axis(size, kernel, stride, total // 2, dilation, total - total // 2)


def conv_output_size(
    size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1
) -> int:
    """Number of windows along one axis.

    ``floor((size + 2·padding − dilation·(kernel − 1) − 1) / stride) + 1``

    Raises:
        ShapeError: if a value is out of range or no window fits.
    """
    return Axis(size, kernel, stride, padding, dilation).output


def conv_parameter_count(
    in_channels: int, out_channels: int, kernel_size: Pair, *, groups: int = 1, bias: bool = True
) -> int:
    """Learnable numbers of a convolution: ``(K_h·K_w·in_channels/groups + 1)·out_channels``."""
    height, width = kernel_size
    return out_channels * (height * width * in_channels // groups + int(bias))


def pair(value: int | Pair) -> Pair:
    """``3`` means ``(3, 3)``: the same along both axes."""
    return (value, value) if isinstance(value, int) else value


def times(shape: Shape) -> str:
    """A shape as people write it: ``6×28×28``."""
    return "×".join(map(str, shape))


def both_ways(setting: Pair) -> str:
    """A setting for height and width, once where both are equal: ``2``, or ``2×3``."""
    return str(setting[0]) if setting[0] == setting[1] else times(setting)
