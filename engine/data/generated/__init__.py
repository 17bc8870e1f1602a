"""Digits and scribbles from a seed, drawn with the same ink as the canvas."""
