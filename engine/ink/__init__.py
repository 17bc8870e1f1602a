"""From a pen to the network's input: strokes, pixels, preparation, segmentation, the guard."""
