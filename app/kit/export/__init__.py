"""Pictures and runs of pictures as files, grids as text."""
