"""Where the files of ``resources`` lie.

A plain path: ``importlib.resources`` would cost a tenth of the time that the window takes to open,
and Qt's style sheets need real files anyway.
"""

from __future__ import annotations

from pathlib import Path

import resources

_ROOT = Path(resources.__path__[0])


def asset(*parts: str) -> Path:
    """Return the path of a file or folder of ``resources``: ``asset("icons", "play.svg")``."""
    return _ROOT.joinpath(*parts)
