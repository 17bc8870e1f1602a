"""Drawings kept as examples, and the fine-tuning on them."""
