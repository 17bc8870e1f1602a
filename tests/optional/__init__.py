"""Comparisons with other libraries; each group is skipped where its library is not installed."""
