"""Finds text on the screen that does not fit: cut by its own place or another's, or elided.

What our own widgets and delegates paint is noted while they do it, wherever it is; of Qt's widgets
their words are compared with the room that they have. What lies beyond the edge of an area that
scrolls is in its place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QFontMetricsF, QPainter, QPixmap
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionButton,
    QStyleOptionComboBox,
    QTableView,
    QToolButton,
    QWidget,
)

from app.look.theme import px

_HEAD_PADDING = 8
"""What the style sheet has on either side of a table's headings, at scale 1."""
_SLACK = 1.5
"""Pixels by which text may be larger than its room: Qt rounds, and letters have bearings."""


@dataclass(frozen=True)
class Misfit:
    """A text that does not fit, on which widget, and how."""

    widget: str
    text: str
    how: str

    def __str__(self) -> str:
        return f"{self.widget}: “{self.text}” {self.how}"


def misfits_on(window: QWidget) -> tuple[QPixmap, tuple[Misfit, ...]]:
    """Grab a window; return its picture and all texts that do not fit, each once."""
    found: dict[Misfit, None] = {}
    with _noting(window, found):
        picture = window.grab()
    for widget in (window, *window.findChildren(QWidget)):
        if widget.isVisible() and not widget.visibleRegion().isEmpty():
            found |= dict.fromkeys(_misfits_of(widget))
    found |= dict.fromkeys(_overlapping(window))
    return picture, tuple(found)


# What Python paints


@contextmanager
def _noting(window: QWidget, found: dict[Misfit, None]) -> Iterator[None]:
    """Note all that Python draws and elides on widgets of the window."""
    draw_text = QPainter.drawText
    elided_text = {each: each.elidedText for each in (QFontMetrics, QFontMetricsF)}
    elided: set[str] = set()

    def noting_elision(kind: type[QFontMetrics | QFontMetricsF]) -> Callable[..., str]:
        def elide(metrics: Any, text: str, *args: Any) -> str:
            result = elided_text[kind](metrics, text, *args)
            if result != text:
                elided.add(result)
            return result

        return elide

    def noting_draw(painter: QPainter, *args: Any) -> Any:
        problem = _painted_problem(painter, window, elided, args)
        if problem is not None:
            found[problem] = None
        return draw_text(painter, *args)

    QPainter.drawText = noting_draw  # type: ignore[method-assign,assignment]
    for each in elided_text:
        each.elidedText = noting_elision(each)  # type: ignore[method-assign]
    try:
        yield
    finally:
        QPainter.drawText = draw_text  # type: ignore[method-assign]
        for each, method in elided_text.items():
            each.elidedText = method  # type: ignore[method-assign]


def _painted_problem(
    painter: QPainter, window: QWidget, elided: set[str], args: tuple[Any, ...]
) -> Misfit | None:
    device = painter.device()
    widget = device if isinstance(device, QWidget) else None
    if widget is not None and (widget.window() is not window or not widget.isVisible()):
        return None
    text, place, room = _what_and_where(painter, args)
    how = _how_painted(painter, widget, place, room) if text.strip() else ""
    if text in elided:
        how = "is elided"
    return Misfit(_name(widget), text, how) if how else None


def _how_painted(
    painter: QPainter, widget: QWidget | None, place: QRectF, room: QRectF | None
) -> str:
    """How text that is painted somewhere is cut; empty if it is not."""
    if room is not None and not _holds(room, place):
        return "is larger than the room it is painted into"
    clip = painter.clipBoundingRect()
    if painter.hasClipping() and clip.intersects(place) and not _holds(clip, place):
        return "is clipped while it is painted"
    return "" if widget is None else _cut_by(widget, painter.combinedTransform().mapRect(place))


def _what_and_where(painter: QPainter, args: tuple[Any, ...]) -> tuple[str, QRectF, QRectF | None]:
    """The text, where it lies, and the room that it was given, if any."""
    first = args[0]
    if isinstance(first, int | float) and len(args) == 3:
        return _at_point(painter, QPointF(first, args[1]), args[2])
    if isinstance(first, QPoint | QPointF):
        return _at_point(painter, QPointF(first), args[1])
    if isinstance(first, int | float):
        room, flags, text = QRectF(*args[:4]), args[4], args[5]
    elif isinstance(args[1], str):
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        if len(args) > 2:
            flags = args[2].alignment() | Qt.TextFlag.TextWordWrap
        room, text = QRectF(first), args[1]
    else:
        room, flags, text = QRectF(first), args[1], args[2]
    number = flags if isinstance(flags, int) else flags.value
    place = QRectF(painter.boundingRect(room, number, text))
    return text, _ink(painter, place), room


