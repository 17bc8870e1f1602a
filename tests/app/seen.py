"""What can be read on the screen: the texts of all that can be seen, and of its tool tips."""

from collections.abc import Iterator

from PySide6.QtWidgets import QApplication, QComboBox, QStatusBar, QWidget


def seen_texts(*windows: QWidget) -> list[str]:
    """Every text in these windows, or in all that are open: labels, buttons, painted words, tips.

    What a box offers to choose from is not said of anything, and left out.
    """
    found: list[str] = []
    for window in windows or [one for one in QApplication.topLevelWidgets() if one.isVisible()]:
        for widget in (window, *window.findChildren(QWidget)):
            if widget.isVisible() and not isinstance(widget, QComboBox):
                found += [widget.windowTitle(), *_texts_of(widget)]
    return [text for text in found if text]


def _texts_of(widget: QWidget) -> Iterator[str]:
    yield widget.toolTip()
    yield widget.accessibleDescription()
    if isinstance(widget, QStatusBar):
        yield widget.currentMessage()
    for name in ("text", "words", "title", "sentence"):
        told = getattr(widget, name, "")
        told = told() if callable(told) else told
        if isinstance(told, str):
            yield told
