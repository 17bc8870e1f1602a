"""Every page at every size, scale and theme: pictures, and what of LOOKS can be counted.

``python -m benchmarks.looks DIRECTORY`` grabs the pages that the workspaces name themselves, and
prints for each page, size and scale how many texts do not fit and how much of the page's area its
main picture has; then how many filled accents a page has at most, and which tabs a switch of pages
moved. ``--pages``, ``--sizes``, ``--scales`` and ``--themes`` take a part, ``--no-pictures`` only
counts, ``--train`` trains shortly first, so that Train has something to show.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QPoint
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QPushButton, QWidget

from app.kit.layout.folding_choice import FoldingChoice
from app.kit.segmented import SegmentedControl
from app.kit.workspace import ShownPage, Workspace
from app.shell.main_window import MainWindow
from app.shell.rail import RailButton
from app.shell.screenshots import settle, train_shortly, window_with_something_to_see
from app.shell.workspaces import WORKSPACES, WorkspaceInfo
from app.state.settings import Settings
from benchmarks.text_fit import Misfit, misfits_on

SIZES = ((1024, 768), (1366, 768), (1920, 1080))
SCALES = (1.0, 1.5, 2.0)
THEMES = ("light", "dark")

Place = tuple[int, int]


@dataclass(frozen=True)
class Looked:
    """A page as it was shown once."""

    page: str
    picture: QPixmap
    misfits: tuple[Misfit, ...]
    share: float
    """Of the workspace's area, what its main picture has, from 0 to 1."""
    accents: tuple[str, ...]
    tabs: dict[str, Place]


def pages_of(
    window: MainWindow, of: tuple[WorkspaceInfo[Workspace], ...] = WORKSPACES
) -> Iterator[tuple[str, ShownPage]]:
    """All pages of these workspaces, each shown when its turn has come, with its full name."""
    for workspace in of:
        window.open_workspace(workspace.key)
        settle(window)
        for page in window.workspaces.panel(workspace).page_list():
            page.show()
            settle(window)
            yield f"{workspace.title} {page.title}".strip(), page


def look_at(window: MainWindow, name: str, page: ShownPage) -> Looked:
    """Look at the page that is shown."""
    picture, misfits = misfits_on(window)
    workspace = window.workspaces.current
    shown = [each.visibleRegion().boundingRect() for each in page.pictures() if each.isVisible()]
    area = sum(each.width() * each.height() for each in shown)
    share = area / (workspace.width() * workspace.height())
    return Looked(name, picture, misfits, share, filled_accents(window), tabs_of(window))


def filled_accents(window: QWidget) -> tuple[str, ...]:
    """The words of all buttons in sight that are filled with the accent."""
    return tuple(
        button.text()
        for button in window.findChildren(QPushButton)
        if button.isVisible()
        and button.isEnabled()
        and (button.property("role") == "primary" or button.isDefault())
    )


def tabs_of(window: QWidget) -> dict[str, Place]:
    """Where the tabs in sight stand: the rail's, and those of every choice of pages."""
    places: dict[str, Place] = {}
    for choice in window.findChildren(SegmentedControl):
        for number, text in enumerate(choice.options):
            segment = choice.button(number)
            if segment.isVisible():
                places[f"{choice.accessibleName()}: {text}"] = _place(segment, window)
    folded = (each.box for each in window.findChildren(FoldingChoice) if each.box.isVisible())
    others: tuple[QWidget, ...] = (*folded, *window.findChildren(RailButton))
    for tab in others:
        places[tab.accessibleName()] = _place(tab, window)
    return places


def _place(tab: QWidget, window: QWidget) -> Place:
    corner = tab.mapTo(window, QPoint())
    return corner.x(), corner.y()


def moved_tabs(before: Looked, after: Looked) -> tuple[str, ...]:
    """Which tabs the switch from one page to the other moved."""
    both = before.tabs.keys() & after.tabs.keys()
    return tuple(sorted(tab for tab in both if before.tabs[tab] != after.tabs[tab]))


def main() -> int:
    """Look at everything that was asked for; return 1 if something is not as LOOKS wants it."""
    arguments = _parser().parse_args()
    chosen = tuple(one for one in WORKSPACES if arguments.pages in one.title or not arguments.pages)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(Path(folder) / "settings.ini")
        with window_with_something_to_see(settings) as window:
            if arguments.train:
                train_shortly(window)
            seen = {}
            for size in arguments.sizes:
                for scale in arguments.scales:
                    for theme in arguments.themes:
                        case = f"{size[0]}x{size[1]} ×{scale:g} {theme}"
                        seen[case] = _look_at_all(window, chosen, size, scale, theme, arguments)
    return _report(seen)


def _look_at_all(
    window: MainWindow,
    workspaces: tuple[WorkspaceInfo[Workspace], ...],
    size: tuple[int, int],
    scale: float,
    theme: str,
    arguments: argparse.Namespace,
) -> list[Looked]:
    window.look.set_scale(scale)
    window.look.set_mode(theme)
    window.resize(*size)
    found = []
    for name, page in pages_of(window, workspaces):
        looked = look_at(window, name, page)
        found.append(looked)
        if arguments.pictures:
            file = f"{name}-{size[0]}x{size[1]}-{scale:g}-{theme}.png".replace(" ", "-")
            looked.picture.save(str(arguments.directory / file.replace("/", "-")))
    return found


def _report(seen: dict[str, list[Looked]]) -> int:
    texts, moves, accents = 0, Counter[str](), Counter[str]()
    for case, all_looked in seen.items():
        sys.stdout.write(f"\n{case}\n")
        for looked in all_looked:
            line = f"  {looked.page:44} {len(looked.misfits):3} texts, {looked.share:4.0%} picture"
            sys.stdout.write(f"{line}\n")
            texts += len(looked.misfits)
            for misfit in looked.misfits:
                sys.stdout.write(f"      {misfit}\n")
            accents[looked.page] = max(accents[looked.page], len(looked.accents))
        for before, after in itertools.pairwise(all_looked):
            for tab in moved_tabs(before, after):
                moves[f"{before.page} → {after.page}: {tab}"] += 1
    many = {page: count for page, count in accents.items() if count > 1}
    sys.stdout.write(f"\nTexts that do not fit: {texts}\n")
    sys.stdout.write(f"Pages with more than one filled accent: {many or 0}\n")
    sys.stdout.write(f"Switches of pages that moved a tab: {moves.total()}\n")
    for move, count in moves.most_common():
        sys.stdout.write(f"  {count}: {move}\n")
    return int(bool(texts or many or moves))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path, help="where the pictures go")
    parser.add_argument("--pages", default="", help="of one workspace alone, such as Build")
    parser.add_argument("--sizes", type=_size, nargs="+", default=SIZES, metavar="WxH")
    parser.add_argument("--scales", type=float, nargs="+", default=SCALES)
    parser.add_argument("--themes", nargs="+", default=THEMES, choices=THEMES)
    parser.add_argument("--no-pictures", dest="pictures", action="store_false")
    parser.add_argument("--train", action="store_true")
    return parser


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    return int(width), int(height)


if __name__ == "__main__":
    raise SystemExit(main())
