"""*Inside the network*: every layer's feature maps, a unit's receptive field, an enlarged map."""
