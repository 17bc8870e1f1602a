"""A page below the curves that needs more room than a table does."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget


class TallPage(QWidget):
    """Base of such pages.

    Attributes:
        wanted_height: How high it would like to be, at scale 1.
        key: A short name under which its share of the room is remembered.
    """

    wanted_height: ClassVar[int] = 400
    key: ClassVar[str] = ""

    def sizeHint(self) -> QSize:
        """No more than it needs: what there is beyond, it gets anyhow."""
        return self.minimumSizeHint()

    def hasHeightForWidth(self) -> bool:
        """No: else the view would be as high as all that is in it prefers, and scroll."""
        return False
