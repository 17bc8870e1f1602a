"""From LeNet-5 to Network in Network: convolutions one after another."""

from __future__ import annotations

from engine.costs.architecture import Accuracy, Architecture, Published
from engine.costs.cost_specs import RadialBasis, SparseConv2d, Subsampling
from engine.costs.draft import Draft
from engine.costs.parts import (
    DROPOUT,
    FLATTEN,
    GLOBAL_MEAN,
    IMAGE,
    LOCAL_NORM,
    RELU,
    conv,
    dense,
    max_pool,
)
from engine.layers import TanhSpec
from engine.networks.presets import PRESETS

TANH = TanhSpec()
_LENET = "Y. LeCun, L. Bottou, Y. Bengio, P. Haffner"
_LENET_PAPER = "Gradient-based learning applied to document recognition, Proc. IEEE 86 (1998)"


def lenet5() -> Draft:
    """As it is taught today, for 28×28: the preset of that name."""
    stack = PRESETS["lenet5"].stack
    draft = Draft(stack.input_shape)
    draft.chain(draft.input, *stack.layers)
    return draft


def lenet5_1998() -> Draft:
    """As published: sparse C3, trainable subsampling, radial basis output, for 32×32."""
    draft = Draft((1, 32, 32))
    read = (3,) * 6 + (4,) * 9 + (6,)
    x = draft.chain(draft.input, conv(6, 5), TANH, Subsampling(), TANH)
    x = draft.chain(x, SparseConv2d(read), TANH, Subsampling(), TANH)
    draft.chain(x, conv(120, 5), TANH, FLATTEN, dense(84), TANH, RadialBasis())
    return draft


def alexnet_two_towers() -> Draft:
    """As published: groups where each of two graphics cards saw only its own half."""
    draft = Draft((3, 227, 227))
    x = draft.chain(draft.input, conv(96, 11, 4), RELU, LOCAL_NORM, max_pool(3, 2))
    x = draft.chain(x, conv(256, 5, 1, 2, 2), RELU, LOCAL_NORM, max_pool(3, 2))
    x = draft.chain(x, conv(384, 3, 1, 1), RELU, conv(384, 3, 1, 1, 2), RELU)
    x = draft.chain(x, conv(256, 3, 1, 1, 2), RELU, max_pool(3, 2), FLATTEN)
    x = draft.chain(x, dense(4096), RELU, DROPOUT, dense(4096), RELU, DROPOUT)
    draft.chain(x, dense(1000))
    return draft


def alexnet() -> Draft:
    """One tower, as torchvision has it."""
    draft = Draft(IMAGE)
    x = draft.chain(draft.input, conv(64, 11, 4, 2), RELU, max_pool(3, 2))
    x = draft.chain(x, conv(192, 5, 1, 2), RELU, max_pool(3, 2))
    x = draft.chain(x, conv(384, 3, 1, 1), RELU, conv(256, 3, 1, 1), RELU)
    x = draft.chain(x, conv(256, 3, 1, 1), RELU, max_pool(3, 2), FLATTEN)
    x = draft.chain(x, DROPOUT, dense(4096), RELU, DROPOUT, dense(4096), RELU)
    draft.chain(x, dense(1000))
    return draft


def zfnet() -> Draft:
    """Figure 3 of the paper."""
    draft = Draft(IMAGE)
    x = draft.chain(draft.input, conv(96, 7, 2, 1), RELU, max_pool(3, 2, 1), LOCAL_NORM)
    x = draft.chain(x, conv(256, 5, 2), RELU, max_pool(3, 2, 1), LOCAL_NORM)
    x = draft.chain(x, conv(384, 3, 1, 1), RELU, conv(384, 3, 1, 1), RELU)
    x = draft.chain(x, conv(256, 3, 1, 1), RELU, max_pool(3, 2), FLATTEN)
    x = draft.chain(x, dense(4096), RELU, DROPOUT, dense(4096), RELU, DROPOUT)
    draft.chain(x, dense(1000))
    return draft


