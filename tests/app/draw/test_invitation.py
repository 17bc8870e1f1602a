"""The invitation on a blank sheet: whole, whatever the sheet's size and the scale."""

import pytest
from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics

from app.draw.sheet.invitation import HINT, parts

WRAPPED = int(Qt.TextFlag.TextWordWrap)


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("words", ["Draw a digit", "Draw a number"])
@pytest.mark.parametrize("size", [(150, 150), (220, 220), (280, 120), (300, 300), (900, 500)])
def test_no_word_of_the_invitation_is_cut_at_any_size(look, scale, words, size):
    look.set_scale(scale)
    room = QRectF(0, 0, *size)
    placed = parts(words, room)
    assert [part.words for part in placed] in ([words], [words, HINT])
    for part in placed:
        assert room.contains(part.box)
        longest = max(part.words.split(), key=len)
        assert QFontMetrics(part.font).horizontalAdvance(longest) <= part.box.width()
        wide = QRect(0, 0, int(part.box.width()), 10_000)
        needed = QFontMetrics(part.font).boundingRect(wide, WRAPPED, part.words)
        assert needed.height() <= part.box.height()
    if len(placed) == 2:
        assert placed[0].box.bottom() <= placed[1].box.top()


def test_the_hint_is_there_wherever_it_fits(look):
    for scale in (1.0, 1.5):
        look.set_scale(scale)
        assert len(parts("Draw a digit", QRectF(0, 0, 240, 240))) == 2
