"""Measurements side by side, run by hand: never part of the tests."""
