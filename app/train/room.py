"""Pages below the curves, and how high they are: tall ones may have the curves' room as well."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QStackedLayout, QToolButton, QWidget

from app.kit.layout.empty_state import EmptyState
from app.look.icons import icon
from app.look.restyled import Restyled, WidgetMixin
from app.look.theme import px
from app.state.settings import Setting
from app.train.part import TrainContext, TrainPart

_USUAL_SHARE = 0.4
_NARROW = 700
_MODES = ("auto", "folded", "open")


class Watched(WidgetMixin):
    """Says whether it can be seen; stands before Qt's class among the bases.

    Signals:
        watched_changed: Whether it can be seen.
    """

    watched_changed = Signal(bool)

    def showEvent(self, event: QShowEvent) -> None:
        """Somebody looks."""
        super().showEvent(event)
        self.watched_changed.emit(True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks any more."""
        super().hideEvent(event)
        self.watched_changed.emit(False)


class TallPage(Watched, Restyled, QWidget):
    """Base of the pages below the curves that need more room than a table does.

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
        self.promise = EmptyState("Nothing to see yet", promise)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.promise)
        self._stack.addWidget(content)

    def hasHeightForWidth(self) -> bool:
        """No: else the view would be as high as all that is in it prefers, and scroll."""
        return False


class TwoPartPage(TallPage):
    """A page whose parts stand side by side where there is room, else above each other.

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


class TrainRoom(TrainPart):
    """Shares the height between curves and page, and remembers what the user made of it.

    Where there is not enough for both, a tall page folds the curves away; the button next to
    the names of the pages brings them back.
    """

    def __init__(self, context: TrainContext, parent: QObject | None = None) -> None:
        super().__init__(context, parent)
        self._split, self._pages = context.view.split, context.view.pages
        plots = self._split.widget(0)
        assert plots is not None  # noqa: S101 - the view has put them there
        self._plots = plots
        self.fold = QToolButton()
        self.fold.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        context.view.top_row.add(self.fold)
        self.fold.clicked.connect(self.toggle)
        self._pages.page_shown.connect(self.place)
        self._split.splitterMoved.connect(self._remember)
        self._split.installEventFilter(self)
        self.place()

    @property
    def is_folded(self) -> bool:
        """Whether the curves are folded away."""
        return self._plots.isHidden()

    @Slot()
    def toggle(self) -> None:
        """Fold the curves away, or bring them back; that is remembered of the page."""
        page = self._page
        if page is not None:
            self.context.settings.set(_mode(page), "open" if self.is_folded else "folded")
            self.place()

    @property
    def _page(self) -> TallPage | None:
        page = self._pages.stack.currentWidget()
        return page if isinstance(page, TallPage) else None

    @Slot()
    def place(self) -> None:
        """Give the page that is shown its room."""
        page, settings = self._page, self.context.settings
        total = self._split.height()
        self.fold.setVisible(page is not None)
        mode = "open" if page is None else settings.get(_mode(page))
        wanted = 0 if page is None else px(page.wanted_height) + px(40)
        has_room = total >= wanted + self._plots.minimumHeight()
        is_folded = mode == "folded" or (mode == "auto" and not has_room)
        self._plots.setVisible(not is_folded)
        self._show_fold(is_folded=is_folded)
        if not is_folded:
            usual = _USUAL_SHARE if page is None else min(0.8, wanted / max(total, 1))
            lower = round(total * (settings.get(_share(page)) or usual))
            self._split.setSizes([total - lower, lower])

    @Slot(int, int)
    def _remember(self, _position: int, _index: int) -> None:
        upper, lower = self._split.sizes()
        if upper and lower:
            self.context.settings.set(_share(self._page), lower / (upper + lower))

    def _show_fold(self, *, is_folded: bool) -> None:
        words = "Show the curves" if is_folded else "Hide the curves"
        style = Qt.ToolButtonStyle
        has_room = self._split.width() >= px(_NARROW)
        self.fold.setToolButtonStyle(
            style.ToolButtonTextBesideIcon if has_room else style.ToolButtonIconOnly
        )
        self.fold.setText(words)
        self.fold.setAccessibleName(words)
        self.fold.setIcon(icon("down" if is_folded else "up"))
        self.fold.setIconSize(QSize(px(16), px(16)))
        self.fold.setToolTip(
            "Loss and accuracy come back above this page"
            if is_folded
            else "This page gets the room that loss and accuracy take up"
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Share the room again when there is more or less of it."""
        if watched is self._split and event.type() == QEvent.Type.Resize:
            self.place()
        return super().eventFilter(watched, event)


def _mode(page: TallPage) -> Setting[str]:
    return Setting(f"train/curves_{page.key}", "auto", choices=_MODES)


def _share(page: TallPage | None) -> Setting[float]:
    """How much of the height a page has, 0 as long as nobody has pulled at it."""
    name = page.key if page is not None else "table"
    return Setting(f"train/share_{name}", 0.0, minimum=0.0, maximum=1.0)
