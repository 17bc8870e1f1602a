"""The colours of both themes, by what they are for; their contrast is tested."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Theme:
    """One set of colours, each ``"#rrggbb"``.

    ``input``, ``kernel``, ``output`` and ``gradient`` mark these four roles wherever they appear;
    ``accent`` marks what can be acted on or is chosen, and nothing else.
    """

    name: str
    is_dark: bool
    window: str  # behind everything
    surface: str  # what holds content: cards, fields, the canvas
    raised: str  # buttons and bands on a surface
    hover: str  # under the pointer
    selected: str  # a quiet tint for what is chosen
    border: str
    grid: str  # lines within a grid or plot
    text: str
    text_muted: str
    text_disabled: str
    accent: str
    accent_hover: str
    accent_text: str  # text on the accent
    input: str
    kernel: str
    output: str
    gradient: str
    curve_training: str
    curve_validation: str
    error: str
    warning: str
    success: str
    paper: str  # the drawing canvas
    ink: str
    tooltip: str
    tooltip_text: str
    shadow: str


LIGHT = Theme(
    name="light",
    is_dark=False,
    window="#f4f5f8",
    surface="#ffffff",
    raised="#eceef2",
    hover="#e2e6ed",
    selected="#e3eafc",
    border="#d3d8e0",
    grid="#e3e7ec",
    text="#1a1f28",
    text_muted="#566072",
    text_disabled="#99a1ae",
    accent="#2f5bd0",
    accent_hover="#2549ad",
    accent_text="#ffffff",
    input="#4d6079",
    kernel="#a84c04",
    output="#0b7269",
    gradient="#7a35c9",
    curve_training="#2f5bd0",
    curve_validation="#b85205",
    error="#b3261e",
    warning="#8f5500",
    success="#1b6e3c",
    paper="#ffffff",
    ink="#10131a",
    tooltip="#232933",
    tooltip_text="#f3f5f8",
    shadow="#b9c0cb",
)

DARK = Theme(
    name="dark",
    is_dark=True,
    window="#13161b",
    surface="#1b1f26",
    raised="#272c35",
    hover="#323844",
    selected="#26345a",
    border="#373e4a",
    grid="#2c323c",
    text="#e7eaf0",
    text_muted="#a0a9b8",
    text_disabled="#666f7d",
    accent="#86a8ff",
    accent_hover="#a6c0ff",
    accent_text="#0d1322",
    input="#a8b9d0",
    kernel="#f4a45c",
    output="#4fcfc0",
    gradient="#c5a3ff",
    curve_training="#86a8ff",
    curve_validation="#f4a45c",
    error="#ff8f85",
    warning="#f0b95a",
    success="#74d197",
    paper="#0c0e12",
    ink="#f2f4f8",
    tooltip="#e7eaf0",
    tooltip_text="#1a1f28",
    shadow="#05070a",
)
