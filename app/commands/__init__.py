"""The commands that need no window. None of them imports Qt."""
