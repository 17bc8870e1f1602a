"""How long from process start to a painted window: cnnviz beside an empty PySide6 window.

Both are started in turn, in fresh processes, so that what the machine does meanwhile meets both.
Run with ``python benchmarks/startup.py [rounds]``; without a display, set
QT_QPA_PLATFORM=offscreen.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent

# Both print the time right after the first paint of the window and all that is in it: the timer
# set in the window's paintEvent fires when its children have been painted, too.
EMPTY = """
import os, sys, time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget

def painted():
    print(time.monotonic(), flush=True)
    os._exit(0)

class Window(QWidget):
    def paintEvent(self, event):
        QTimer.singleShot(0, painted)

application = QApplication(sys.argv)
window = Window()
window.resize(1280, 800)
window.show()
application.exec()
"""
CNNVIZ = """
import os, time
import app.shell.display
from app.cli import main

def painted():
    print(time.monotonic(), flush=True)
    os._exit(0)

def watch():
    from PySide6.QtCore import QTimer
    from app.shell.main_window import MainWindow
    paint = MainWindow.paintEvent
    def watched(self, event):
        QTimer.singleShot(0, painted)
        paint(self, event)
    MainWindow.paintEvent = watched

problem = app.shell.display.display_problem
def check_and_watch():
    found = problem()
    watch()
    return found
app.shell.display.display_problem = check_and_watch
main([])
"""


def seconds_to_paint(program: str) -> float:
    """Start a program, and return after how long it says that its window was painted."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    start = time.monotonic()
    result = subprocess.run(
        [sys.executable, "-c", program],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return float(result.stdout) - start


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    for program in (EMPTY, CNNVIZ):
        seconds_to_paint(program)  # warm the disk cache
    empty, cnnviz = [], []
    for _ in range(rounds):
        empty.append(seconds_to_paint(EMPTY))
        cnnviz.append(seconds_to_paint(CNNVIZ))
    difference = statistics.median(b - a for a, b in zip(empty, cnnviz, strict=True))
    print(f"process start to painted window, median of {rounds}, interleaved:")
    print(f"  empty PySide6 window  {statistics.median(empty):.3f} s")
    print(f"  cnnviz                {statistics.median(cnnviz):.3f} s")
    print(f"  cnnviz takes longer by {difference:.3f} s (limit 0.5 s)")


if __name__ == "__main__":
    main()
