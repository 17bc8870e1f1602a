"""Famous networks: totals as published, literal and with their source, from drafts alone."""

import itertools
import time

import pytest

from engine.basics.errors import ShapeError
from engine.costs import ARCHITECTURES, Draft
from engine.costs.cost_specs import (
    CeilMaxPool,
    Concatenation,
    LayerNorm,
    LayerScale,
    ResidualSum,
    SqueezeExcitation,
)
from engine.costs.parts import conv, dense
from engine.networks.stack import describe

# torchvision 0.2x: sum of p.numel() over model.parameters(), as its documentation lists num_params
TORCHVISION = {
    "alexnet": 61_100_840,
    "vgg11": 132_863_336,
    "vgg13": 133_047_848,
    "vgg16": 138_357_544,
    "vgg19": 143_667_240,
    "googlenet-torchvision": 6_624_904,
    "squeezenet1_0": 1_248_424,
    "squeezenet1_1": 1_235_496,
    "resnet18": 11_689_512,
    "resnet34": 21_797_672,
    "resnet50": 25_557_032,
    "resnet101": 44_549_160,
    "resnet152": 60_192_808,
    "densenet121": 7_978_856,
    "mobilenet_v2": 3_504_872,
    "efficientnet_b0": 5_288_548,
    "convnext_tiny": 28_589_128,
}
# GFLOPS of torchvision's documentation (it counts a multiply-add as one), two decimals
MULTIPLY_ADDS = {
    "alexnet": 0.71,
    "vgg11": 7.61,
    "vgg13": 11.31,
    "vgg16": 15.47,
    "vgg19": 19.63,
    "googlenet-torchvision": 1.50,
    "squeezenet1_0": 0.82,
    "squeezenet1_1": 0.35,
    "resnet18": 1.81,
    "resnet34": 3.66,
    "resnet50": 4.09,
    "resnet101": 7.80,
    "resnet152": 11.51,
    "densenet121": 2.83,
    "mobilenet_v2": 0.30,
    "efficientnet_b0": 0.39,
    "convnext_tiny": 4.46,
}
OTHERS = {
    "lenet5-1998": 60_000,  # the paper, trainable parameters
    "lenet5": 61_706,  # PyTorch
    "alexnet-two-towers": 60_965_224,  # the paper's layer sizes
    "zfnet": 62_357_608,  # sum of a survey's table
    "nin": 7_595_176,  # Caffe's 29 MB file: 7,595,176 · 4 bytes = 28.97 MiB
    "googlenet": 6_998_552,  # Caffe's bvlc_googlenet, without auxiliary classifiers
    "mobilenet_v1": 4_231_976,  # Keras, trainable
}


@pytest.mark.parametrize(("key", "total"), (TORCHVISION | OTHERS).items())
def test_the_total_is_the_published_one_to_the_parameter(key, total):
    assert ARCHITECTURES[key].report.parameters == total


def test_every_network_is_checked():
    assert set(TORCHVISION) | set(OTHERS) == set(ARCHITECTURES)


@pytest.mark.parametrize(("key", "billions"), MULTIPLY_ADDS.items())
def test_multiply_adds_are_those_of_torchvision(key, billions):
    assert round(ARCHITECTURES[key].report.multiply_adds / 1e9, 2) == pytest.approx(billions)


def test_keras_also_counts_running_averages():
    mobilenet = ARCHITECTURES["mobilenet_v1"]
    assert mobilenet.counted == 4_253_864
    assert mobilenet.report.running_averages == 21_888


def test_what_differs_is_marked_as_rounded():
    for entry in ARCHITECTURES.values():
        assert (entry.difference == 0) != entry.published.is_rounded, entry.title
    assert ARCHITECTURES["nin"].difference == -4_824
    assert ARCHITECTURES["googlenet"].difference == 200_852


