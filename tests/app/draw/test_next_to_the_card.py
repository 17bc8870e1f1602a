"""An enlarged map next to its page; what is greyed, and what is small, says so."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox

from app.draw.compare.view import CompareView
from app.draw.keep.drawings_window import DrawingsWindow
from app.draw.meddle.view import MeddleView
from app.draw.shift.view import ShiftView
from app.draw.why.view import WhyView
from engine.insight.shown_layer import Unit
from tests.app.draw.drawn import draw_seven, make_panel, show_view

UNIT = Unit(3, (4, 5, 6))


@pytest.fixture
def panel(qtbot, settings, look):
    return make_panel(qtbot, settings, 1400, 850)


def click(panel, unit=UNIT):
    strips = panel.inside.strips
    QTest.mouseClick(strips, Qt.MouseButton.LeftButton, pos=strips.position_of(unit).toPoint())
    QApplication.processEvents()


def test_the_card_stands_next_to_meddle_and_covers_other_pages(panel, qtbot):
    draw_seven(panel, qtbot)
    click(panel)
    assert panel.side.isHidden()
    panel.inside.close_card()
    assert panel.side.isVisible()
    view = show_view(panel, qtbot, MeddleView)
    click(panel)
    assert view.isVisible()
    assert panel.card.isVisible()
    assert not panel.card.geometry().intersects(panel.side.geometry())
    QTest.mouseClick(panel.card.meddle_bar.mute_button, Qt.MouseButton.LeftButton)
    assert view.back_button.isEnabled()
    panel.side.pages.show_page(0)
    QApplication.processEvents()
    assert panel.card.isHidden()
    assert panel.side.isVisible()


def test_where_there_is_no_width_the_card_says_what_was_changed(panel, qtbot):
    panel.resize(820, 700)
    draw_seven(panel, qtbot)
    show_view(panel, qtbot, MeddleView)
    click(panel)
    assert panel.side.isHidden()
    QTest.mouseClick(panel.card.meddle_bar.mute_button, Qt.MouseButton.LeftButton)
    assert panel.card.meddle_bar.result.isVisible()


def greyed(widget):
    kinds = (QAbstractButton, QComboBox)
    return [each for kind in kinds for each in widget.findChildren(kind) if not each.isEnabled()]


def test_what_is_greyed_in_draw_says_why(panel, qtbot, settings):
    for kind in (None, WhyView, MeddleView, ShiftView, CompareView):
        if kind is not None:
            show_view(panel, qtbot, kind)
        for each in greyed(panel):
            assert ": " in each.toolTip(), (each, each.text() or each.accessibleName())
    draw_seven(panel, qtbot)
    click(panel, Unit(6, (10,)))
    for each in greyed(panel):
        tip = each.toolTip()
        assert ": " in tip, (each, tip)


def test_what_is_greyed_in_my_drawings_says_why(panel, qtbot):
    panel.keeping.open_window()
    window = panel.keeping.window
    assert isinstance(window, DrawingsWindow)
    found = greyed(window)
    assert found
    for each in found:
        assert ": " in each.toolTip(), (each, each.toolTip())
    window.close()


def test_cells_that_are_too_small_for_their_values_are_said_to_be(panel, qtbot):
    draw_seven(panel, qtbot)
    click(panel, Unit(0, (1, 5, 5)))
    side = panel.card.map.cell_side
    assert 0 < side < 28
    said = panel.card.meddle_bar.pointed
    assert f"Cells of {side} px" in said.toolTip()
    click(panel, Unit(11, (3,)))
    assert panel.card.map.cell_side >= 28
    assert said.toolTip() == "Colours: this map's own range."


def test_a_patch_that_slides_counts_its_places_in_a_layout_that_stays(panel, qtbot):
    draw_seven(panel, qtbot)
    view = show_view(panel, qtbot, WhyView)
    said: list[str] = []
    places = []

    def note():
        said.append(view.read_out.text())
        places.append((view.picture.geometry(), view.bar.geometry(), view.sentence.pos()))
        return view.reason is not None and "of 784" not in view.read_out.text()

    qtbot.waitUntil(note, timeout=20_000)
    assert any("places" in text for text in said)
    assert all(place == places[-1] for place in places)
    assert view.bar.isVisible()
