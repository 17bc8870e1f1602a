"""Reusable views of arrays and dataclasses."""
