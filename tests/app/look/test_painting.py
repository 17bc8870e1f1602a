"""No painter stays open when something raises while it paints: the next frame would crash."""

import ast
from pathlib import Path

import pytest
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

import app
from app.build.network_picture import NetworkPicture
from app.look.painting import painted
from engine.networks.presets import PRESETS
from engine.networks.stack import describe

SOURCES = sorted(Path(app.__file__).parent.rglob("*.py"))


def painters_that_nothing_closes(source: str) -> list[int]:
    """The lines that open a painter without ``with``."""
    tree = ast.parse(source)
    closed = {
        id(item.context_expr)
        for node in ast.walk(tree)
        if isinstance(node, ast.With)
        for item in node.items
    }
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).split(".")[-1] == "QPainter"
        and id(node) not in closed
    ]


def test_every_painter_of_the_application_is_opened_by_with():
    found = {
        str(file): lines
        for file in SOURCES
        if (lines := painters_that_nothing_closes(file.read_text(encoding="utf-8")))
    }
    assert found == {}


def test_a_painter_that_nothing_closes_is_found():
    assert painters_that_nothing_closes("painter = QPainter(self)\n") == [1]
    assert painters_that_nothing_closes("with QPainter(self) as painter:\n    pass\n") == []


class Breaking(QWidget):
    """Raises in the middle of its drawing."""

    painter: QPainter

    @painted
    def paintEvent(self, _event, painter):
        """Begin, and fail."""
        self.painter = painter
        painter.fillRect(self.rect(), "red")
        raise ValueError("in the middle")


def test_what_is_raised_while_painting_arrives_and_the_painter_is_closed(qtbot):
    widget = Breaking()
    qtbot.addWidget(widget)
    with pytest.raises(ValueError, match="in the middle"):
        widget.grab()
    assert not widget.painter.isActive()


def test_a_picture_whose_drawing_raises_does_not_end_the_process(qtbot, look, monkeypatch):
    def fail(*_):
        raise ValueError("in the middle")

    picture = NetworkPicture()
    qtbot.addWidget(picture)
    picture.show_report(describe(PRESETS["lenet5"].stack))
    whole = picture.grab().toImage()
    with monkeypatch.context() as patched:
        patched.setattr("app.build.network_picture.draw", fail)
        for _ in range(3):
            with pytest.raises(ValueError, match="in the middle"):
                picture.grab()
    assert picture.grab().toImage() == whole
