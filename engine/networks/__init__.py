"""Stacks and networks: structure, losses, files, calibration, receptive fields."""
