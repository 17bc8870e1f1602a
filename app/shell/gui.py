"""Opens the window: first asks whether there can be one, then hands over to the application."""

from __future__ import annotations

import sys
from pathlib import Path

from app.shell.display import display_problem


def run(model: Path | None = None, data: Path | None = None) -> int:
    """Open the window and return the process's exit code once it is closed.

    Args:
        model: A model, stack or image file to open in it.
        data: The folder with the MNIST files, as ``--data`` names it.
    """
    problem = display_problem()
    if problem is not None:
        sys.stderr.write(problem + "\n")
        return 1
    from app.shell.application import run_window  # noqa: PLC0415 - Qt must not be loaded before the check

    return run_window(model, data)