def test_the_layers_of_lenet_1998_have_the_parameters_of_the_paper():
    rows = ARCHITECTURES["lenet5-1998"].report.rows
    learning = [row.parameters for row in rows if row.parameters]
    assert learning == [156, 12, 1_516, 32, 48_120, 10_164]
    assert [row.output_shape for row in rows if row.parameters] == [
        (6, 28, 28), (6, 14, 14), (16, 10, 10), (16, 5, 5), (120, 1, 1), (84,),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("key", "name", "shape"),
    [
        ("googlenet", "Inception 3a", (256, 28, 28)),
        ("googlenet", "Inception 4e", (832, 14, 14)),
        ("googlenet-torchvision", "Inception 5b", (1024, 7, 7)),
        ("resnet50", "Stage 1, block 3", (256, 56, 56)),
        ("resnet152", "Stage 4, block 3", (2048, 7, 7)),
        ("densenet121", "Transition 3", (512, 7, 7)),
        ("densenet121", "Dense block 4, layer 16", (1024, 7, 7)),
        ("squeezenet1_1", "Fire 9", (512, 13, 13)),
        ("mobilenet_v2", "Stage 7, block 1", (320, 7, 7)),
        ("efficientnet_b0", "Stage 7, block 1", (320, 7, 7)),
        ("convnext_tiny", "Stage 4, block 3", (768, 7, 7)),
        ("vgg16", "Block 5", (512, 7, 7)),
    ],
)
def test_blocks_end_in_the_shapes_of_the_papers(key, name, shape):
    rows = [row for row in ARCHITECTURES[key].report.rows if row.block == name]
    assert rows[-1].output_shape == shape


def test_all_end_in_one_number_per_class():
    for entry in ARCHITECTURES.values():
        assert entry.report.rows[-1].output_shape == (
            (10,) if entry.key.startswith("lenet") else (1000,)
        )


def test_sequences_become_stacks_with_the_same_total():
    titles = {key for key, entry in ARCHITECTURES.items() if entry.stack is not None}
    assert titles == {
        "lenet5", "alexnet-two-towers", "alexnet", "zfnet", "nin", "vgg11", "vgg13", "vgg16",
        "vgg19", "mobilenet_v1",
    }  # fmt: skip
    for key in titles:
        stack = ARCHITECTURES[key].stack
        assert stack is not None
        report = describe(stack)
        assert report.problem is None
        assert report.parameters == ARCHITECTURES[key].report.parameters
    assert ARCHITECTURES["mobilenet_v1"].report.substitutions == ("with ReLU for ReLU6",)
    assert ARCHITECTURES["zfnet"].report.substitutions == ("without its local response norms",)
    assert ARCHITECTURES["vgg16"].report.substitutions == ()


def test_every_entry_is_complete_and_every_source_named():
    for entry in ARCHITECTURES.values():
        assert entry.authors
        assert entry.paper
        assert entry.result
        assert len(entry.novelty) > 40
        assert entry.published.source
        assert entry.accuracy is None or (entry.accuracy.source and entry.accuracy.top1 < 100)
    without = {entry.key for entry in ARCHITECTURES.values() if entry.accuracy is None}
    assert without == {"lenet5", "lenet5-1998"}


def test_a_report_of_152_layers_allocates_no_weights_and_takes_no_time_to_speak_of():
    began = time.perf_counter()
    report = ARCHITECTURES["resnet152"].draw().report()
    assert time.perf_counter() - began < 5  # milliseconds in fact: benchmarks measure it
    assert report.parameter_bytes == 4 * 60_192_808
    assert len(report.rows) == 514


def test_pieces_cost_what_their_definitions_say():
    assert SqueezeExcitation(4).cost((32, 9, 9)).parameters == 32 * 4 + 4 + 4 * 32 + 32
    assert LayerNorm().cost((96, 5, 5)).parameters == 192
    assert LayerScale().cost((96, 5, 5)).parameters == 96
    assert Concatenation().output_shape((3, 5, 5), (4, 5, 5)) == (7, 5, 5)


def test_branches_that_do_not_fit_are_refused():
    with pytest.raises(ShapeError, match="equal shapes; it got 3×5×5 and 4×5×5"):
        ResidualSum().output_shape((3, 5, 5), (4, 5, 5))
    with pytest.raises(ShapeError, match="equally large"):
        Concatenation().output_shape((3, 5, 5), (3, 4, 5))
    draft = Draft((3, 8, 8))
    with pytest.raises(ShapeError, match="Insert Flatten"):
        draft.add(dense(10), draft.add(conv(4, 3), draft.input))


@pytest.mark.torch
def test_rounding_up_agrees_with_torch():
    torch = pytest.importorskip("torch")
    for size, kernel, stride, padding in itertools.product(range(4, 14), (2, 3), (1, 2, 3), (0, 1)):
        if padding > kernel // 2:
            continue
        theirs = torch.nn.MaxPool2d(kernel, stride, padding, ceil_mode=True)(
            torch.zeros(1, 1, size, size)
        ).shape[-1]
        assert CeilMaxPool(kernel, stride, padding).output_shape((1, size, size))[1] == theirs
