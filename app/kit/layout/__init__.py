"""The parts that every page is laid out with: top row, settings panel, primary bar, empty state."""
