"""Grids of numbers: painted, outlined, edited in place."""
