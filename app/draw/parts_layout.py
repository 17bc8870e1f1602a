"""A layout whose parts have places of their own, which no layout of Qt's could give them."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class PartsLayout(QLayout):
    """Keeps the parts; subclasses place them in ``setGeometry``, by ``parts`` in their order."""

    def __init__(self, parent: QWidget, parts: tuple[QWidget, ...]) -> None:
        super().__init__(parent)
        self.parts: list[QLayoutItem] = []
        for part in parts:
            self.addWidget(part)

    def addItem(self, item: QLayoutItem) -> None:
        """Take in one more part."""
        self.parts.append(item)

    def count(self) -> int:
        """How many parts there are."""
        return len(self.parts)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """One part, or ``None`` where there is none."""
        return self.parts[index] if 0 <= index < len(self.parts) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Take a part out."""
        return self.parts.pop(index) if 0 <= index < len(self.parts) else None

    def minimumSize(self) -> QSize:
        """As small as the widget itself lets it be."""
        return QSize(0, 0)

    def sizeHint(self) -> QSize:
        """No more than is needed: what there is beyond, it takes."""
        return self.minimumSize()
