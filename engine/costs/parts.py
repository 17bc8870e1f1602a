"""Short names for the layers that famous networks are written with; each is made only once."""

from __future__ import annotations

from functools import cache

from engine.costs.cost_specs import Activation, Concatenation, LocalResponseNorm, ResidualSum
from engine.costs.draft import Part
from engine.layers import (
    AvgPool2dSpec,
    BatchNorm2dSpec,
    Conv2dSpec,
    DenseSpec,
    DropoutSpec,
    FlattenSpec,
    GlobalAvgPoolSpec,
    MaxPool2dSpec,
    ReLUSpec,
)

RELU = ReLUSpec()
RELU6 = Activation("ReLU6")
SILU = Activation("SiLU")
GELU = Activation("GELU")
BATCH_NORM = BatchNorm2dSpec()
FLATTEN = FlattenSpec()
DROPOUT = DropoutSpec()
GLOBAL_MEAN = GlobalAvgPoolSpec()
LOCAL_NORM = LocalResponseNorm()
SUM = ResidualSum()
JOIN = Concatenation()
IMAGE = (3, 224, 224)


@cache
def conv(
    out: int, kernel: int, stride: int = 1, padding: int = 0, groups: int = 1, *, bias: bool = True
) -> Conv2dSpec:
    """A square convolution."""
    return Conv2dSpec(
        out_channels=out,
        kernel_size=(kernel, kernel),
        stride=(stride, stride),
        padding=(padding, padding),
        groups=groups,
        bias=bias,
    )


@cache
def max_pool(kernel: int, stride: int, padding: int = 0) -> MaxPool2dSpec:
    """A square max pooling."""
    return MaxPool2dSpec((kernel, kernel), (stride, stride), (padding, padding))


@cache
def mean_pool(kernel: int, stride: int) -> AvgPool2dSpec:
    """A square average pooling."""
    return AvgPool2dSpec((kernel, kernel), (stride, stride))


@cache
def dense(out: int) -> DenseSpec:
    """A dense layer."""
    return DenseSpec(out_features=out)


def normed(
    out: int,
    kernel: int,
    stride: int = 1,
    padding: int = 0,
    groups: int = 1,
    activation: Part | None = RELU,
) -> tuple[Part, ...]:
    """A convolution without bias, batch normalisation, and an activation unless ``None``."""
    parts: tuple[Part, ...] = (conv(out, kernel, stride, padding, groups, bias=False), BATCH_NORM)
    return parts if activation is None else (*parts, activation)
