"""What famous networks cost: layer tables computed from drafts that hold no weights."""

from engine.costs.architecture import Accuracy, Architecture, Published
from engine.costs.branching import BRANCHING
from engine.costs.convnext import CONVNEXT
from engine.costs.draft import CostReport, CostRow, Draft, Node
from engine.costs.early import EARLY
from engine.costs.mobile import MOBILE
from engine.costs.residual import RESIDUAL
from engine.costs.vgg import VGG

ARCHITECTURES: dict[str, Architecture] = {
    entry.key: entry for entry in (*EARLY, *VGG, *BRANCHING, *RESIDUAL, *MOBILE, *CONVNEXT)
}
"""All famous networks by key."""

__all__ = [
    "ARCHITECTURES",
    "Accuracy",
    "Architecture",
    "CostReport",
    "CostRow",
    "Draft",
    "Node",
    "Published",
]
