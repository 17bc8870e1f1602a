"""The form of Train where there is little height: messages are seen, buttons keep their size."""

import pytest
from PySide6.QtCore import QEvent, QPoint, QRect
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QScrollArea

from app.kit.number_boxes import NumberBox
from app.state.networks import NetworkHolder
from app.train.training_session import SessionState
from tests.app.train.driving import TIMEOUT, click, state_of


def place_in_view(widget):
    """Where a widget lies in what scrolls, and how much of that is seen."""
    area = next(one for one in ancestors(widget) if isinstance(one, QScrollArea))
    return QRect(widget.mapTo(area.viewport(), QPoint()), widget.size()), area.viewport().rect()


def ancestors(widget):
    while (widget := widget.parentWidget()) is not None:
        yield widget


def is_whole_in_view(widget):
    place, seen = place_in_view(widget)
    return widget.height() >= widget.heightForWidth(widget.width()) and seen.contains(place)


@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_why_a_number_is_refused_is_seen_whole_for_every_field(qtbot, panel, look, scale):
    look.set_scale(scale)
    panel.resize(round(900 * scale), round(520 * scale))
    for form in (panel.form.images, panel.form.run):
        for box in form.findChildren(NumberBox):
            box.setFocus()
            box.selectAll()
            QTest.keyClicks(box, "99999999x")
            qtbot.waitUntil(lambda form=form: is_whole_in_view(form.problem))
            box.begin_again()


def test_no_button_is_squeezed_or_moved_as_a_run_starts_and_ends(qtbot, make_panel):
    networks = NetworkHolder()
    networks.load_bundled()
    panel = make_panel(networks=networks)
    panel.resize(1216, 500)

    def places():
        buttons = [one for one in panel.form.findChildren(QAbstractButton) if one.isVisible()]
        for one in buttons:
            assert one.height() >= one.minimumSizeHint().height(), one.text()
        rects = {one: QRect(one.mapTo(panel, QPoint()), one.size()) for one in buttons}
        return {
            one: rect if one.parent() is panel.form else (rect.top(), rect.height())
            for one, rect in rects.items()
        }

    before = places()
    click(panel.form.one_batch)
    qtbot.waitUntil(lambda: state_of(panel) is SessionState.PAUSED, timeout=TIMEOUT)
    assert panel.form.change_note.isVisible()
    steps = (panel.form.one_batch, panel.form.one_epoch)
    assert [places()[each] for each in steps] == [before[each] for each in steps]
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(panel.form.stop)
    assert not panel.form.change_note.isVisible()
    QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
    assert [places()[each] for each in steps] == [before[each] for each in steps]
