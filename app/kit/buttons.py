"""Buttons: an icon with its words in the tooltip, and words that change in a place that stays."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget

from app.look.icons import icon

_GREYED = "{tip}: {why_not}"


def icon_button(name: str, tip: str, parent: QWidget | None = None) -> QToolButton:
    """Return a button with an icon; its name for those who cannot see it is ``tip`` without keys.

    Tab reaches it, a click does not take the focus: the keys of what is around it go on working.
    """
    button = QToolButton(parent)
    button.setIcon(icon(name))
    button.setToolTip(tip)
    button.setAccessibleName(tip.partition(" (")[0].partition(":")[0])
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


def allow(what: QWidget | QAction, why_not: str, tip: str) -> None:
    """Offer something, or grey it and say in its tooltip why; an empty reason means that it works.

    Args:
        what: A button, a choice or an action.
        why_not: What it waits for.
        tip: What the tooltip says of it in any case.
    """
    what.setEnabled(not why_not)
    what.setToolTip(_GREYED.format(tip=tip, why_not=why_not) if why_not else tip)


class SteadyButton(QPushButton):
    """A button whose words change; it has room for the longest, so that its row stays in place."""

    def __init__(self, *words: str, parent: QWidget | None = None) -> None:
        super().__init__(words[0], parent)
        self._words = words

    def sizeHint(self) -> QSize:
        """Room for any of its words, and never less: Qt takes it for the least, too."""
        size, metrics = super().sizeHint(), self.fontMetrics()
        widths = {  # as Qt measures them, to the pixel
            word: metrics.size(Qt.TextFlag.TextShowMnemonic, word).width()
            for word in (*self._words, self.text())
        }
        return QSize(size.width() + max(widths.values()) - widths[self.text()], size.height())
