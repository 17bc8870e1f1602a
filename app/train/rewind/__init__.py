"""The page *Rewind*: the network at earlier moments of its run."""
