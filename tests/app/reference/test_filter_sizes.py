"""Reference, filter sizes: costs side by side, fields that grow, times measured in a thread."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.reference.filter_sizes import VIEWS, FilterSizesPage
from app.reference.filter_timing import FilterTimingWorker
from engine.training.filter_sizes import Chain

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(qtbot, look):
    page = FilterSizesPage()
    qtbot.addWidget(page)
    page.resize(1180, 580)
    page.show()
    qtbot.waitExposed(page)
    page.activateWindow()
    yield page
    assert page.timing.stop_and_join()
    page.hide()


def click(widget):
    QTest.mouseClick(widget, LEFT)


def type_into(editor, text):
    editor.box.setFocus()
    editor.box.selectAll()
    QTest.keyClicks(editor.box.lineEdit(), text)


def figures(page):
    return [
        (card.title.text(), card.parameters.value.text(), card.relus.value.text())
        for card in page.cards
        if card.isVisible()
    ]


def test_at_64_channels_three_small_kernels_need_about_half(page):
    assert figures(page) == [
        ("7×7", "200,768", "1"),
        ("5×5 + 3×3", "139,392", "2"),
        ("3×3 + 3×3 + 3×3", "110,784", "3"),
    ]
    assert page.cards[2].parameters.caption.text() == "Parameters, 55 % of 7×7"


def test_any_number_of_channels_answers_as_it_is_typed(page):
    type_into(page.channels, "1")
    assert figures(page)[0][1] == "50"
    type_into(page.channels, "512")
    assert figures(page)[2][1] == "7,079,424"
    type_into(page.map_size, "8")
    assert page.cards[0].multiply_adds.value.text() == f"{49 * 512 * 512 * 64:,}"


def test_the_field_grows_layer_by_layer(page):
    seen = []
    for index in range(3):
        click(page.layers.button(index))
        seen.append(tuple(card.growth.shown_field for card in page.cards))
    assert seen == [(7, 5, 3), (7, 7, 5), (7, 7, 7)]
    assert page.cards[2].reach.text() == "after 3 layers one cell sees 7×7"


def test_five_by_five_stands_against_two_layers(page):
    click(page.view_choice.segments.button(1))
    assert [title for title, _, _ in figures(page)] == ["5×5", "3×3 + 3×3"]
    assert page.layers.options == ("1", "2")


def test_times_are_measured_and_shown(page, qtbot):
    type_into(page.channels, "2")
    type_into(page.map_size, "6")
    assert page.cards[0].time.value.text() == "–"
    click(page.measure)
    qtbot.waitUntil(lambda: page.cards[2].time.value.text().endswith(" ms"))
    assert not page.timing.is_running
    assert page.measure.text() == "Measure here"
    type_into(page.channels, "3")
    assert page.cards[0].time.value.text() == "–"  # not measured for these


def test_a_measurement_can_be_given_up(page, qtbot):
    type_into(page.channels, "256")
    click(page.measure)
    assert page.measure.text() == "Stop"
    click(page.measure)
    qtbot.waitUntil(lambda: not page.timing.is_running, timeout=30_000)
    assert page.measure.text() == "Measure here"


def test_a_stopped_worker_times_nothing_more(qtbot):
    worker = FilterTimingWorker((Chain((3,), 1, 4), Chain((3, 3), 1, 4)))
    worker.control.stop()
    worker.work()
    assert worker.seconds == []
    assert worker.done == 0


def test_a_click_on_an_output_cell_shows_its_sum(page):
    click(page.view_choice.segments.button(3))
    pointwise = page.pointwise
    assert pointwise.isVisible()
    assert pointwise.sentence.text() == "1·1 + 5·(−1) + 0·2 = −4"
    place = pointwise.picture.box_of((1, 1, 0)).center().toPoint()
    QTest.mouseClick(pointwise.picture, LEFT, pos=place)
    assert pointwise.sentence.text() == "3·0 + 7·1 + 1·3 = 10"


def test_a_bottleneck_saves_or_says_that_it_does_not(page):
    click(page.view_choice.segments.button(3))
    type_into(page.channels, "256")
    type_into(page.pointwise.narrow, "64")
    assert "12 % of the parameters" in page.pointwise.saving.text()
    type_into(page.pointwise.narrow, "256")
    assert "122 % of the parameters" in page.pointwise.saving.text()


def test_all_views_are_painted_in_both_themes(page, look):
    for mode in ("dark", "light"):
        look.set_mode(mode)
        for index in range(len(VIEWS)):
            page.show_view(index)
            image = page.grab().toImage()
            places = [(x, y) for x in range(0, 1180, 7) for y in range(0, 580, 7)]
            assert len({image.pixel(x, y) for x, y in places}) > 5


def test_closing_the_window_ends_a_measurement(window):
    window.open_workspace("reference")
    filters = window.workspaces.reference.filters
    filters.channels.set_value(48)
    filters.timing.start(filters.chains)
    assert filters.timing.is_running
    window.close()
    assert not filters.timing.is_running
