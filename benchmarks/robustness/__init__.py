"""What must not happen whatever is done: crashes, stand-stills, losses, leaks. Run by hand."""
