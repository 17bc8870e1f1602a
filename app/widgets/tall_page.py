"""A page below the curves that needs more room than a table does."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtWidgets import QWidget


class TallPage(QWidget):
    """Base of such pages.

    Attributes:
        wanted_height: How high it would like to be, at scale 1.
        key: A short name under which its share of the room is remembered.
    """

    wanted_height: ClassVar[int] = 400
    key: ClassVar[str] = ""
