"""How everything looks: theme, colours, icons, text."""
