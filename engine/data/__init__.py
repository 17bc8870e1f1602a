"""Data sets: files, MNIST, generated digits."""
