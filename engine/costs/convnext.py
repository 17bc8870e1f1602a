"""ConvNeXt: a ResNet brought up to date with what transformers had shown to work."""

from __future__ import annotations

from engine.costs.architecture import Accuracy, Architecture, Published
from engine.costs.cost_specs import LayerNorm, LayerScale
from engine.costs.draft import Draft, Node
from engine.costs.parts import FLATTEN, GELU, IMAGE, SUM, conv, dense, mean_pool

NORM = LayerNorm()
SCALE = LayerScale()


def _block(draft: Draft, x: Node) -> Node:
    """Depthwise 7×7, then two dense layers at every position, written as 1×1 convolutions."""
    width = x.shape[0]
    y = draft.chain(x, conv(width, 7, 1, 3, width), NORM, conv(4 * width, 1), GELU)
    y = draft.chain(y, conv(width, 1), SCALE)
    return draft.add(SUM, y, x)


def convnext(blocks: tuple[int, ...], widths: tuple[int, ...]) -> Draft:
    """Four stages; between them a normalisation and a 2×2 convolution with stride 2."""
    draft = Draft(IMAGE)
    x = draft.input
    for stage, (count, width) in enumerate(zip(blocks, widths, strict=True)):
        with draft.block("Stem" if stage == 0 else f"Halving {stage}"):
            x = draft.chain(x, *((conv(width, 4, 4), NORM) if stage == 0 else
                                 (NORM, conv(width, 2, 2))))  # fmt: skip
        for number in range(count):
            with draft.block(f"Stage {stage + 1}, block {number + 1}"):
                x = _block(draft, x)
    with draft.block("Classifier"):
        draft.chain(x, mean_pool(x.shape[1], x.shape[1]), NORM, FLATTEN, dense(1000))
    return draft


def convnext_tiny() -> Draft:
    """The smallest of the paper."""
    return convnext((3, 3, 9, 3), (96, 192, 384, 768))


CONVNEXT = (
    Architecture(
        "convnext_tiny",
        "ConvNeXt-T",
        2022,
        "Z. Liu, H. Mao, C.-Y. Wu, C. Feichtenhofer, T. Darrell, S. Xie",
        "A ConvNet for the 2020s, CVPR 2022",
        "A ResNet changed step by step towards a vision transformer: 4×4 patches, depthwise 7×7, "
        "layer normalisation, GELU. Convolutions then keep up with attention.",
        "82.1 % top-1, with 4.5 billion multiply-adds.",
        Published(28_589_128, "torchvision, convnext_tiny"),
        convnext_tiny,
        Accuracy(82.52, 96.146, "torchvision, IMAGENET1K_V1"),
    ),
)