def network_in_network() -> Draft:
    """The ImageNet version that its authors shared in Caffe's model zoo."""
    draft = Draft(IMAGE)
    x = draft.chain(draft.input, conv(96, 11, 4), RELU, conv(96, 1), RELU, conv(96, 1), RELU)
    x = draft.chain(x, max_pool(3, 2, 1), conv(256, 5, 1, 2), RELU)
    x = draft.chain(x, conv(256, 1), RELU, conv(256, 1), RELU, max_pool(3, 2))
    x = draft.chain(x, conv(384, 3, 1, 1), RELU, conv(384, 1), RELU, conv(384, 1), RELU)
    x = draft.chain(x, max_pool(3, 2), DROPOUT, conv(1024, 3, 1, 1), RELU)
    draft.chain(x, conv(1024, 1), RELU, conv(1000, 1), RELU, GLOBAL_MEAN)
    return draft


EARLY = (
    Architecture(
        "lenet5-1998",
        "LeNet-5 (1998)",
        1998,
        _LENET,
        _LENET_PAPER,
        "Learnt features instead of hand-made ones: convolution, subsampling and dense layers "
        "trained together, from the picture to the answer. Its third layer reads chosen maps "
        "only, to break symmetry and save weights.",
        "0.95 % error on MNIST; 0.8 % when trained with distorted digits too.",
        Published(
            60_000,
            "the paper, section II.B",
            note="Trainable ones; the 840 numbers of the output patterns are fixed.",
        ),
        lenet5_1998,
    ),
    Architecture(
        "lenet5",
        "LeNet-5 (today)",
        1998,
        _LENET,
        _LENET_PAPER,
        "The same plan as it is taught now: every kernel reads all maps, ReLU for tanh, max "
        "pooling for subsampling, logits for radial basis units.",
        "About 99 % of MNIST's test images, after a few epochs.",
        Published(61_706, "PyTorch, the same layers"),
        lenet5,
    ),
    Architecture(
        "alexnet-two-towers",
        "AlexNet, two towers",
        2012,
        "A. Krizhevsky, I. Sutskever, G. Hinton",
        "ImageNet classification with deep convolutional neural networks, NIPS 2012",
        "Depth at scale: ReLU, dropout and two graphics cards made eight learning layers "
        "trainable on 1.2 million photographs. The cards share maps in the third convolution only.",
        "Won ILSVRC-2012 with 15.3 % top-5 error (several networks together; the second had 26.2 "
        "%). One network: 40.7 % top-1 and 18.2 % top-5 error on the validation images.",
        Published(60_965_224, "the paper's layer sizes; it says 60 million"),
        alexnet_two_towers,
        Accuracy(59.3, 81.8, "the paper, table 2, one network"),
    ),
    Architecture(
        "alexnet",
        "AlexNet, one tower",
        2014,
        "A. Krizhevsky",
        "One weird trick for parallelizing convolutional neural networks, arXiv 1404.5997",
        "AlexNet for one card: no groups, slightly fewer kernels, no response norms.",
        "The report is about speed. torchvision's weights: 43.5 % top-1, 20.9 % top-5 error.",
        Published(61_100_840, "torchvision, alexnet"),
        alexnet,
        Accuracy(56.522, 79.066, "torchvision, IMAGENET1K_V1"),
    ),
    Architecture(
        "zfnet",
        "ZFNet",
        2013,
        "M. Zeiler, R. Fergus",
        "Visualizing and understanding convolutional networks, ECCV 2014",
        "Looked inside: maps traced back to pixels showed that AlexNet's first layer was too "
        "coarse. 7×7 kernels with stride 2 in place of 11×11 with stride 4.",
        "One network: 38.4 % top-1 and 16.5 % top-5 error on the validation images.",
        Published(
            62_357_608,
            "Computational Analysis and Deep Learning for Medical Care (2021), table 1.4",
            is_secondary=True,
            note="The paper itself states no total.",
        ),
        zfnet,
        Accuracy(61.6, 83.5, "the paper, table 2, one network"),
    ),
    Architecture(
        "nin",
        "Network in Network",
        2013,
        "M. Lin, Q. Chen, S. Yan",
        "Network in network, ICLR 2014",
        "1×1 convolutions: a small dense network at every position. Global average pooling in "
        "place of the dense layers that held most of the weights.",
        "8.81 % error on CIFAR-10, with augmentation. The ImageNet version came after the paper.",
        Published(7_600_000, "Caffe's model zoo, a file of 29 MB", is_rounded=True),
        network_in_network,
        Accuracy(59.36, None, "Caffe's model zoo"),
    ),
)
