"""How well drawn digits and numbers are read: generated ones, tablets, scribbles, other hands."""
