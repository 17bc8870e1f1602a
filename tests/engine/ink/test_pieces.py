"""Pieces of ink: each holds its own pixels, and no more."""

import numpy as np
import pytest

from engine.ink.pieces import joined, left_over, piece_of, pieces_in, pieces_of
from engine.ink.rendering import PastedImage, Stroke, render

SEVEN = Stroke(((80, 60), (160, 60), (110, 210)), 16)
THREE = Stroke(((260, 60), (330, 90), (270, 130), (330, 180), (260, 210)), 16)
TOUCHING = Stroke(((60, 60), (130, 60), (90, 200), (190, 60), (260, 60), (210, 200)), 16)
ERASER = Stroke(((0, 130), (560, 130)), 30, erases=True)


def ways():
    sheet = render((SEVEN, THREE), boxes=2)
    pieces = (*pieces_of(SEVEN, 2), *pieces_of(THREE, 2))
    yield "one mark", pieces
    yield "a picture as one", (piece_of(sheet),)
    yield "a picture", pieces_in(sheet)
    yield "a pasted image", pieces_of(PastedImage(sheet, (0, 0, 560, 280)), 2)
    yield "joined", (joined(pieces), joined(pieces[:1]))
    yield "erased", left_over(pieces, render((SEVEN, THREE, ERASER), boxes=2))
    yield "cut", piece_of(render((TOUCHING,), boxes=2)).thin_parts


@pytest.mark.parametrize(("way", "pieces"), [pytest.param(*one, id=one[0]) for one in ways()])
def test_a_piece_holds_its_own_pixels_and_not_the_sheet(way, pieces):
    assert pieces
    for piece in pieces:
        held = piece.ink if piece.ink.base is None else piece.ink.base
        assert isinstance(held, np.ndarray)
        assert held.nbytes == piece.ink.nbytes
