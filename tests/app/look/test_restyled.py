"""Widgets that follow the theme: from when on, on which changes, and that none forgets to."""

import importlib
import inspect
import pkgutil

from PySide6.QtCore import QEvent
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QApplication, QFrame
from pytestqt.qtbot import QtBot

import app
from app.look.restyled import COLOURS, Restyled


class _Card(Restyled, QFrame):
    """Counts how often it takes on the theme."""

    def __init__(self) -> None:
        super().__init__()
        self.seen = 0

    def _restyle(self) -> None:
        self.seen += 1


class _Swatch(_Card):
    restyled_by = COLOURS


def test_half_made_widget_is_not_restyled(qtbot: QtBot) -> None:
    card = _Card()
    qtbot.addWidget(card)
    QApplication.sendEvent(card, QEvent(QEvent.Type.StyleChange))
    assert card.seen == 0
    card.follow_theme()
    assert card.seen == 1


def test_sizes_follow_font_and_style_sheet(qtbot: QtBot) -> None:
    card = _Card()
    qtbot.addWidget(card)
    card.follow_theme()
    card.setFont(QFont("Inter", 30))
    assert card.seen == 2
    QApplication.sendEvent(card, QEvent(QEvent.Type.StyleChange))
    assert card.seen == 3
    card.setPalette(QPalette("navy"))
    assert card.seen == 3


def test_widget_may_name_what_it_answers(qtbot: QtBot) -> None:
    swatch = _Swatch()
    qtbot.addWidget(swatch)
    swatch.follow_theme()
    swatch.setFont(QFont("Inter", 30))
    assert swatch.seen == 1
    swatch.setPalette(QPalette("navy"))
    assert swatch.seen == 2


def _restyled_classes() -> list[type[Restyled]]:
    for module in pkgutil.walk_packages(app.__path__, "app."):
        if module.name != "app.__main__":
            importlib.import_module(module.name)
    found = [Restyled]
    for one in found:
        found.extend(one.__subclasses__())
    return [one for one in found if one.__module__.startswith("app.")]


def test_every_widget_says_that_it_follows_the_theme() -> None:
    classes = [one for one in _restyled_classes() if not one.__subclasses__()]
    assert len(classes) > 50
    silent = [
        one.__name__
        for one in classes
        if not any(
            "self.follow_theme()" in inspect.getsource(base)
            for base in one.__mro__
            if base.__module__.startswith("app.") and base is not Restyled
        )
    ]
    assert silent == []
