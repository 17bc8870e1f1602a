"""The page *Inside*: kernels, maps and sizes while the network learns."""
