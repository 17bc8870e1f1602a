"""Dropout and batch normalisation: layers that do something else in training than afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import DTypeLike

from engine.basics.errors import ShapeError
from engine.basics.geometry import Shape
from engine.layers.base import (
    NOT_COMPUTED,
    Array,
    Layer,
    batch_first,
    batch_last,
    check_float,
    check_gradient,
    check_planes,
    expect_planes,
    in_caller_order,
    in_memory_order,
)
from engine.layers.spec import Cost, LayerSpec, Signs, register, spec_field


class Dropout(Layer):
    """In training each number becomes 0 with probability ``p``; the others grow by ``1/(1 − p)``.

    Afterwards nothing happens. Source: N. Srivastava et al., "Dropout" (2014), inverted form.

    Shape:
        any ``(N, …)``, the same in and out.

    Raises:
        ShapeError: unless ``0 ≤ p < 1``.
    """

    def __init__(self, p: float = 0.5, *, rng: np.random.Generator | None = None) -> None:
        super().__init__()
        if not 0 <= p < 1:
            raise ShapeError(f"Dropout needs a probability from 0 to below 1; got {p}.")
        self.p = p
        self.rng = np.random.default_rng() if rng is None else rng
        self._factors: Array | None = None

    def reseed(self, seed: tuple[int, ...]) -> None:
        """Draw from a new generator from now on."""
        self.rng = np.random.default_rng(seed)

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Drop numbers if ``training``; else ``x`` itself."""
        check_float(x, "Dropout")
        self._factors = None
        if not training:
            return x
        memory = in_memory_order(x)
        draws = self.rng.random(memory.shape, np.float32)
        factors = self.buffers.scratch("factors", memory.shape, x.dtype)
        np.multiply(draws >= self.p, x.dtype.type(1 / (1 - self.p)), out=factors)
        out = self.buffers.scratch("output", memory.shape, x.dtype)
        np.multiply(memory, factors, out=out)
        self._factors = factors
        return in_caller_order(out)

    def backward(self, grad_output: Array) -> Array:
        """The gradient of what was kept, times the same factor."""
        if self._factors is None:
            raise self.not_ready()
        check_gradient(grad_output, in_caller_order(self._factors).shape, "Dropout")
        result = self.buffers.scratch("grad_input", self._factors.shape, grad_output.dtype)
        np.multiply(in_memory_order(grad_output), self._factors, out=result)
        return in_caller_order(result)

    def forget(self) -> None:
        """Drop what forward kept, and all buffers."""
        super().forget()
        self._factors = None


