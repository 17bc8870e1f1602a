"""Threads that train and predict while the window stays alive."""
