"""The sheet that is drawn on, its tools, and the stages from ink to the network's input."""
