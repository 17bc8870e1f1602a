"""The window around the workspaces: rail, header, files, closing, recovery, start."""