def _at_point(painter: QPainter, base: QPointF, text: str) -> tuple[str, QRectF, QRectF | None]:
    metrics = QFontMetricsF(painter.font())
    width = metrics.horizontalAdvance(text)
    place = QRectF(base.x(), base.y() - metrics.ascent(), width, metrics.height())
    return text, _ink(painter, place), None


def _ink(painter: QPainter, place: QRectF) -> QRectF:
    """Without the room above capitals and below letters that hang down."""
    metrics = QFontMetricsF(painter.font())
    above = min(metrics.ascent() - metrics.capHeight(), place.height() / 3)
    below = min(metrics.descent() / 2, place.height() / 3)
    return place.adjusted(0, above, 0, -below)


def _holds(room: QRectF, place: QRectF) -> bool:
    return room.adjusted(-_SLACK, -_SLACK, _SLACK, _SLACK).contains(place)


def _cut_by(widget: QWidget, place: QRectF) -> str:
    """How a place on a widget is cut by it or by what is around it; empty if it is not."""
    around: QWidget | None = widget
    while around is not None:
        room = QRectF(around.rect())
        sideways, upright = _scrolls(around)
        if sideways:
            room.setLeft(min(room.left(), place.left()))
            room.setRight(max(room.right(), place.right()))
        if upright:
            room.setTop(min(room.top(), place.top()))
            room.setBottom(max(room.bottom(), place.bottom()))
        if not room.intersects(place):
            return ""  # nothing of it is in sight: whoever hides it has left it out whole
        if not _holds(room, place):
            return f"is cut by {_name(around)}"
        if (sideways or upright) and not QRectF(around.rect()).contains(place):
            return ""  # it is reached by scrolling
        if around.isWindow():
            break
        place = place.translated(QPointF(around.pos()))
        around = around.parentWidget()
    return ""


def _scrolls(widget: QWidget) -> tuple[bool, bool]:
    """Whether a widget is a viewport that can be scrolled sideways, or up and down."""
    area = widget.parentWidget()
    if not isinstance(area, QAbstractScrollArea) or area.viewport() is not widget:
        return False, False
    bars = area.horizontalScrollBar(), area.verticalScrollBar()
    return bars[0].maximum() > bars[0].minimum(), bars[1].maximum() > bars[1].minimum()


# What Qt paints


def _misfits_of(widget: QWidget) -> Iterator[Misfit]:
    for kind, look in _KINDS:
        if isinstance(widget, kind):
            yield from look(widget)
            return


def _of_label(label: QLabel) -> Iterator[Misfit]:
    text = label.text()
    if not text or _paints_itself(label):
        return
    room, metrics = label.contentsRect(), label.fontMetrics()
    if label.wordWrap():
        longest = max(metrics.horizontalAdvance(word) for word in text.split() or [""])
        is_cut = label.heightForWidth(label.width()) > label.height() + 2
        is_cut |= label.textFormat() != Qt.TextFormat.RichText and longest > room.width() + 1
    else:
        size = label.sizeHint()
        margins = label.contentsMargins()
        is_cut = size.width() - margins.left() - margins.right() > room.width() + 1
        is_cut |= metrics.capHeight() > room.height() + 1
    yield from _told(label, text, QRectF(room), is_cut=is_cut)


def _of_button(button: QAbstractButton) -> Iterator[Misfit]:
    text = button.text().replace("&", "")
    if not text or _paints_itself(button):
        return
    if isinstance(button, QToolButton):
        style = Qt.ToolButtonStyle
        if button.toolButtonStyle() == style.ToolButtonIconOnly and not button.icon().isNull():
            return
    needed, room = button.fontMetrics().horizontalAdvance(text), button.width() - 4
    if isinstance(button, QPushButton | QCheckBox):
        option = QStyleOptionButton()
        button.initStyleOption(option)
        element = QStyle.SubElement
        part = element.SE_PushButtonContents
        if isinstance(button, QCheckBox):
            part = element.SE_CheckBoxContents
        room = button.style().subElementRect(part, option, button).width()
    if not button.icon().isNull() and not isinstance(button, QCheckBox):
        needed += button.iconSize().width() + 4
    is_low = button.fontMetrics().capHeight() + 4 > button.height()
    yield from _told(button, text, QRectF(button.rect()), is_cut=needed > room + 1 or is_low)


def _of_combo(box: QComboBox) -> Iterator[Misfit]:
    option = QStyleOptionComboBox()
    box.initStyleOption(option)
    part = QStyle.SubControl.SC_ComboBoxEditField
    kind = QStyle.ComplexControl.CC_ComboBox
    room = box.style().subControlRect(kind, option, part, box)
    needed = box.fontMetrics().horizontalAdvance(box.currentText())
    yield from _told(box, box.currentText(), QRectF(box.rect()), is_cut=needed > room.width() + 1)


