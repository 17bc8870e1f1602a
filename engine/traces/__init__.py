"""One-window explanations of what the layers compute.

Each pass of a layer is a ``Trace``: a sequence of ``Step``, one per window, made when it is read.
"""

from engine.traces.activation import ActivationBackward, ActivationForward
from engine.traces.conv1d import conv1d_case
from engine.traces.conv2d import Conv2dForward
from engine.traces.conv2d_case import Conv2dCase, four_by_four
from engine.traces.conv2d_input import GradInputCorrelation, GradInputScatter
from engine.traces.conv2d_parameters import (
    GradBias,
    GradKernelAccumulation,
    GradKernelCorrelation,
)
from engine.traces.dense import (
    DenseCase,
    DenseForward,
    DenseGradBias,
    DenseGradInput,
    DenseGradWeight,
)
from engine.traces.loss import (
    CrossEntropyBackward,
    CrossEntropyForward,
    SoftmaxForward,
    SoftmaxTerms,
)
from engine.traces.model import Cell, CellKind, Grid, Role, Rule, State, Step, Term, Update
from engine.traces.pooling import (
    AvgPoolBackward,
    AvgPoolForward,
    MaxPoolBackward,
    MaxPoolForward,
    PoolCase,
)
from engine.traces.sentence import Clause, Token, TokenKind, plain, sentence
from engine.traces.trace import Trace

__all__ = [
    "ActivationBackward",
    "ActivationForward",
    "AvgPoolBackward",
    "AvgPoolForward",
    "Cell",
    "CellKind",
    "Clause",
    "Conv2dCase",
    "Conv2dForward",
    "CrossEntropyBackward",
    "CrossEntropyForward",
    "DenseCase",
    "DenseForward",
    "DenseGradBias",
    "DenseGradInput",
    "DenseGradWeight",
    "GradBias",
    "GradInputCorrelation",
    "GradInputScatter",
    "GradKernelAccumulation",
    "GradKernelCorrelation",
    "Grid",
    "MaxPoolBackward",
    "MaxPoolForward",
    "PoolCase",
    "Role",
    "Rule",
    "SoftmaxForward",
    "SoftmaxTerms",
    "State",
    "Step",
    "Term",
    "Token",
    "TokenKind",
    "Trace",
    "Update",
    "conv1d_case",
    "four_by_four",
    "plain",
    "sentence",
]
