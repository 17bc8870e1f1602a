"""One-window explanations of what the layers compute."""
