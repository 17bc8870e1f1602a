"""Every fix that is offered solves the first problem; where there is none, nothing is offered."""

import numpy as np
import pytest

from engine.layers import (
    BatchNorm2dSpec,
    Conv1dSpec,
    Conv2dSpec,
    DenseSpec,
    FlattenSpec,
    MaxPool2dSpec,
    ReLUSpec,
)
from engine.layers.reading import UnknownSettingSpec, UnknownSpec
from engine.layers.spec import registered_specs
from engine.networks.fixes import MOST, propose_fixes
from engine.networks.presets import DIGITS, PRESETS
from engine.networks.stack import Stack, describe

STRANGE = UnknownSettingSpec.from_dict({"kind": "ReLU", "magic": 1})
ENDING = (FlattenSpec(), DenseSpec(10))


def labels(*layers, input_shape=DIGITS, wanted=None):
    stack = Stack("Test", input_shape, layers)
    return [fix.label for fix in propose_fixes(stack, 10, wanted)]


@pytest.mark.parametrize("key", PRESETS)
def test_a_stack_that_works_needs_no_fix(key):
    assert propose_fixes(PRESETS[key].stack, 10, DIGITS) == ()


@pytest.mark.parametrize(
    ("layers", "label"),
    [
        ((Conv2dSpec(), DenseSpec(10)), "Insert Flatten"),
        ((FlattenSpec(), MaxPool2dSpec(), DenseSpec(10)), "Move it before Flatten"),
        ((FlattenSpec(), BatchNorm2dSpec(), DenseSpec(10)), "Remove Batch normalisation"),
        ((Conv2dSpec(4, (29, 29)), *ENDING), "Set its padding to 14"),
        ((Conv2dSpec(4, (30, 30)), *ENDING), "Set its padding to ‘same’"),
        ((Conv2dSpec(4, (29, 29)), *ENDING), "Set the kernel to 28×28"),
        (
            (MaxPool2dSpec((7, 7), (7, 7)), Conv2dSpec(4, (5, 5)), *ENDING),
            "Remove the pooling of layer 1",
        ),
        ((Conv2dSpec(4, (28, 28)), MaxPool2dSpec(), *ENDING), "Remove this pooling"),
        ((MaxPool2dSpec(padding=(2, 2)), *ENDING), "Set its padding to 1"),
        ((Conv2dSpec(6), Conv2dSpec(6, groups=4), *ENDING), "Set the groups to 2"),
        ((Conv1dSpec(), *ENDING), "Use Convolution 2-D instead"),
        ((UnknownSpec.from_dict({"kind": "Magic"}), *ENDING), "Remove the layer"),
        ((STRANGE, *ENDING), "Leave out magic"),
        ((STRANGE, *ENDING), "Remove the layer"),
        ((FlattenSpec(), DenseSpec(12), ReLUSpec()), "Give layer 2 10 outputs"),
        ((FlattenSpec(),), "Add Dense with 10 outputs"),
        ((Conv2dSpec(10),), "Add Flatten and Dense with 10 outputs"),
        ((Conv2dSpec(10),), "Add global average pooling"),
        ((), "Add Flatten and Dense with 10 outputs"),
    ],
)
def test_the_natural_fix_is_among_those_offered(layers, label):
    assert label in labels(*layers)


def test_the_input_is_fixed_when_all_else_is_right():
    assert labels(*ENDING, input_shape=(3, 32, 32), wanted=DIGITS) == ["Set the input to 1×28×28"]


def test_fixes_of_random_stacks_solve_the_first_problem():
    rng = np.random.default_rng(4)
    kinds = list(registered_specs().values())
    offered = without = 0
    for _ in range(400):
        layers = tuple(kinds[rng.integers(len(kinds))]() for _ in range(rng.integers(1, 7)))
        shape = ((1, 28, 28), (3, 5, 9), (2, 16))[rng.integers(3)]
        stack = Stack("Random", shape, layers)
        report = describe(stack, 10)
        fixes = propose_fixes(stack, 10)
        assert len(fixes) <= MOST
        assert bool(fixes) <= bool(report.problem)
        without += bool(report.problem) and not fixes
        for fix in fixes:
            offered += 1
            assert -1 <= fix.row < len(fix.stack.layers)
            after = describe(fix.stack, 10)
            assert after.problem != report.problem
            if report.faulty_row is None:
                assert after.problem is None
    assert offered > 400
    assert without == 0
