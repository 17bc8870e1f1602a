"""The page *Freeze*: one training step held still, with its numbers."""
