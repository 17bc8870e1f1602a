"""Several digits side by side, read as a number."""
