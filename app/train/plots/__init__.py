"""Curves: axes, marks, what the pointer reads."""
