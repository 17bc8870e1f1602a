"""Feature maps: mosaics, strips of layers, rows of images."""
