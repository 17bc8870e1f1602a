"""What classes are that are mixed into widgets.

Of Qt's classes a widget inherits one alone: a mixin calls a widget's methods, but is none itself.
It stands before Qt's class among the bases, so that it hears of events first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    WidgetMixin = QWidget
else:
    WidgetMixin = object
