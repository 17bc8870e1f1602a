"""The workspaces of the rail, one module or package each."""
