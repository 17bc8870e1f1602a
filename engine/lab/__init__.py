"""The sliding-window lab without a window: its state, its operations, its edits."""

from engine.lab.examples import example_state
from engine.lab.operations import OPERATIONS, OperationInfo, PassInfo, Way, axes, trace_of
from engine.lab.state import LabState, Operation, Pass, PictureKind

__all__ = [
    "OPERATIONS",
    "LabState",
    "Operation",
    "OperationInfo",
    "Pass",
    "PassInfo",
    "PictureKind",
    "Way",
    "axes",
    "example_state",
    "trace_of",
]