def _of_edit(edit: QLineEdit) -> Iterator[Misfit]:
    text = edit.displayText() or edit.placeholderText()
    margins = edit.textMargins()
    room = edit.contentsRect().width() - margins.left() - margins.right() - 2
    if isinstance(edit.parentWidget(), QAbstractSpinBox):
        room = edit.width() - 2
    is_cut = edit.fontMetrics().horizontalAdvance(text) > room + 1
    yield from _told(edit, text, QRectF(edit.rect()), is_cut=is_cut)


def _of_header(header: QHeaderView) -> Iterator[Misfit]:
    model = header.model()
    is_across = header.orientation() == Qt.Orientation.Horizontal
    for section in range(header.count()):
        words = model.headerData(section, header.orientation(), Qt.ItemDataRole.DisplayRole)
        if header.isSectionHidden(section) or not words or not is_across:
            continue
        place = QRect(
            header.sectionViewportPosition(section), 0, header.sectionSize(section), header.height()
        )
        needed = header.fontMetrics().horizontalAdvance(str(words)) + 2 * px(_HEAD_PADDING)
        is_cut = needed > place.width() + 1 or header.fontMetrics().height() > place.height() + 1
        yield from _told(header.viewport(), str(words), QRectF(place), is_cut=is_cut)


def _of_view(view: QAbstractItemView) -> Iterator[Misfit]:
    """Cells that Qt's own delegate paints; those of ours are noted as they are painted."""
    model: QAbstractItemModel | None = view.model()
    if model is None:
        return
    columns = range(model.columnCount()) if isinstance(view, QTableView) else (0,)
    for row in range(model.rowCount()):
        for column in columns:
            index = model.index(row, column)
            text = index.data(Qt.ItemDataRole.DisplayRole)
            place = view.visualRect(index)
            if not text or not place.intersects(view.viewport().rect()):
                continue
            delegate = view.itemDelegateForIndex(index)
            if type(delegate).paint is not QStyledItemDelegate.paint:
                continue
            size = view.sizeHintForIndex(index)
            is_cut = size.width() > place.width() + 1 or size.height() > place.height() + 1
            yield from _told(view.viewport(), str(text), QRectF(place), is_cut=is_cut)


_KINDS: tuple[tuple[type[QWidget], Callable[[Any], Iterator[Misfit]]], ...] = (
    (QLabel, _of_label),
    (QAbstractButton, _of_button),
    (QComboBox, _of_combo),
    (QLineEdit, _of_edit),
    (QHeaderView, _of_header),
    (QAbstractItemView, _of_view),
)


def _told(widget: QWidget, text: str, place: QRectF, *, is_cut: bool) -> Iterator[Misfit]:
    if not text:
        return
    if is_cut:
        yield Misfit(_name(widget), text, "has too little room")
        return
    how = _cut_by(widget, place)
    if how:
        yield Misfit(_name(widget), text, how)


def _paints_itself(widget: QWidget) -> bool:
    """Whether Python paints it, so that its text is noted then."""
    return "paintEvent" in {name for kind in type(widget).__mro__[:-1] for name in vars(kind)
                            if kind.__module__.startswith("app.")}  # fmt: skip


# What lies on something else


def _overlapping(window: QWidget) -> Iterator[Misfit]:
    """Widgets with words that lie on one another, next to each other in one parent."""
    for parent in (window, *window.findChildren(QWidget)):
        if not parent.isVisible():
            continue
        texts = [
            child
            for child in parent.children()
            if isinstance(
                child, QLabel | QAbstractButton | QComboBox | QAbstractSpinBox | QLineEdit
            )
            and child.isVisible()
            and not child.isWindow()
        ]
        for number, one in enumerate(texts):
            for other in texts[number + 1 :]:
                shared = one.geometry() & other.geometry()
                if min(shared.width(), shared.height()) > 2:
                    yield Misfit(_name(one), _words(one), f"lies on {_name(other)} {_words(other)}")


def _words(widget: QWidget) -> str:
    told = getattr(widget, "text", "")
    return str(told() if callable(told) else told)


def _name(widget: QWidget | None) -> str:
    """The kind of a widget, with the nearest one around it that is ours."""
    if widget is None:
        return "a picture"
    kind, around = type(widget).__name__, widget.parentWidget()
    while around is not None and not type(around).__module__.startswith("app."):
        around = around.parentWidget()
    is_ours = type(widget).__module__.startswith("app.")
    inside = "" if is_ours or around is None else f" in {type(around).__name__}"
    return f"{kind}{inside}"
