"""A page below the curves that needs more room than a table does."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QStackedLayout, QWidget

from app.kit.maps.watched import Watched
from app.look.restyled import Restyled
from app.look.text import Text
from app.look.theme import px


class TallPage(Watched, Restyled, QWidget):
    """Base of such pages.

    Attributes:
        promise: What is said as long as there is nothing to show.
        wanted_height: How high it would like to be, at scale 1.
        key: A short name under which its share of the room is remembered.

    Signals:
        watched_changed: Whether the page can be seen: what nobody looks at is not computed.
    """

    wanted_height: ClassVar[int] = 400
    key: ClassVar[str] = ""

    def sizeHint(self) -> QSize:
        """No more than it needs: what there is beyond, it gets anyhow."""
        return self.minimumSizeHint()

    def show_content(self, *, is_empty: bool) -> None:
        """Show what there is, or say what will be here."""
        self._stack.setCurrentIndex(0 if is_empty else 1)

    def _hold(self, content: QWidget, promise: str) -> None:
        """Take ``content`` in, and what is said in its place as long as there is nothing."""
        self.promise = Text(promise, 14, role="muted")
        self.promise.setWordWrap(True)
        self.promise.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.promise)
        self._stack.addWidget(content)

    def hasHeightForWidth(self) -> bool:
        """No: else the view would be as high as all that is in it prefers, and scroll."""
        return False


class TwoPartPage(TallPage):
    """A page whose parts stand beside each other where there is room, else above each other.

    Attributes:
        wide: From which width on its halves stand side by side, at scale 1.
        narrow: Below which width what stands side by side in a half no longer does.
    """

    wide: ClassVar[int] = 1300
    narrow: ClassVar[int] = 480

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put side by side what there is room for."""
        super().resizeEvent(event)
        self._arrange()

    def _turn(self, halves: QBoxLayout, parts: QBoxLayout) -> bool:
        """Turn two rows of widgets as the width asks; say whether the page is wide."""
        direction = QBoxLayout.Direction
        is_wide, is_narrow = self.width() >= px(self.wide), self.width() < px(self.narrow)
        halves.setDirection(direction.LeftToRight if is_wide else direction.TopToBottom)
        parts.setDirection(direction.TopToBottom if is_narrow else direction.LeftToRight)
        return is_wide

    def _arrange(self) -> None:
        """Turn the page's rows and share out the room; called whenever the width may be new."""
        raise NotImplementedError
