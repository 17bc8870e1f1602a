"""What a run is started with: data, settings, starting weights, learning rate."""
