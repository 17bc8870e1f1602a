"""Reference: the calculator and the architectures, by mouse and keyboard."""

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from app.build.card_delegate import COLUMNS
from app.build.panel import BuildPanel
from app.kit.number_boxes import NumberBox
from app.look.theme import LIGHT
from app.reference.panel import ReferencePanel
from app.reference.setting_sliders import FieldLabel
from app.state.document import StackDocument
from app.state.networks import NetworkHolder
from engine.costs import ARCHITECTURES

LIMITED = ("size", "kernel_size", "stride", "padding", "dilation")
LEFT = Qt.MouseButton.LeftButton
ALT = Qt.KeyboardModifier.AltModifier
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def panel(qtbot, look):
    panel = ReferencePanel(StackDocument())
    qtbot.addWidget(panel)
    panel.resize(1204, 640)
    panel.show()
    qtbot.waitExposed(panel)
    panel.activateWindow()
    qtbot.waitUntil(panel.isActiveWindow)
    panel.calculator.picture.setFocus()
    yield panel
    panel.hide()


def click(widget, position=None):
    QTest.mouseClick(widget, LEFT, pos=widget.rect().center() if position is None else position)


def type_into(box, text):
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box.lineEdit(), text)


# The calculator


@pytest.mark.parametrize(
    ("index", "output", "parameters"),
    [(0, "142×142×6", "168"), (1, "58×58×48", "10,416"), (2, "9×9×20", "1,820")],
)
def test_each_case_of_the_course_is_one_click_away(panel, index, output, parameters):
    click(panel.calculator.form.cases[index])
    answers = panel.calculator.answers
    assert answers.output.value.text() == output
    assert answers.parameters.value.text() == parameters
    assert answers.formulas.note.isVisible() == (index == 2)


def test_the_case_that_does_not_divide_says_what_is_never_read(panel):
    click(panel.calculator.form.cases[2])
    answers = panel.calculator.answers
    assert "last row and the last column" in answers.formulas.note.text()
    assert answers.formulas.lines[0] == "height ⌊(20 + 2·0 − 3)/2⌋ + 1 = 9"
    assert answers.same.lines == (
        "PyTorch refuses: it needs stride 1",
        "Keras 10×10, padding 0+1",
    )


def test_typing_answers_at_once_and_axes_can_differ(panel):
    click(panel.calculator.form.cases[0])
    editors = panel.calculator.form.editors
    type_into(editors["size"].sliders[0].box, "28")
    assert panel.calculator.answers.output.value.text() == "26×26×6"
    click(editors["kernel_size"].link)
    type_into(editors["kernel_size"].sliders[1].box, "5")
    assert panel.calculator.answers.output.value.text() == "26×24×6"
    click(editors["kernel_size"].link)
    assert panel.calculator.answers.output.value.text() == "26×26×6"


def fields_of_numbers(form):
    """Every box of the calculator's form that is in sight, by what it is called."""
    boxes = {box.accessibleName(): box for box in form.findChildren(NumberBox)}
    return {name: box for name, box in boxes.items() if box.isVisible()}


def test_what_cannot_be_used_leaves_no_result_that_would_belong_to_something_else(panel):
    form, answers = panel.calculator.form, panel.calculator.answers
    boxes = fields_of_numbers(form)
    assert len(boxes) == 8
    for name, box in boxes.items():
        before = box.text()
        for text in ("9999999", "many"):
            type_into(box, text)
            assert {figure.value.text() for figure in answers.figures} == {"–"}, name
            assert box.property("role") == "error"
            assert form.note.text().startswith(name.split(",")[0])
            assert f"“{text}”" in form.note.text()
            assert panel.calculator.picture.accessibleDescription() == form.note.text()
            assert not answers.formulas.isVisible()
            for button in (form.wanted.keep, form.wanted.halve):
                assert not button.isEnabled()
                assert not any(sign.isdigit() for sign in button.text())
                assert button.toolTip() == form.note.text()
        type_into(box, before)
        assert form.note.text() == "", name
        assert answers.output.value.text() == "9×9×20"


def test_why_there_is_no_answer_is_said_once(panel):
    box = panel.calculator.form.editors["kernel_size"].sliders[0].box
    type_into(box, "25")
    said = [text for text in seen_labels(panel) if "out of range" in text]
    reason = "“25” is out of range: type a number from 1 to 20. The other settings leave no more."
    assert said == [f"Kernel size: {reason}"]
    assert panel.calculator.sentence.text() == ""
    type_into(box, "3")
    type_into(panel.calculator.form.editors["groups"].box, "3")
    assert len([text for text in seen_labels(panel) if "must divide" in text]) == 1


