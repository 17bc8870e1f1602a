"""The rail on the left: one entry per workspace, the open one marked."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QVBoxLayout, QWidget

from app.kit.workspace import Workspace
from app.look.icons import paint_icon
from app.look.painting import painted
from app.look.restyled import STYLE, Restyled
from app.look.theme import current_theme, font, px
from app.shell.workspaces import WorkspaceInfo

_WIDTH = 76
_HEIGHT = 62


class RailButton(QAbstractButton):
    """An icon with a word under it; the open workspace has the accent at its left edge."""

    def __init__(self, workspace: WorkspaceInfo[Workspace], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon_name = workspace.icon_name
        self.setText(workspace.title)
        self.setCheckable(True)
        self.setToolTip(f"{workspace.title} ({workspace.shortcut})")
        self.setAccessibleName(workspace.title)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def sizeHint(self) -> QSize:
        """Return the entry's size at the present scale."""
        return QSize(px(_WIDTH), px(_HEIGHT))

    @painted
    def paintEvent(self, _event: QPaintEvent, painter: QPainter) -> None:
        """Draw the ground, the icon, the word, and the mark of the open one."""
        theme = current_theme()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        box = QRectF(self.rect()).adjusted(px(8), px(3), -px(8), -px(3))
        if self.isChecked() or self.underMouse() or self.hasFocus():
            ground = theme.selected if self.isChecked() else theme.hover
            painter.setBrush(QColor(ground))
            painter.drawRoundedRect(box, px(8), px(8))
        if self.hasFocus():
            painter.setPen(QColor(theme.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), px(8), px(8))
        colour = theme.accent if self.isChecked() else theme.text_muted
        side = px(24)
        icon_box = QRectF(0, 0, side, side)
        icon_box.moveCenter(box.center())
        icon_box.moveTop(box.top() + px(7))
        paint_icon(painter, self._icon_name, icon_box, colour)
        painter.setPen(QColor(colour))
        painter.setFont(font(12))
        words = QRectF(box.left(), icon_box.bottom(), box.width(), box.bottom() - icon_box.bottom())
        painter.drawText(words, Qt.AlignmentFlag.AlignCenter, self.text())


class Rail(Restyled, QWidget):
    """The entries, one of which is open."""

    restyled_by = STYLE

    workspace_chosen = Signal(str)

    def __init__(
        self, workspaces: Iterable[WorkspaceInfo[Workspace]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._buttons: dict[str, RailButton] = {}
        self._group = QButtonGroup(self)
        self._layout = QVBoxLayout(self)
        self._layout.setSpacing(0)
        for workspace in workspaces:
            button = RailButton(workspace)
            button.clicked.connect(partial(self.workspace_chosen.emit, workspace.key))
            self._group.addButton(button)
            self._layout.addWidget(button)
            self._buttons[workspace.key] = button
        self._layout.addStretch()
        self.follow_theme()

    def button(self, key: str) -> RailButton:
        """Return the entry of a workspace."""
        return self._buttons[key]

    def mark(self, key: str) -> None:
        """Show which workspace is open."""
        self._buttons[key].setChecked(True)

    def _restyle(self) -> None:
        self._layout.setContentsMargins(0, px(8), 0, px(8))
        self.setFixedWidth(px(_WIDTH))
        for button in self._buttons.values():
            button.setFixedHeight(px(_HEIGHT))
