"""The settings that several kinds of layers have, each declared once: label, range and help.

A window's sizes are one whole number in 1-D layers and a pair, height then width, in 2-D ones; the
default says which.
"""

from __future__ import annotations

from typing import Any

from engine.basics.geometry import Pair
from engine.layers.initializers import INITIALIZERS
from engine.layers.spec import spec_field

MOST_CELLS = 512


def cells_field(
    default: int | Pair,
    label: str,
    help: str,  # noqa: A002 - as in ``spec_field``
    *,
    minimum: int = 1,
    maximum: int = MOST_CELLS,
    only_with: tuple[str, Any] | None = None,
) -> Any:
    """A length in cells along each axis."""
    return spec_field(
        default,
        label,
        help,
        kind="pair" if isinstance(default, tuple) else "int",
        minimum=minimum,
        maximum=maximum,
        unit="cells",
        only_with=only_with,
    )


def stride_field(default: int | Pair) -> Any:
    """A window's step."""
    return cells_field(
        default, "Stride", "How far the window moves from one output cell to the next."
    )


def dilation_field(default: int | Pair) -> Any:
    """The gaps within a window."""
    return cells_field(
        default, "Dilation", "Distance between the cells that a window reads; 1 is without gaps."
    )


def kernels_field() -> Any:
    """A convolution's output channels."""
    return spec_field(
        8,
        "Kernels",
        "How many kernels, and so output channels.",
        kind="int",
        minimum=1,
        maximum=4096,
    )


def padding_rule_field(help: str) -> Any:  # noqa: A002 - as in ``spec_field``
    """Who decides on a convolution's padding."""
    return spec_field(
        "given", "Padding rule", help, kind="choice", choices=("given", "same", "valid")
    )


def groups_field() -> Any:
    """How a convolution's channels are split."""
    return spec_field(
        1,
        "Groups",
        "Channels are split into this many groups that do not see each other.",
        kind="int",
        minimum=1,
        maximum=4096,
    )


def bias_field(help: str) -> Any:  # noqa: A002 - as in ``spec_field``
    """Whether a number is added to every sum."""
    return spec_field(True, "Bias", help, kind="bool")


def initializer_field() -> Any:
    """How weights start."""
    return spec_field(
        "he",
        "Starting weights",
        "How the weights are drawn before training.",
        kind="choice",
        choices=INITIALIZERS,
    )


def sigma_field() -> Any:
    """How wide weights start that are drawn as plain normal."""
    return spec_field(
        0.01,
        "Sigma",
        "Standard deviation of the weights, where they start as plain normal.",
        kind="float",
        minimum=0.0,
        maximum=10.0,
        only_with=("initializer", "normal"),
    )


def count_padding_field() -> Any:
    """What average pooling divides by at the edge."""
    return spec_field(
        True,
        "Padding counts",
        "Whether zeros of the padding count in the mean, as in PyTorch.",
        kind="bool",
    )