def seen_labels(panel):
    """The words of every label that can be seen."""
    return [label.text() for label in panel.findChildren(QLabel) if label.isVisible()]


def test_no_slider_can_go_wrong(panel):
    """Whatever is slid to its end, in any order: a window fits, and what is set is answered."""
    form = panel.calculator.form
    click(form.cases[0])
    rng = np.random.default_rng(5)
    sliders = {name: form.editors[name].sliders[0].slider for name in LIMITED}
    for _ in range(60):
        name = LIMITED[rng.integers(len(LIMITED))]
        slider = sliders[name]
        slider.setValue((slider.minimum(), slider.maximum(), 3)[rng.integers(3)])
        height, width = form.axes
        assert height == width
        assert height.output >= 1
        assert form.note.text() == ""
        assert form.editors[name].value() == (slider.value(),) * 2


def test_each_slider_ends_at_what_the_others_leave(panel):
    form = panel.calculator.form
    sizes = {name: form.editors[name].sliders[0] for name in LIMITED}
    assert [sizes[name].slider.maximum() for name in LIMITED] == [64, 20, 17, 2, 9]
    sizes["kernel_size"].slider.setValue(5)
    assert [sizes[name].slider.maximum() for name in LIMITED] == [64, 20, 15, 4, 4]
    sizes["padding"].slider.setValue(4)
    assert [sizes[name].slider.maximum() for name in LIMITED] == [64, 28, 23, 4, 6]
    assert [sizes[name].slider.minimum() for name in LIMITED] == [1, 1, 1, 0, 1]


