"""VGG: nothing but 3×3 convolutions and 2×2 pooling, deeper and deeper."""

from __future__ import annotations

from functools import partial

from engine.costs.architecture import Accuracy, Architecture, Published
from engine.costs.draft import Draft
from engine.costs.parts import DROPOUT, FLATTEN, IMAGE, RELU, conv, dense, max_pool

_WIDTHS = (64, 128, 256, 512, 512)


def vgg(repeats: tuple[int, ...]) -> Draft:
    """Five blocks of ``repeats`` convolutions, then three dense layers."""
    draft = Draft(IMAGE)
    x = draft.input
    for number, (repeat, width) in enumerate(zip(repeats, _WIDTHS, strict=True), start=1):
        with draft.block(f"Block {number}"):
            for _ in range(repeat):
                x = draft.chain(x, conv(width, 3, 1, 1), RELU)
            x = draft.chain(x, max_pool(2, 2))
    with draft.block("Classifier"):
        x = draft.chain(x, FLATTEN, dense(4096), RELU, DROPOUT, dense(4096), RELU, DROPOUT)
        draft.chain(x, dense(1000))
    return draft


def _entry(
    depth: int, repeats: tuple[int, ...], total: int, error: str, top1: float, top5: float
) -> Architecture:
    return Architecture(
        f"vgg{depth}",
        f"VGG{depth}",
        2014,
        "K. Simonyan, A. Zisserman",
        "Very deep convolutional networks for large-scale image recognition, ICLR 2015",
        "Small kernels stacked: three 3×3 see as far as one 7×7, with fewer weights and three "
        "non-linearities. One plan from 11 to 19 layers, so that depth alone could be judged.",
        f"{error} error at one scale. The team came second in ILSVRC-2014 (7.3 % top-5 error).",
        Published(total, f"torchvision, vgg{depth}"),
        partial(vgg, repeats),
        Accuracy(top1, top5, "torchvision, IMAGENET1K_V1"),
    )


VGG = (
    _entry(11, (1, 1, 2, 2, 2), 132_863_336, "29.6 % top-1 and 10.4 % top-5", 69.02, 88.628),
    _entry(13, (2, 2, 2, 2, 2), 133_047_848, "28.7 % top-1 and 9.9 % top-5", 69.928, 89.246),
    _entry(16, (2, 2, 3, 3, 3), 138_357_544, "25.6 % top-1 and 8.1 % top-5", 71.592, 90.382),
    _entry(19, (2, 2, 4, 4, 4), 143_667_240, "25.5 % top-1 and 8.0 % top-5", 72.376, 90.876),
)
