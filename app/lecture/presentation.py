"""The presentation: one picture that fills a screen, led with a clicker or the keyboard."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, Signal, SignalInstance
from PySide6.QtGui import (
    QCloseEvent,
    QColor,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QScreen,
)
from PySide6.QtWidgets import QWidget

from app.kit.digit_keys import plain_digit
from app.kit.keys_overlay import KeysOverlay
from app.look.painting import painted
from app.look.restyled import Repainted
from app.look.theme import current_theme, font

Key = Qt.Key

KEYS: tuple[tuple[str, str], ...] = (
    ("PageDown or →", "reveal, next step, next scene"),
    ("PageUp or ←", "previous step, previous scene"),
    ("Space", "play, pause"),
    ("Home, End", "first and last step"),
    ("K, R, S", "show or hide kernel, result, sentence"),
    ("N, P", "next scene, previous scene"),
    ("B or .", "blank the screen, and back"),
    ("1 … 9", "choose the output channel"),
    ("C", "show or hide the counter of scenes and steps"),
    ("?", "these keys"),
    ("Esc", "leave"),
)
"""The keys of the presentation, for the list of keys."""

_ON = {Key.Key_PageDown, Key.Key_Right, Key.Key_Down}
_BACK = {Key.Key_PageUp, Key.Key_Left, Key.Key_Up}
_BLANK = {Key.Key_B, Key.Key_Period}
_HELP = {Key.Key_Question, Key.Key_F1}
_LEAVE = {Key.Key_Escape, Key.Key_F5}
_PARTS: dict[int, str] = {Key.Key_K: "kernel", Key.Key_R: "result", Key.Key_S: "sentence"}
_MODIFIERS = {
    Key.Key_Shift, Key.Key_Control, Key.Key_Alt, Key.Key_Meta, Key.Key_AltGr, Key.Key_CapsLock,
    Key.Key_NumLock,
}  # fmt: skip
_TITLE_SHARE, _MARGIN_SHARE = 0.042, 0.03
_COUNTER_SHARE = 0.6


class Presentation(Repainted, QWidget):
    """A separate window around a picture. It decides nothing: it says what was asked for.

    Signals:
        on_requested: One thing further: reveal, step, scene.
        back_requested: One step back.
        part_toggled: ``kernel``, ``result`` or ``sentence`` is to be shown or hidden.
        counter_toggled: The counter was shown or hidden.
        closed: It was left; the picture may be taken back.
    """

    on_requested = Signal()
    back_requested = Signal()
    first_requested = Signal()
    last_requested = Signal()
    play_toggled = Signal()
    next_scene_requested = Signal()
    previous_scene_requested = Signal()
    part_toggled = Signal(str)
    channel_requested = Signal(int)
    counter_toggled = Signal(bool)
    closed = Signal()

    def __init__(self, picture: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle("cnnviz")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.picture = picture
        picture.setParent(self)
        picture.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for child in picture.findChildren(QWidget):
            child.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        picture.show()
        self._title = ""
        self._scale = 1.0
        self._is_blank = False
        self._counter = ""
        self._shows_counter = True
        self._repeating: dict[int, SignalInstance] = {
            **dict.fromkeys(_ON, self.on_requested),
            **dict.fromkeys(_BACK, self.back_requested),
            Key.Key_Home: self.first_requested,
            Key.Key_End: self.last_requested,
        }
        self._once: dict[int, SignalInstance] = {
            Key.Key_Space: self.play_toggled,
            Key.Key_N: self.next_scene_requested,
            Key.Key_P: self.previous_scene_requested,
        }

    @property
    def counter(self) -> str:
        """What stands in the corner; empty if it is hidden."""
        return self._counter if self._shows_counter else ""

    def set_counter(self, words: str) -> None:
        """Say in the corner which scene and step this is."""
        if words != self._counter:
            self._counter = words
            self.update(self._counter_box())

    def show_counter(self, is_shown: bool) -> None:
        """Show the counter, or hide it."""
        self._shows_counter = is_shown
        self.update(self._counter_box())

    @property
    def title(self) -> str:
        """The line above the picture."""
        return self._title

    @property
    def is_blank(self) -> bool:
        """Whether the screen is black."""
        return self._is_blank

    def set_title(self, title: str) -> None:
        """Write another line above the picture; empty leaves its room to the picture."""
        if title != self._title:
            self._title = title
            self._lay_out()
            self.update()

    def set_scale(self, scale: float) -> None:
        """Let the picture fill the screen (1), or less of it."""
        if scale != self._scale:
            self._scale = scale
            self._lay_out()

    def set_blank(self, is_blank: bool) -> None:
        """Black out the screen, or show it again."""
        if is_blank != self._is_blank:
            self._is_blank = is_blank
            self.picture.setVisible(not is_blank)
            self.setCursor(Qt.CursorShape.BlankCursor if is_blank else Qt.CursorShape.ArrowCursor)
            self.update()

    def show_on(self, screen: QScreen | None) -> None:
        """Fill a screen and take the keys."""
        if screen is not None:
            self.setScreen(screen)
            self.setGeometry(screen.geometry())
        self.showFullScreen()
        self.raise_()
        self.activateWindow()
        self.setFocus()

    # --- Qt --------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Answer a clicker's buttons and the keyboard; while blank, any key shows the picture."""
        key = event.key()
        if key in _LEAVE:
            self.close()
        elif self._is_blank:
            if key not in _MODIFIERS:
                self.set_blank(False)
        elif key in _BLANK:
            self.set_blank(True)
        elif key in self._repeating:
            self._repeating[key].emit()
        elif event.isAutoRepeat() or not self._switches(event):
            event.ignore()

    def _switches(self, event: QKeyEvent) -> bool:
        """Do what a key says that counts once however long it is held; whether it says anything."""
        key, digit = event.key(), plain_digit(event)
        if key in self._once:
            self._once[key].emit()
        elif key in _HELP:
            self._show_keys()
        elif key == Key.Key_C:
            self.show_counter(not self._shows_counter)
            self.counter_toggled.emit(self._shows_counter)
        elif key in _PARTS:
            self.part_toggled.emit(_PARTS[key])
        elif digit:
            self.channel_requested.emit(digit - 1)
        else:
            return False
        return True

    def _show_keys(self) -> None:
        overlay = KeysOverlay("Presentation", KEYS, (), self)
        overlay.show()
        overlay.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the picture."""
        super().resizeEvent(event)
        self._lay_out()

    @painted
    def paintEvent(self, _event: QPaintEvent, painter: QPainter) -> None:
        """Paint the ground and the title, or black."""
        theme = current_theme()
        if self._is_blank:
            painter.fillRect(self.rect(), Qt.GlobalColor.black)
            return
        painter.fillRect(self.rect(), QColor(theme.surface))
        if self.counter:
            painter.setFont(self._counter_font())
            painter.setPen(QColor(theme.text_muted))
            align = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(self._counter_box(), align, self.counter)
        if not self._title:
            return
        box = self._title_box()
        painter.setFont(self._title_font())
        painter.setPen(QColor(theme.text))
        metrics = QFontMetricsF(painter.font())
        text = metrics.elidedText(self._title, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Say so."""
        super().closeEvent(event)
        self.closed.emit()

    # --- layout ----------------------------------------------------------------------------------

    def _title_font(self) -> QFont:
        result = font(weight=QFont.Weight.DemiBold)
        result.setPixelSize(max(14, round(self.height() * _TITLE_SHARE)))
        return result

    def _title_box(self) -> QRect:
        margin = self._margin()
        height = round(QFontMetricsF(self._title_font()).height() * 1.2)
        return QRect(margin, margin, self.width() - 2 * margin, height)

    def _counter_font(self) -> QFont:
        result = font()
        result.setPixelSize(max(11, round(self._margin() * _COUNTER_SHARE)))
        return result

    def _counter_box(self) -> QRect:
        """The right of the margin below the picture."""
        margin = self._margin()
        return QRect(self.width() // 2, self.height() - margin, self.width() // 2 - margin, margin)

    def _margin(self) -> int:
        return round(min(self.width(), self.height()) * _MARGIN_SHARE)

    def _lay_out(self) -> None:
        margin = self._margin()
        room = self.rect().adjusted(margin, margin, -margin, -margin)
        if self._title:
            room.setTop(self._title_box().bottom() + margin // 2)
        width = round(room.width() * min(1.0, self._scale))
        height = round(room.height() * min(1.0, self._scale))
        left = room.left() + (room.width() - width) // 2
        top = room.top() + (room.height() - height) // 2
        self.picture.setGeometry(left, top, width, height)
