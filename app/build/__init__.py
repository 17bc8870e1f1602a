"""The workspace *Build*: a palette, the stack as cards, the settings of a layer."""
