"""The page *Runs*: finished and interrupted runs, overlaid, compared, taken up again."""
