"""The page *Wall*: fixed held-out images and the present answer to each."""