def places_in_a_field(form, name):
    """Where somebody may click who means a field: its label, the box, its arrows, slider, link."""
    editor = form.editors[name]
    label = next(each for each in form.findChildren(FieldLabel) if each.buddy() is editor)
    slider = editor.sliders[0]
    box = slider.box
    return {
        "label": (label, label.rect().center()),
        "number": (box.lineEdit(), QPoint(4, box.lineEdit().height() // 2)),
        "behind the number": (box.lineEdit(), box.lineEdit().rect().center()),
        "arrow up": (box, QPoint(box.width() - 8, 8)),
        "arrow down": (box, QPoint(box.width() - 8, box.height() - 8)),
        "slider": (slider.slider, slider.slider.rect().center()),
        "gap": (slider, QPoint(slider.slider.width() + 3, slider.height() // 2)),
    }


def test_a_value_typed_and_entered_is_the_field_s_wherever_the_click_landed(panel):
    form = panel.calculator.form
    for name in LIMITED[1:]:
        for place in places_in_a_field(form, name):
            click(form.cases[0])
            form.editors["size"].sliders[0].box.setFocus()
            before = {each: form.editors[each].value() for each in LIMITED if each != name}
            click(*places_in_a_field(form, name)[place])
            for key in (Qt.Key.Key_2, Qt.Key.Key_Return):
                focused = QApplication.focusWidget()
                assert focused is not None
                QTest.keyClick(focused, key)
            assert form.editors[name].value() == (2, 2), (name, place)
            assert {each: form.editors[each].value() for each in before} == before, (name, place)


def test_a_setting_is_offered_only_if_it_would_work_and_then_works(panel):
    wanted, boxes = panel.calculator.form.wanted, fields_of_numbers(panel.calculator.form)
    click(panel.calculator.form.cases[0])
    type_into(boxes["Groups"], "2")  # of 3 channels
    for padding, button in (("0", wanted.keep), ("1", wanted.halve)):
        type_into(boxes["Padding, height"], padding)
        assert not button.isEnabled()
        assert "must divide" in button.toolTip()
    type_into(boxes["Groups"], "1")
    type_into(boxes["Padding, height"], "0")
    assert wanted.keep.isEnabled()
    click(wanted.keep)
    assert panel.calculator.answers.output.value.text() == "144×144×6"


def test_the_offers_stay_in_place_whatever_is_said_around_them(panel):
    wanted, boxes = panel.calculator.form.wanted, fields_of_numbers(panel.calculator.form)

    def places():
        QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
        return [one.mapTo(panel, QPoint()) for one in (wanted.keep, wanted.halve)]

    before = places()
    for name, text in (
        ("Groups", "3"),
        ("Groups", "1"),
        ("Kernel size, height", "31"),
        ("Kernel size, height", "9999999999"),
        ("Kernel size, height", "3"),
        ("Padding, height", "1"),
    ):
        type_into(boxes[name], text)
        assert places() == before, (name, text)


@pytest.mark.parametrize("scale", [1.0, 1.5])
@pytest.mark.parametrize("width", [900, 760, 600])
def test_the_calculator_is_nowhere_cut_at_the_side(panel, look, scale, width):
    look.set_scale(scale)
    panel.resize(round(scale * width), 700)
    QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
    page = panel.calculator
    shown = [part for part in (page.form, page.answers, page.picture) if part.isVisible()]
    for part in shown:
        right = part.mapTo(page, QPoint(part.width(), 0)).x()
        assert right <= page.width()


def test_what_outputs_take_is_called_the_same_everywhere(panel, look):
    build = BuildPanel(StackDocument(), NetworkHolder())
    captions = [column.caption for column in COLUMNS]
    figures = [*build.totals.figures, *panel.calculator.answers.figures]
    captions += [figure.caption.text() for figure in figures]
    assert captions.count("Activations") == 3
    assert "Memory" not in " ".join(captions)
    build.deleteLater()


def test_the_settings_for_a_wanted_size_are_one_click_away(panel):
    click(panel.calculator.form.cases[0])
    answers, wanted = panel.calculator.answers, panel.calculator.form.wanted
    assert wanted.keep.text() == "Padding 1 keeps the size"
    click(wanted.keep)
    assert answers.output.value.text() == "144×144×6"
    assert not wanted.keep.isEnabled()
    assert wanted.halve.text() == "Stride 2 halves it"
    click(wanted.halve)
    assert answers.output.value.text() == "72×72×6"
    assert wanted.keep.text() == "Stride 1, padding 1 keep the size"
    click(wanted.keep)
    assert answers.output.value.text() == "144×144×6"


def test_an_even_kernel_needs_one_more_cell_at_the_end(panel):
    click(panel.calculator.form.cases[0])
    type_into(panel.calculator.form.editors["kernel_size"].sliders[0].box, "2")
    assert panel.calculator.form.wanted.keep.text() == "Padding 0+1 keeps the size"
    assert not panel.calculator.form.wanted.keep.isEnabled()


def test_the_window_follows_pointer_and_arrows_and_says_what_it_reads(panel):
    picture = panel.calculator.picture
    picture.setFocus()
    QTest.keyClick(picture, Qt.Key.Key_Right)
    QTest.keyClick(picture, Qt.Key.Key_Down)
    assert picture.window_index == (1, 1)
    assert panel.calculator.sentence.text() == "Output (2, 2) reads rows 3 to 5 and columns 3 to 5."
    QTest.keyClick(picture, Qt.Key.Key_End)
    assert picture.window_index == (8, 8)
    QTest.keyClick(picture, Qt.Key.Key_Home)
    assert picture.window_index == (0, 0)


def test_the_output_fills_as_the_pointer_goes_over_input_or_output(panel):
    picture = panel.calculator.picture
    assert picture.filled_cells == 1
    across = [QPoint(x, 60) for x in range(0, picture.width(), 3)]
    seen = set()
    for place in across:
        QTest.mouseMove(picture, place)
        seen.add(picture.window_index)
    assert {column for _, column in seen} == set(range(9))
    assert picture.filled_cells >= 9
    QTest.keyClick(picture, Qt.Key.Key_Home)
    before = picture.filled_cells
    QTest.keyClick(picture, Qt.Key.Key_End)  # over all that lies between, along the diagonal
    assert picture.filled_cells > before
    click(panel.calculator.form.cases[0])
    assert picture.filled_cells == 1


def hatched(picture):
    """Places of the hatching's colour."""
    image = picture.grab().toImage()
    error = QColor(LIGHT.error).rgb()
    columns, rows = range(image.width()), range(image.height())
    return [(x, y) for x in columns for y in rows if image.pixel(x, y) == error]


def test_the_unread_edge_is_hatched(panel):
    click(panel.calculator.form.cases[2])
    places = hatched(panel.calculator.picture)
    left, right = min(x for x, _ in places), max(x for x, _ in places)
    top, bottom = min(y for _, y in places), max(y for _, y in places)
    assert right - left == pytest.approx(bottom - top, abs=3)  # a whole row and a whole column
    cell = (right - left) / 20
    assert all(x >= right - cell - 1 or y >= bottom - cell - 1 for x, y in places)
    click(panel.calculator.form.cases[0])
    assert hatched(panel.calculator.picture) == []


# The architectures


def row_of(panel, title):
    table = panel.architectures.table
    titles = [table.proxy.index(row, 0).data() for row in range(table.proxy.rowCount())]
    return titles.index(title)


def choose(panel, title):
    table = panel.architectures.table
    index = table.proxy.index(row_of(panel, title), 0)
    table.scrollTo(index)
    click(table.viewport(), table.visualRect(index).center())


@pytest.fixture
def architectures(panel):
    QTest.keyClick(panel.calculator.picture, Qt.Key.Key_2, ALT)
    assert panel.architectures.isVisible()
    return panel.architectures


def test_a_click_shows_a_network_with_its_layers(panel, architectures):
    choose(panel, "ResNet-50")
    detail = architectures.card
    assert detail.title.text() == "ResNet-50"
    assert detail.parameters.value.text() == "25,557,032"
    assert "torchvision, resnet50" in detail.published.text()
    assert "the same" in detail.published.text()
    assert detail.layers.model_rows.rowCount() == 174
    assert not detail.build.isEnabled()


def test_a_rounded_figure_is_marked_and_its_difference_shown(panel, architectures):
    choose(panel, "Network in Network")
    words = architectures.card.published.text()
    assert "about 7,600,000" in words
    assert "7,595,176, −4,824" in words


def test_a_total_that_only_others_counted_is_marked(panel, architectures):
    choose(panel, "ZFNet")
    words = architectures.card.published.text()
    assert words.startswith("Counted in a later book: 62,357,608 (")
    assert "The paper itself states no total." in words


def test_the_table_is_sorted_by_a_click_on_a_heading(architectures):
    table = architectures.table
    header = table.horizontalHeader()
    place = QPoint(header.sectionViewportPosition(2) + header.sectionSize(2) // 2, 8)
    QTest.mouseClick(header.viewport(), LEFT, pos=place)
    shown = [table.proxy.index(row, 2).data() for row in range(table.proxy.rowCount())]
    figures = [int(text.replace(",", "")) for text in shown]
    assert figures == sorted(figures) or figures == sorted(figures, reverse=True)
    assert len(figures) == len(ARCHITECTURES)


def test_filtering_keeps_what_matches_and_says_when_nothing_does(panel, architectures):
    QTest.keyClick(architectures.table, Qt.Key.Key_F, CTRL)
    QTest.keyClicks(architectures.filter, "vgg")
    assert architectures.table.proxy.rowCount() == 4
    QTest.keyClicks(architectures.filter, "zzz")
    assert architectures.table.proxy.rowCount() == 0
    assert architectures.nothing.text() == "No network has that name."
    architectures.filter.clear()
    assert architectures.table.proxy.rowCount() == len(ARCHITECTURES)


def test_a_sequence_opens_in_build_and_undo_brings_back_what_was_there(panel, architectures, qtbot):
    before = panel.document.stack
    choose(panel, "VGG16")
    with qtbot.waitSignal(panel.workspace_wanted) as wanted:
        click(architectures.card.build)
    assert wanted.args == ["build"]
    assert panel.document.stack.name == "VGG16"
    assert panel.document.report.parameters == 138_357_544
    panel.document.undo_stack.undo()
    assert panel.document.stack == before


def test_the_plot_shows_all_that_have_an_accuracy_and_a_click_chooses(architectures, qtbot):
    click(architectures.view_choice.segments.button(1))
    plot = architectures.plot
    assert plot is not None
    qtbot.waitUntil(lambda: plot.view.width() > 200)
    items = plot.view.getPlotItem().items
    (dots,) = [item for item in items if isinstance(item, pg.ScatterPlotItem)]
    assert len(dots.points()) == sum(entry.accuracy is not None for entry in ARCHITECTURES.values())
    entries = list(ARCHITECTURES)
    place = plot.place_of(entries.index("convnext_tiny")).toPoint()
    QTest.mouseClick(plot.view.viewport(), LEFT, pos=place)
    qtbot.waitUntil(lambda: architectures.current.key == "convnext_tiny")


def test_everything_is_painted_in_both_themes(panel, look):
    for mode in ("dark", "light"):
        look.set_mode(mode)
        for page in range(panel.pages.count()):
            panel.show_page(page)
            image = panel.grab().toImage()
            assert (image.pixelColor(2, 2).lightness() < 128) == (mode == "dark")
            places = [(x, y) for x in range(0, 1204, 7) for y in range(0, 640, 7)]
            assert len({image.pixel(x, y) for x, y in places}) > 5
