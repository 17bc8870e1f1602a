"""Step's picture: the grids, the links between them, and the sentence."""
