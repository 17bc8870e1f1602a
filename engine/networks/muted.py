"""A layer of which some feature maps are held at 0."""

from __future__ import annotations

from engine.layers.base import Array, Layer


class Muted(Layer):
    """A layer some of whose output channels are 0, whatever it computes.

    Setting a channel's kernel and bias to 0 would not do: behind a batch normalisation or an
    activation such as the sigmoid, 0 does not stay 0. So the output itself is set to 0, and the
    gradient that comes back through these channels likewise.

    Shape:
        as the layer inside. ``channels``, which are muted, count along the axis after the batch.
    """

    def __init__(self, inner: Layer, channels: tuple[int, ...]) -> None:
        super().__init__()
        self.inner = inner
        self.channels = channels
        self.mixes_samples = inner.mixes_samples
        self.needs_input_grad = inner.needs_input_grad
        self.parameters, self.gradients, self.state = inner.parameters, inner.gradients, inner.state

    @property
    def words(self) -> str:
        """Which channels are muted, counted from 1: ``3, 5``."""
        return ", ".join(str(channel + 1) for channel in self.channels)

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """The layer's output, silent where it is muted."""
        return self.silenced(self.inner.forward(x, training=training))

    def backward(self, grad_output: Array) -> Array:
        """No gradient passes a muted channel."""
        return self.inner.backward(self.silenced(grad_output))

    def silenced(self, values: Array) -> Array:
        """A copy, in the same memory order, with 0 in the muted channels."""
        quiet = values.copy(order="K")
        quiet[:, list(self.channels)] = 0
        return quiet

    def forget(self) -> None:
        """Drop what forward kept, and all buffers."""
        super().forget()
        self.inner.forget()
