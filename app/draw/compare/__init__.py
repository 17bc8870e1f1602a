"""*Compare*: two networks on the same drawing."""
