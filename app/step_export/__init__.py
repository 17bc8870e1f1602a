"""What leaves the sliding-window lab: pictures, runs as GIF or numbered PNGs, grids as text."""
