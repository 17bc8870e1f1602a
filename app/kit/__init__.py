"""Widgets and helpers that two or more workspaces use."""
