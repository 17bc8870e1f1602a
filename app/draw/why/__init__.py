"""*Why*: which pixels and maps speak for an answer."""
