"""The window: Qt in front of the engine. Nothing here does network arithmetic."""
