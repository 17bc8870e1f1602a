"""A convolutional network in plain NumPy. Arrays are NCHW to every caller."""
