"""The workspace *Step*: a layer's arithmetic window by window, forward and backward."""
