"""ResNet and DenseNet: shortcuts past the layers."""

from __future__ import annotations

from functools import partial

from engine.costs.architecture import Accuracy, Architecture, Published
from engine.costs.draft import Draft, Node
from engine.costs.parts import (
    BATCH_NORM,
    GLOBAL_MEAN,
    IMAGE,
    JOIN,
    RELU,
    SUM,
    conv,
    dense,
    max_pool,
    mean_pool,
    normed,
)


def _residual_block(draft: Draft, x: Node, width: int, stride: int, *, bottleneck: bool) -> Node:
    """Two 3×3, or 1×1, 3×3, 1×1 with four times as many channels; added to the shortcut."""
    out = 4 * width if bottleneck else width
    if bottleneck:
        parts = (*normed(width, 1), *normed(width, 3, stride, 1), *normed(out, 1, activation=None))
    else:
        parts = (*normed(width, 3, stride, 1), *normed(width, 3, 1, 1, activation=None))
    y = draft.chain(x, *parts)
    if x.shape != y.shape:
        x = draft.chain(x, *normed(out, 1, stride, activation=None))
    return draft.chain(draft.add(SUM, y, x), RELU)


def resnet(blocks: tuple[int, ...], *, bottleneck: bool) -> Draft:
    """Four stages of ``blocks`` residual blocks; the 3×3 of a bottleneck has the stride."""
    draft = Draft(IMAGE)
    with draft.block("Stem"):
        x = draft.chain(draft.input, *normed(64, 7, 2, 3), max_pool(3, 2, 1))
    for stage, count in enumerate(blocks):
        for number in range(count):
            stride = 2 if stage > 0 and number == 0 else 1
            with draft.block(f"Stage {stage + 1}, block {number + 1}"):
                x = _residual_block(draft, x, 64 * 2**stage, stride, bottleneck=bottleneck)
    with draft.block("Classifier"):
        draft.chain(x, GLOBAL_MEAN, dense(1000))
    return draft


def densenet(blocks: tuple[int, ...], growth: int = 32) -> Draft:
    """Every layer reads the maps of all layers before it in its block."""
    draft = Draft(IMAGE)
    with draft.block("Stem"):
        x = draft.chain(draft.input, *normed(2 * growth, 7, 2, 3), max_pool(3, 2, 1))
    for number, layers in enumerate(blocks, start=1):
        for layer in range(1, layers + 1):
            with draft.block(f"Dense block {number}, layer {layer}"):
                y = draft.chain(x, BATCH_NORM, RELU, *normed(4 * growth, 1))
                y = draft.chain(y, conv(growth, 3, 1, 1, bias=False))
                x = draft.add(JOIN, x, y)
        if number < len(blocks):
            with draft.block(f"Transition {number}"):
                half = conv(x.shape[0] // 2, 1, bias=False)
                x = draft.chain(x, BATCH_NORM, RELU, half, mean_pool(2, 2))
    with draft.block("Classifier"):
        draft.chain(x, BATCH_NORM, RELU, GLOBAL_MEAN, dense(1000))
    return draft


def _resnet_entry(
    depth: int,
    blocks: tuple[int, ...],
    total: int,
    error: str,
    top1: float,
    top5: float,
) -> Architecture:
    return Architecture(
        f"resnet{depth}",
        f"ResNet-{depth}",
        2015,
        "K. He, X. Zhang, S. Ren, J. Sun",
        "Deep residual learning for image recognition, CVPR 2016",
        "Blocks learn what to add to their input instead of what to replace it with. The sum "
        "lets gradients past, and networks of over a hundred layers train better than short ones."
        + (
            " From 50 layers on, 1×1 convolutions narrow and widen around each 3×3." * (depth >= 50)
        ),
        f"{error} on the validation images, ten crops. Several together won ILSVRC-2015 with "
        "3.57 % top-5 error.",
        Published(total, f"torchvision, resnet{depth}"),
        partial(resnet, blocks, bottleneck=depth >= 50),
        Accuracy(top1, top5, "torchvision, IMAGENET1K_V1"),
    )


RESIDUAL = (
    _resnet_entry(18, (2, 2, 2, 2), 11_689_512, "27.88 % top-1 error", 69.758, 89.078),
    _resnet_entry(34, (3, 4, 6, 3), 21_797_672, "25.03 % top-1 error", 73.314, 91.42),
    _resnet_entry(
        50, (3, 4, 6, 3), 25_557_032, "22.85 % top-1 and 6.71 % top-5 error", 76.13, 92.862
    ),
    _resnet_entry(
        101, (3, 4, 23, 3), 44_549_160, "21.75 % top-1 and 6.05 % top-5 error", 77.374, 93.546
    ),
    _resnet_entry(
        152, (3, 8, 36, 3), 60_192_808, "21.43 % top-1 and 5.71 % top-5 error", 78.312, 94.046
    ),
    Architecture(
        "densenet121",
        "DenseNet-121",
        2016,
        "G. Huang, Z. Liu, L. van der Maaten, K. Weinberger",
        "Densely connected convolutional networks, CVPR 2017",
        "Joined instead of added: each layer reads the maps of all before it and adds 32 of its "
        "own, so that features are reused and layers can be narrow.",
        "25.02 % top-1 and 7.71 % top-5 error on the validation images, one crop.",
        Published(7_978_856, "torchvision, densenet121"),
        partial(densenet, (6, 12, 24, 16)),
        Accuracy(74.434, 91.972, "torchvision, IMAGENET1K_V1"),
    ),
)
