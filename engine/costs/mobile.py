"""MobileNets and EfficientNet: depthwise convolutions, for accuracy per multiply-add."""

from __future__ import annotations

from engine.costs.architecture import Accuracy, Architecture, Published
from engine.costs.cost_specs import SqueezeExcitation
from engine.costs.draft import Draft, Node, Part
from engine.costs.parts import GLOBAL_MEAN, IMAGE, RELU6, SILU, SUM, dense, normed
from engine.layers import DropoutSpec

_DROPOUT_20 = DropoutSpec(0.2)
_DROPOUT_TINY = DropoutSpec(0.001)

_V1 = ((64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), *((512, 1),) * 5,
       (1024, 2), (1024, 1))  # fmt: skip
# widening, kernel, channels, repeats, stride: table 2 of one paper, table 1 of the other
_V2 = ((1, 3, 16, 1, 1), (6, 3, 24, 2, 2), (6, 3, 32, 3, 2), (6, 3, 64, 4, 2), (6, 3, 96, 3, 1),
       (6, 3, 160, 3, 2), (6, 3, 320, 1, 1))  # fmt: skip
_B0 = ((1, 3, 16, 1, 1), (6, 3, 24, 2, 2), (6, 5, 40, 2, 2), (6, 3, 80, 3, 2), (6, 5, 112, 3, 1),
       (6, 5, 192, 4, 2), (6, 3, 320, 1, 1))  # fmt: skip


def mobilenet_v1() -> Draft:
    """Each 3×3 convolution split into one per channel and a 1×1 across channels."""
    draft = Draft(IMAGE)
    with draft.block("Stem"):
        x = draft.chain(draft.input, *normed(32, 3, 2, 1, activation=RELU6))
    for number, (out, stride) in enumerate(_V1, start=1):
        with draft.block(f"Separable {number}"):
            depthwise = normed(x.shape[0], 3, stride, 1, x.shape[0], activation=RELU6)
            x = draft.chain(x, *depthwise, *normed(out, 1, activation=RELU6))
    with draft.block("Classifier"):
        draft.chain(x, GLOBAL_MEAN, _DROPOUT_TINY, dense(1000))
    return draft


def _inverted(
    draft: Draft, x: Node, widening: int, kernel: int, out: int, stride: int, *, excited: bool
) -> Node:
    """Widen by 1×1, filter each channel, (weigh channels,) narrow by 1×1; add if sizes allow."""
    activation = SILU if excited else RELU6
    wide = widening * x.shape[0]
    parts: tuple[Part, ...] = ()
    if widening != 1:
        parts = normed(wide, 1, activation=activation)
    parts += normed(wide, kernel, stride, kernel // 2, wide, activation)
    if excited:
        parts += (SqueezeExcitation(max(1, x.shape[0] // 4)),)
    y = draft.chain(x, *parts, *normed(out, 1, activation=None))
    return draft.add(SUM, y, x) if y.shape == x.shape else y


def _inverted_stages(stages: tuple[tuple[int, ...], ...], *, excited: bool) -> Draft:
    """Stages of inverted residual blocks; the first block of each has the stage's stride."""
    draft = Draft(IMAGE)
    activation = SILU if excited else RELU6
    with draft.block("Stem"):
        x = draft.chain(draft.input, *normed(32, 3, 2, 1, activation=activation))
    for stage, (widening, kernel, out, repeats, stride) in enumerate(stages, start=1):
        for number in range(repeats):
            with draft.block(f"Stage {stage}, block {number + 1}"):
                step = stride if number == 0 else 1
                x = _inverted(draft, x, widening, kernel, out, step, excited=excited)
    with draft.block("Classifier"):
        x = draft.chain(x, *normed(1280, 1, activation=activation), GLOBAL_MEAN)
        draft.chain(x, _DROPOUT_20, dense(1000))
    return draft


def mobilenet_v2() -> Draft:
    """Inverted residual blocks with linear ends."""
    return _inverted_stages(_V2, excited=False)


def efficientnet_b0() -> Draft:
    """MobileNetV2's blocks with squeeze-and-excitation, as found by a search."""
    return _inverted_stages(_B0, excited=True)


MOBILE = (
    Architecture(
        "mobilenet_v1",
        "MobileNetV1",
        2017,
        "A. Howard et al.",
        "MobileNets: efficient convolutional neural networks for mobile vision applications, "
        "arXiv 1704.04861",
        "Depthwise separable convolutions throughout: filter each channel by itself, then mix "
        "channels by 1×1. Eight to nine times fewer multiply-adds than plain 3×3.",
        "70.6 % top-1, with 569 million multiply-adds.",
        Published(
            4_253_864,
            "Keras, MobileNet",
            note="21,888 of them are running averages of batch normalisation; the rest is learnt.",
        ),
        mobilenet_v1,
        Accuracy(70.4, 89.5, "Keras, MobileNet"),
        counts_running_averages=True,
    ),
    Architecture(
        "mobilenet_v2",
        "MobileNetV2",
        2018,
        "M. Sandler, A. Howard, M. Zhu, A. Zhmoginov, L.-C. Chen",
        "MobileNetV2: inverted residuals and linear bottlenecks, CVPR 2018",
        "Residual blocks turned inside out: narrow at the ends, wide in the middle where only "
        "cheap depthwise kernels work. No activation at the narrow end, where it would lose most.",
        "72.0 % top-1, with 300 million multiply-adds.",
        Published(3_504_872, "torchvision, mobilenet_v2"),
        mobilenet_v2,
        Accuracy(71.878, 90.286, "torchvision, IMAGENET1K_V1"),
    ),
    Architecture(
        "efficientnet_b0",
        "EfficientNet-B0",
        2019,
        "M. Tan, Q. Le",
        "EfficientNet: rethinking model scaling for convolutional neural networks, ICML 2019",
        "A small network found by search, with channels weighed by squeeze-and-excitation; depth, "
        "width and resolution then grow together by one factor.",
        "77.1 % top-1 and 93.3 % top-5, with 0.39 billion multiply-adds.",
        Published(5_288_548, "torchvision, efficientnet_b0"),
        efficientnet_b0,
        Accuracy(77.692, 93.532, "torchvision, IMAGENET1K_V1"),
    ),
)
