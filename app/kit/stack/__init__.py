"""The form of a layer's settings and the totals of a stack."""
