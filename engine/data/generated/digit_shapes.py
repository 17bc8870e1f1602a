"""The shapes of the ten digits, as people of different schools write them.

They stand in two modules of data, in this notation.

A line without indent names a way of writing: the digit, the name, and how often it is written,
relative to the other ways of the same digit. Below it stand a few drawings of the same movement; a
hand lies somewhere between them. A drawing is a list of places ``x,y`` in a box of 100×100, ``y``
down, through which the pen runs in a smooth curve. ``!`` marks a corner, ``|`` lifts the pen. The
drawings of one way have the same number of places, corners and strokes.
"""

from __future__ import annotations

from engine.data.generated import high_digit_shapes, low_digit_shapes

SHAPES = f"{low_digit_shapes.SHAPES}\n{high_digit_shapes.SHAPES}"
"""All of them, from 0 to 9."""
