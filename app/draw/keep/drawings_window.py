"""My drawings: see, relabel, delete, export and import them, and fine-tune the network on them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QFont, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.draw.keep.drawings_grid import DrawingsGrid
from app.draw.keep.fine_tuning import FineTuning
from app.draw.keep.fine_tuning_view import FineTuningView
from app.draw.view import DrawContext
from app.kit.buttons import allow
from app.look.nesting import nest
from app.look.restyled import Restyled
from app.look.screen_room import within_screen
from app.look.text import Text
from app.look.theme import px
from app.state import settings as remembered
from app.state.my_drawings import MyDrawings
from app.state.subjects import Said
from engine.basics.errors import EngineError
from engine.data.own_drawings import KeptDrawing, export_drawings, export_images

EMPTY = (
    "Nothing is kept yet.\n\nDraw a digit, then press its key, 0 to 9: the drawing is kept here "
    "as an example, with its strokes. A network can be trained on them, alone or mixed with others."
)
HELP = "Choose drawings; a digit's key relabels them, Delete takes them out, Ctrl+Z undoes."
_JSON = "Drawings (*.json)"

_IMPORT = "Add the labelled drawings in a JSON file"


class DrawingsWindow(Restyled, QDialog):
    """A window of its own; it does not block the main one."""

    def __init__(
        self, drawings: MyDrawings, context: DrawContext, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("My drawings")
        self.drawings, self._context = drawings, context
        self.tuning = FineTuning(context.networks, context.meddler.data_directory, parent=self)
        self.summary = Text(size=15, weight=QFont.Weight.DemiBold)
        self.labels = Text(size=12, role="muted")
        self.help = Text(HELP, 12, role="muted")
        self.message = Text(size=12, role="muted")
        self._said = Said(self._take_back, self)
        self.grid = DrawingsGrid()
        self.empty = Text(EMPTY, 14, role="muted")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        for text in (self.labels, self.help, self.message, self.empty):
            text.setWordWrap(True)
        self.undo = QPushButton("Undo")
        self.undo.setShortcut(QKeySequence.StandardKey.Undo)
        self.delete = QPushButton("Delete")
        self.take = QPushButton("Import…")
        self.take.setToolTip(_IMPORT)
        self.give = QPushButton("Export")
        self._menu = QMenu(self)
        self._menu.addAction("As drawings, one JSON file…", self.export_file)
        self._menu.addAction("As images, one folder per digit…", self.export_folder)
        self.give.setMenu(self._menu)
        self.tune = QPushButton("Fine-tune…")
        self.tune.setProperty("role", "primary")
        self.tune.setAutoDefault(False)
        self.tuning_view = FineTuningView(self.tuning, drawings, context.sketch)
        self._lay_out()
        self._connect()
        self._show()
        self._say_problem(drawings.put_aside)
        self.follow_theme()
        self.resize(within_screen(self, QSize(px(760), px(560))))

    def stop_and_join(self, timeout_ms: int) -> bool:
        """End a fine-tuning and an import; say whether they ended in time."""
        has_read = self.drawings.stop_and_join(timeout_ms)
        return self.tuning.stop_and_join(timeout_ms) and has_read

    # What the user can do

    @Slot()
    def import_file(self) -> None:
        """Ask for a file of drawings, and add them."""
        name, _ = QFileDialog.getOpenFileName(self, "Import drawings", self._folder(), _JSON)
        if not name:
            return
        self._remember(Path(name))
        self._say(f"Reading {Path(name).name}\N{HORIZONTAL ELLIPSIS}")
        allow(self.take, "a file is being read", _IMPORT)
        self.drawings.take_from(Path(name))

    @Slot()
    def export_file(self) -> None:
        """Ask for a file, and write the chosen drawings into it, or all."""
        place = str(Path(self._folder()) / "my drawings.json")
        name, _ = QFileDialog.getSaveFileName(self, "Export drawings", place, _JSON)
        if not name:
            return
        path = Path(name).with_suffix(Path(name).suffix or ".json")
        self._remember(path)
        self._try(lambda: self._export(path))

    @Slot()
    def export_folder(self) -> None:
        """Ask for a folder, and write the chosen drawings into it as images, or all."""
        title = "Folder for the images of 28×28"
        name = QFileDialog.getExistingDirectory(self, title, self._folder())
        if not name:
            return
        self._try(lambda: self._export_images(Path(name)))

    def _export(self, path: Path) -> str:
        export_drawings(wanted := self._wanted(), path)
        return f"{len(wanted):,} drawings are in {path.name}; cnnviz classify --strokes reads it."

    def _export_images(self, folder: Path) -> str:
        count = export_images(self._wanted(), folder)
        return f"{count:,} images are in {folder.name}, one folder per digit."

    def _try(self, step: Callable[[], str]) -> None:
        """Do something with a file; say what came of it, or why nothing did."""
        try:
            self._say(step())
        except EngineError as error:
            self._say_problem(str(error))

    @Slot(int)
    def relabel(self, label: int) -> None:
        """Call the chosen drawings another digit."""
        self.drawings.relabel(self.grid.chosen_keys, label)

    @Slot()
    def delete_chosen(self) -> None:
        """Take the chosen drawings out; undo brings them back."""
        self.drawings.delete(self.grid.chosen_keys)

    @Slot()
    def show_tuning(self) -> None:
        """Turn to fine-tuning."""
        self._pages.setCurrentWidget(self.tuning_view)
        self.tuning_view.show_state()

    @Slot()
    def show_drawings(self) -> None:
        """Turn back to the drawings."""
        self._pages.setCurrentWidget(self._grid_page)

    # What is shown

    @Slot()
    def _show(self) -> None:
        kept = self.drawings.drawings
        count = len(kept)
        self.summary.setText(f"{count:,} drawing{'s' if count != 1 else ''}")
        by_label = Counter(each.label for each in kept)
        counts = (f"{by_label[label]} of {label}" for label in sorted(by_label))
        self.labels.setText(", ".join(counts))
        self.grid.show_drawings(kept)
        self.grid.setVisible(bool(kept))
        self.help.setVisible(bool(kept))
        self.empty.setHidden(bool(kept))
        allow(self.give, "" if kept else "no drawing is kept yet", "Export drawings")
        self._show_undo()
        self._show_tune()

    @Slot()
    def _show_tune(self) -> None:
        why_not = self.tuning.why_not(self.drawings.drawings)
        has_something = self.tuning.is_running or self.tuning.result or self.tuning.can_undo
        tip = "A short training on these drawings, before and after"
        allow(self.tune, "" if has_something else why_not, tip)
        self.help.setText(HELP if self.tune.isEnabled() else f"{HELP}\n{why_not}")

    @Slot()
    def _tell_of_end(self) -> None:
        """Say in the main window what became of a fine-tuning whose window was closed meanwhile."""
        if self.isVisible():
            return
        if self.tuning.problem:
            self._context.status_message.emit(f"Fine-tuning: {self.tuning.problem}")
        elif self.tuning.result is not None:
            self._context.status_message.emit(
                "Fine-tuning has ended: My drawings… → Fine-tune… shows before and after."
            )

    @Slot()
    def _show_undo(self) -> None:
        stack = self.drawings.undo_stack
        tip = f"Undo: {stack.undoText()} (Ctrl+Z)" if stack.canUndo() else "Undo (Ctrl+Z)"
        allow(self.undo, "" if stack.canUndo() else "nothing was changed yet", tip)
        is_chosen = bool(self.grid.chosen_keys)
        allow(self.delete, "" if is_chosen else "choose drawings first", "Delete (Delete)")

    @Slot(str)
    def _say_problem(self, sentence: str) -> None:
        self._say(sentence, role="error")
        allow(self.take, "a file is being read" if self.drawings.is_importing else "", _IMPORT)

    @Slot(str)
    def _say_imported(self, sentence: str) -> None:
        self._say(sentence)
        allow(self.take, "", _IMPORT)

    def _take_back(self) -> None:
        """My drawings are others now than those of which it was said."""
        self._say("")

    def _say(self, sentence: str, role: str = "muted") -> None:
        self._said.of(self.drawings.collection)
        self.message.setText(sentence)
        self.message.set_role(role)

    def _wanted(self) -> list[KeptDrawing]:
        chosen = set(self.grid.chosen_keys)
        return [each for each in self.drawings.drawings if not chosen or each.key in chosen]

    def _folder(self) -> str:
        return self._context.settings.get(remembered.LAST_FOLDER) or str(Path.home())

    def _remember(self, path: Path) -> None:
        self._context.settings.set(remembered.LAST_FOLDER, str(path.parent))

    # Making

    def _connect(self) -> None:
        self.drawings.changed.connect(self._show)
        self.drawings.problem_found.connect(self._say_problem)
        self.drawings.imported.connect(self._say_imported)
        self.grid.relabel_wanted.connect(self.relabel)
        self.grid.delete_wanted.connect(self.delete_chosen)
        self.grid.choice_changed.connect(self._show_undo)
        self.undo.clicked.connect(self.drawings.undo)
        self.delete.clicked.connect(self.delete_chosen)
        self.take.clicked.connect(self.import_file)
        self.tune.clicked.connect(self.show_tuning)
        self.tuning_view.back_wanted.connect(self.show_drawings)
        self.tuning.changed.connect(self._show_tune)
        self.tuning.ended.connect(self._tell_of_end)

    def _lay_out(self) -> None:
        self._grid_page = QWidget()
        self._column = QVBoxLayout(self._grid_page)
        self._head = QHBoxLayout()
        self._head.addWidget(self.summary)
        self._head.addWidget(self.labels, 1)
        self._buttons = QHBoxLayout()
        for button in (self.undo, self.delete, self.take, self.give):
            button.setAutoDefault(False)
            self._buttons.addWidget(button)
        self._buttons.addStretch(1)
        self._buttons.addWidget(self.tune)
        nest(self._column, self._head)
        self._column.addWidget(self.grid, 1)
        self._column.addWidget(self.empty, 1)
        self._column.addWidget(self.help)
        self._column.addWidget(self.message)
        nest(self._column, self._buttons)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._grid_page)
        self._pages.addWidget(self.tuning_view)
        self._outer = QVBoxLayout(self)
        self._outer.addWidget(self._pages)

    def _restyle(self) -> None:
        self.setMinimumSize(px(560), px(400))
        self._outer.setContentsMargins(px(16), px(16), px(16), px(16))
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(px(8))
        self._head.setSpacing(px(16))
        self._buttons.setSpacing(px(8))