class BatchNorm2d(Layer):
    """Each channel is brought to mean 0 and variance 1, then scaled and shifted by learnt numbers.

    ``y = weight · (x − mean) / √(variance + ε) + bias``, per channel; in training with the batch's
    own mean and (biased) variance, afterwards with running averages of them, which a share
    ``momentum`` of each batch's (with the unbiased variance) flows into. Source: S. Ioffe,
    C. Szegedy, "Batch Normalization" (2015); conventions as in PyTorch.

    Shape:
        ``(N, C, H, W)`` in and out; ``weight``, ``bias``, running mean and variance ``(C,)``.

    Raises:
        ShapeError: if the batch has a single number per channel in training.
    """

    mixes_samples = True

    def __init__(
        self,
        channels: int,
        *,
        epsilon: float = 1e-5,
        momentum: float = 0.1,
        dtype: DTypeLike = np.float32,
    ) -> None:
        super().__init__()
        self.channels, self.epsilon, self.momentum = channels, epsilon, momentum
        self.add_parameter("weight", np.ones(channels, dtype))
        self.add_parameter("bias", np.zeros(channels, dtype))
        self.state = {
            "running_mean": np.zeros(channels, dtype),
            "running_var": np.ones(channels, dtype),
            "num_batches_tracked": np.zeros((), np.int64),
        }
        self._kept: tuple[Array, Array] | None = None

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Normalise, scale and shift."""
        check_planes(x, self.channels, "BatchNorm2d")
        memory = batch_last(x)
        if training:
            mean, variance = self._statistics(memory)
        else:
            mean, variance = self.state["running_mean"], self.state["running_var"]
        inverse = (1 / np.sqrt(variance + self.epsilon)).astype(x.dtype)
        normal = self.buffers.scratch("normal", memory.shape, x.dtype)
        np.subtract(memory, mean[:, None, None], out=normal)
        np.multiply(normal, inverse[:, None, None], out=normal)
        out = self.buffers.scratch("output", memory.shape, x.dtype)
        np.multiply(normal, self.parameters["weight"][:, None, None], out=out)
        np.add(out, self.parameters["bias"][:, None, None], out=out)
        self._kept = (normal, inverse) if training else None
        return batch_first(out)

    def _statistics(self, memory: Array) -> tuple[Array, Array]:
        count = memory.size // self.channels
        if count < 2:
            raise ShapeError(
                "BatchNorm2d needs more than one number per channel to train on; "
                f"got {memory.shape[3]} sample of 1×1. Use a larger batch."
            )
        mean = memory.mean(axis=(0, 2, 3))
        variance = memory.var(axis=(0, 2, 3))
        share = self.momentum
        running = self.state
        running["running_mean"][...] = (1 - share) * running["running_mean"] + share * mean
        unbiased = variance * (count / (count - 1))
        running["running_var"][...] = (1 - share) * running["running_var"] + share * unbiased
        running["num_batches_tracked"] += 1
        return mean, variance

    def backward(self, grad_output: Array) -> Array:
        """Through the batch's mean and variance too.

        With x̂ the normalised input and means over the batch and the map:
        ``∂L/∂x = weight/√(variance + ε) · (g − mean(g) − x̂ · mean(g · x̂))``.
        """
        if self._kept is None:
            raise self.not_ready()
        normal, inverse = self._kept
        check_gradient(grad_output, batch_first(normal).shape, "BatchNorm2d")
        grad = batch_last(grad_output)
        product = self.buffers.scratch("product", normal.shape, grad.dtype)
        np.multiply(grad, normal, out=product)
        self.gradients["weight"][...] = product.sum(axis=(0, 2, 3))
        self.gradients["bias"][...] = grad.sum(axis=(0, 2, 3))
        if not self.needs_input_grad:
            return NOT_COMPUTED
        count = normal.size // self.channels
        result = self.buffers.scratch("grad_input", normal.shape, grad.dtype)
        np.multiply(normal, (self.gradients["weight"] / count)[:, None, None], out=result)
        np.subtract(grad, result, out=result)
        np.subtract(result, (self.gradients["bias"] / count)[:, None, None], out=result)
        scale = self.parameters["weight"] * inverse
        np.multiply(result, scale[:, None, None], out=result)
        return batch_first(result)

    def forget(self) -> None:
        """Drop what forward kept, and all buffers."""
        super().forget()
        self._kept = None


@register
@dataclass(frozen=True)
class DropoutSpec(LayerSpec):
    """Settings of a ``Dropout``."""

    kind: ClassVar[str] = "Dropout"
    title: ClassVar[str] = "Dropout"
    about: ClassVar[str] = "Forgets some numbers at random while training, so that none is vital."
    icon: ClassVar[str] = "dropout"
    family: ClassVar[str] = "regularisation"
    signs: ClassVar[Signs] = Signs.AS_INPUT
    belongs_to_convolution: ClassVar[bool] = False

    p: float = spec_field(
        0.5,
        "Probability",
        "Share of the numbers that are set to 0 in training.",
        kind="float",
        minimum=0.0,
        maximum=0.99,
    )

    def words(self) -> str:
        """For the card."""
        return f"drops {self.p:.0%} while training"

    def output_shape(self, input_shape: Shape) -> Shape:
        """The input's shape."""
        return input_shape

    def build(self, input_shape: Shape, rng: np.random.Generator, dtype: Any) -> Dropout:  # noqa: ARG002
        """A ``Dropout`` with a generator of its own."""
        return Dropout(self.p, rng=rng.spawn(1)[0])


@register
@dataclass(frozen=True)
class BatchNorm2dSpec(LayerSpec):
    """Settings of a ``BatchNorm2d``; the channels come from the layer before."""

    kind: ClassVar[str] = "BatchNorm2d"
    title: ClassVar[str] = "Batch normalisation"
    about: ClassVar[str] = "Brings each channel to mean 0 and variance 1, then scales and shifts."
    icon: ClassVar[str] = "batchnorm"
    family: ClassVar[str] = "regularisation"
    signs: ClassVar[Signs] = Signs.ANY
    belongs_to_convolution: ClassVar[bool] = True

    momentum: float = spec_field(
        0.1,
        "Momentum",
        "Share of each batch that flows into the running averages.",
        kind="float",
        minimum=0.001,
        maximum=1.0,
    )
    epsilon: float = spec_field(
        1e-5,
        "Epsilon",
        "Added to the variance, so that nothing is divided by 0.",
        kind="float",
        minimum=1e-8,
        maximum=1.0,
    )

    def words(self) -> str:
        """For the card."""
        return "mean 0, variance 1"

    def output_shape(self, input_shape: Shape) -> Shape:
        """The input's shape."""
        expect_planes(input_shape, self.title)
        return input_shape

    def cost(self, input_shape: Shape) -> Cost:
        """A scale and a shift per channel."""
        return Cost(2 * expect_planes(input_shape, self.title)[0], 0)

    def build(self, input_shape: Shape, rng: np.random.Generator, dtype: Any) -> BatchNorm2d:  # noqa: ARG002
        """A ``BatchNorm2d``."""
        self.output_shape(input_shape)
        return BatchNorm2d(
            input_shape[0], epsilon=self.epsilon, momentum=self.momentum, dtype=dtype
        )
