"""One-window explanations of what the layers compute.

Each pass of a layer is a ``Trace``: a sequence of ``Step``, one per window, made when it is read.
"""

from engine.traces.conv2d import Conv2dCase, Conv2dForward
from engine.traces.conv2d_input import GradInputCorrelation, GradInputScatter
from engine.traces.conv2d_parameters import (
    GradBias,
    GradKernelAccumulation,
    GradKernelCorrelation,
)
from engine.traces.examples import four_by_four
from engine.traces.model import Cell, CellKind, Grid, Role, State, Step, Term, Update
from engine.traces.sentence import Clause, Token, TokenKind, plain, sentence
from engine.traces.trace import Trace

__all__ = [
    "Cell",
    "CellKind",
    "Clause",
    "Conv2dCase",
    "Conv2dForward",
    "GradBias",
    "GradInputCorrelation",
    "GradInputScatter",
    "GradKernelAccumulation",
    "GradKernelCorrelation",
    "Grid",
    "Role",
    "State",
    "Step",
    "Term",
    "Token",
    "TokenKind",
    "Trace",
    "Update",
    "four_by_four",
    "plain",
    "sentence",
]
