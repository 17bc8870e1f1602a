"""Numbers in the cells of an enlarged map."""

import numpy as np
import pytest
from PySide6.QtGui import QStaticText

from app.draw.inside import map_view
from app.draw.inside.map_view import MapView


@pytest.mark.parametrize(
    ("largest", "written"),
    [(2.0, {"2.00", "−0.25", "0.03", "0"}), (0.09, {".090", "−.011", ".001", "0"})],
)
def test_small_numbers_keep_their_digits(qtbot, monkeypatch, largest, written):
    """Gradients of a few hundredths are not all written as 0.0."""
    texts: set[str] = set()
    real = map_view.static_text

    def noted(text: str, pixels: int) -> QStaticText:
        texts.add(text)
        return real(text, pixels)

    monkeypatch.setattr(map_view, "static_text", noted)
    view = MapView(100)
    qtbot.addWidget(view)
    view.resize(200, 200)
    view.show_maps(np.array([[[1, -0.125], [0.0125, 0]]]) * largest, signed=True)
    view.grab()
    assert view.has_numbers
    assert texts == written
