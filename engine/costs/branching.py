"""GoogLeNet and SqueezeNet: branches side by side, their channels joined."""

from __future__ import annotations

from functools import partial

from engine.costs.architecture import Accuracy, Architecture, Published
from engine.costs.cost_specs import CeilMaxPool
from engine.costs.draft import Draft, Node, Part
from engine.costs.parts import (
    DROPOUT,
    GLOBAL_MEAN,
    IMAGE,
    JOIN,
    LOCAL_NORM,
    RELU,
    conv,
    dense,
    max_pool,
    normed,
)
from engine.layers import DropoutSpec

CEIL_POOL = CeilMaxPool()
CEIL_POOL_2 = CeilMaxPool(2, 2)
SAME_POOL = max_pool(3, 1, 1)
_DROPOUT_40 = DropoutSpec(0.4)

# name, 1×1, reduced 3×3, 3×3, reduced 5×5, 5×5, behind the pooling: table 1 of the paper
_MODULES = (
    ("3a", 64, 96, 128, 16, 32, 32),
    ("3b", 128, 128, 192, 32, 96, 64),
    ("pool", 3),
    ("4a", 192, 96, 208, 16, 48, 64),
    ("4b", 160, 112, 224, 24, 64, 64),
    ("4c", 128, 128, 256, 24, 64, 64),
    ("4d", 112, 144, 288, 32, 64, 64),
    ("4e", 256, 160, 320, 32, 128, 128),
    ("pool", 2),
    ("5a", 256, 160, 320, 32, 128, 128),
    ("5b", 384, 192, 384, 48, 128, 128),
)


def _convolution(
    out: int, kernel: int, stride: int, padding: int, *, modern: bool
) -> tuple[Part, ...]:
    if modern:
        return normed(out, kernel, stride, padding)
    return conv(out, kernel, stride, padding), RELU


def googlenet(*, modern: bool) -> Draft:
    """As published, or as torchvision has it: batch norm, and 3×3 where the paper has 5×5.

    The two classifiers that help only while training are left out.
    """
    draft = Draft(IMAGE)
    c = partial(_convolution, modern=modern)
    norm: tuple[Part, ...] = () if modern else (LOCAL_NORM,)
    with draft.block("Stem"):
        x = draft.chain(draft.input, *c(64, 7, 2, 3), CEIL_POOL, *norm)
        x = draft.chain(x, *c(64, 1, 1, 0), *c(192, 3, 1, 1), *norm, CEIL_POOL)
    for name, *sizes in _MODULES:
        if name == "pool":
            # torchvision's last pooling is 2×2; the output is 7×7 either way
            x = draft.chain(x, CEIL_POOL_2 if modern and sizes == [2] else CEIL_POOL)
            continue
        one, less3, three, less5, five, pooled = sizes
        wide = (3, 1, 1) if modern else (5, 1, 2)
        with draft.block(f"Inception {name}"):
            branches = (
                draft.chain(x, *c(one, 1, 1, 0)),
                draft.chain(x, *c(less3, 1, 1, 0), *c(three, 3, 1, 1)),
                draft.chain(x, *c(less5, 1, 1, 0), *c(five, *wide)),
                draft.chain(x, SAME_POOL, *c(pooled, 1, 1, 0)),
            )
            x = draft.add(JOIN, *branches)
    with draft.block("Classifier"):
        draft.chain(x, GLOBAL_MEAN, _DROPOUT_40, dense(1000))
    return draft


def _fire(draft: Draft, x: Node, number: int, squeeze: int, expand: int) -> Node:
    with draft.block(f"Fire {number}"):
        x = draft.chain(x, conv(squeeze, 1), RELU)
        one = draft.chain(x, conv(expand, 1), RELU)
        three = draft.chain(x, conv(expand, 3, 1, 1), RELU)
        return draft.add(JOIN, one, three)


def squeezenet(*, version: str) -> Draft:
    """Version 1.0 as published, or 1.1 with a smaller stem and earlier pooling."""
    draft = Draft(IMAGE)
    stem, pool_after = (conv(96, 7, 2), (4, 8)) if version == "1.0" else (conv(64, 3, 2), (3, 5))
    widths = ((16, 64), (16, 64), (32, 128), (32, 128), (48, 192), (48, 192), (64, 256), (64, 256))
    with draft.block("Stem"):
        x = draft.chain(draft.input, stem, RELU, CEIL_POOL)
    for number, (squeeze, expand) in enumerate(widths, start=2):
        x = _fire(draft, x, number, squeeze, expand)
        if number in pool_after:
            x = draft.chain(x, CEIL_POOL)
    with draft.block("Classifier"):
        draft.chain(x, DROPOUT, conv(1000, 1), RELU, GLOBAL_MEAN)
    return draft


_GOOGLENET = ("C. Szegedy et al.", "Going deeper with convolutions, CVPR 2015")
_SQUEEZENET = (
    "F. Iandola, S. Han, M. Moskewicz, K. Ashraf, W. Dally, K. Keutzer",
    "SqueezeNet: AlexNet-level accuracy with 50× fewer parameters, arXiv 1602.07360",
)

BRANCHING = (
    Architecture(
        "googlenet",
        "GoogLeNet (2014)",
        2014,
        *_GOOGLENET,
        "Inception: kernels of several sizes side by side, each behind a 1×1 convolution that "
        "first narrows the channels. 22 learning layers with a ninth of AlexNet's weights.",
        "Won ILSVRC-2014 with 6.67 % top-5 error (seven networks, 144 crops); one network with "
        "one crop: 10.07 %.",
        Published(
            6_797_700,
            "the paper, sum of table 1's rounded rows",
            is_rounded=True,
            note="Its K are units of 1,024, without biases: 6,797.7·1,024 = 6,960,845. And its "
            "first row has 2.7K where 7·7·3·64 = 9,408.",
        ),
        partial(googlenet, modern=False),
        Accuracy(68.7, 88.9, "Caffe, bvlc_googlenet"),
    ),
    Architecture(
        "googlenet-torchvision",
        "GoogLeNet (today)",
        2014,
        *_GOOGLENET,
        "The same modules with batch normalisation, and a 3×3 where the paper has a 5×5 kernel.",
        "See GoogLeNet (2014).",
        Published(6_624_904, "torchvision, googlenet without its auxiliary classifiers"),
        partial(googlenet, modern=True),
        Accuracy(69.778, 89.53, "torchvision, IMAGENET1K_V1"),
    ),
    Architecture(
        "squeezenet1_0",
        "SqueezeNet 1.0",
        2016,
        *_SQUEEZENET,
        "Fire modules: a 1×1 layer squeezes the channels before 1×1 and 3×3 kernels expand them. "
        "As accurate as AlexNet with a fiftieth of its weights.",
        "57.5 % top-1 and 80.3 % top-5.",
        Published(1_248_424, "torchvision, squeezenet1_0"),
        partial(squeezenet, version="1.0"),
        Accuracy(58.092, 80.42, "torchvision, IMAGENET1K_V1"),
    ),
    Architecture(
        "squeezenet1_1",
        "SqueezeNet 1.1",
        2016,
        *_SQUEEZENET,
        "A 3×3 stem with fewer kernels and earlier pooling: less than half the multiply-adds.",
        "As accurate as version 1.0, by its authors' account.",
        Published(1_235_496, "torchvision, squeezenet1_1"),
        partial(squeezenet, version="1.1"),
        Accuracy(58.178, 80.624, "torchvision, IMAGENET1K_V1"),
    ),
)
