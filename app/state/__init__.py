"""What workspaces share: the document, networks, the drawing, settings, data sources."""
