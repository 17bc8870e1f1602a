"""State without widgets: what the panels show and change."""
