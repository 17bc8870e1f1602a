"""Editors for the fields of a layer, and what layers and stacks cost, written out."""
