"""*Shift*: the same digit at other places of the input."""
