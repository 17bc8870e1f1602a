"""The side panel of the lab for lectures: the scenes, what the marked one hides, and its notes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker, QSize, Qt
from PySide6.QtGui import QAction, QFont, QKeySequence
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.kit.buttons import icon_button
from app.lecture.document import NONE, LectureDocument
from app.lecture.files import LectureFiles
from app.lecture.scene_list import SceneList
from app.lecture.scenes import Hidden
from app.look.icons import icon
from app.look.nesting import nest
from app.look.restyled import Restyled
from app.look.text import ElidedText, Text
from app.look.theme import px

_SCALES = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
_PART_NAMES = {"kernel": "&Kernel", "result": "Res&ult", "sentence": "Se&ntence"}
_EMPTY = (
    "No scenes yet. Set the lab up as you want to show it, then record it, "
    "or open the lecture that comes with cnnviz."
)


class LectureStrip(Restyled, QWidget):
    """Shows a lecture and lets it be edited.

    What the buttons ``record``, ``update_scene``, ``present`` and ``fold`` do, its owner says.
    """

    def __init__(
        self, document: LectureDocument, files: LectureFiles, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self._files = document, files
        self._make_head()
        self._make_list()
        self._make_details()
        self._arrange()
        self._add_shortcuts()
        self.follow_theme()
        for changed in (
            document.scenes_changed,
            document.current_changed,
            document.path_changed,
            document.modified_changed,
        ):
            changed.connect(self._show)
        self._show()

    # --- making ----------------------------------------------------------------------------------

    def _make_head(self) -> None:
        self.title = ElidedText("", 15, QFont.Weight.DemiBold)
        self.menu = QMenu(self)
        files = self._files
        entries: tuple[tuple[str, str, Callable[[], object]], ...] = (
            ("&New lecture", "add", files.new),
            ("&Open…", "open", files.ask_open),
            ("The in&cluded lecture", "step", files.open_ready),
            ("&Save", "save", files.save),
            ("Save &as…", "", files.ask_save),
            ("Re&name the lecture…", "pen", files.ask_title),
        )
        for text, name, command in entries:
            action = self.menu.addAction(text, command)
            if name:
                action.setIcon(icon(name))
        self.menu.addSeparator()
        stack = self._document.undo_stack
        for action, name in (
            (stack.createUndoAction(self.menu, "Undo"), "undo"),
            (stack.createRedoAction(self.menu, "Redo"), "redo"),
        ):
            action.setIcon(icon(name))
            self.menu.addAction(action)
        self.menu_button = icon_button("more", "The lecture: new, open, save, rename, undo", self)
        self.menu_button.setMenu(self.menu)
        self.menu_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.fold = icon_button("close", "Hide the lecture's scenes", self)

    def _make_list(self) -> None:
        self.list = SceneList(self._document, self)
        self.list.scene_requested.connect(self._document.open_scene)
        self.empty = Text(_EMPTY, 13, role="muted")
        self.empty.setWordWrap(True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.ready = QPushButton("Open the included lecture")
        self.ready.clicked.connect(self._files.open_ready)
        self.record = QPushButton("Record a scene")
        self.record.setIcon(icon("add"))
        self.record.setToolTip("Keep the lab as it is now as a scene")
        self.previous = icon_button("previous", "The previous scene", self)
        self.next = icon_button("next", "The next scene", self)
        self.move_up = icon_button("up", "Move the scene up (Alt+↑)", self)
        self.move_down = icon_button("down", "Move the scene down (Alt+↓)", self)
        self.rename = icon_button("pen", "Rename the scene (F2)", self)
        self.delete = icon_button("remove", "Delete the scene (Delete)", self)
        self.previous.clicked.connect(self._document.previous_scene)
        self.next.clicked.connect(self._document.next_scene)
        self.move_up.clicked.connect(lambda: self._move(-1))
        self.move_down.clicked.connect(lambda: self._move(1))
        self.rename.clicked.connect(self.list.edit_title)
        self.delete.clicked.connect(lambda: self._document.delete(self._document.index))
        self.present = QPushButton("Present")
        self.present.setIcon(icon("present", "accent_text"))
        self.present.setProperty("role", "primary")
        self.present.setToolTip("Fill the screen with the picture (F5)")

    def _make_details(self) -> None:
        self.details = QWidget(self)
        self.hides: dict[str, QCheckBox] = {}
        for part, name in _PART_NAMES.items():
            self.hides[part] = QCheckBox(name)
            self.hides[part].setToolTip("Hidden in the presentation until you reveal it")
            self.hides[part].toggled.connect(self._set_hidden)
        self.scale = QComboBox()
        self.scale.setAccessibleName("size of the picture")
        self.scale.setToolTip("Size of the picture in the presentation")
        for scale in _SCALES:
            self.scale.addItem(f"{100 * scale:.0f} %", scale)
        self.scale.activated.connect(self._set_scale)
        self.notes = QPlainTextEdit()
        self.notes.setAccessibleName("notes")
        self.notes.setPlaceholderText("Notes for you; they are not shown on the screen")
        self.notes.setTabChangesFocus(True)
        self.notes.textChanged.connect(self._set_notes)
        self.update_scene = QPushButton("Update from the lab")
        self.update_scene.setToolTip("Update the marked scene to what the lab shows now")

    def _arrange(self) -> None:
        head, tools = QHBoxLayout(), QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.menu_button)
        head.addWidget(self.fold)
        tools.setSpacing(0)
        for button in (self.previous, self.next):
            tools.addWidget(button)
        tools.addStretch(1)
        for button in (self.rename, self.move_up, self.move_down, self.delete):
            tools.addWidget(button)
        details = QGridLayout(self.details)
        details.setContentsMargins(0, 0, 0, 0)
        details.addWidget(Text("Hide at first", 12, role="muted"), 0, 0, 1, 3)
        for column, box in enumerate(self.hides.values()):
            details.addWidget(box, 1, column)
        size = QLabel("Size")
        details.addWidget(size, 2, 0)
        details.addWidget(self.scale, 2, 1, 1, 2)
        details.addWidget(self.notes, 3, 0, 1, 3)
        details.addWidget(self.update_scene, 4, 0, 1, 3)
        self._whole = QVBoxLayout(self)
        nest(self._whole, head)
        self._whole.addWidget(self.empty)
        self._whole.addWidget(self.ready)
        self._whole.addWidget(self.list, 1)
        nest(self._whole, tools)
        self._whole.addWidget(self.details)
        self._whole.addStretch(0)
        self._whole.addWidget(self.record)
        self._whole.addWidget(self.present)
        self._tools = (
            self.previous, self.next, self.rename, self.move_up, self.move_down, self.delete,
        )  # fmt: skip

    def _restyle(self) -> None:
        self.setFixedWidth(px(264))
        self._whole.setContentsMargins(px(4), px(12), px(16), px(12))
        self._whole.setSpacing(px(8))
        self.list.setSpacing(px(1))
        self.list.setMinimumHeight(px(72))
        self.notes.setFixedHeight(px(84))
        for button in (*self._tools, self.menu_button, self.fold, self.record, self.present):
            button.setIconSize(QSize(px(16), px(16)))

    # --- showing ---------------------------------------------------------------------------------

    def _show(self) -> None:
        document = self._document
        scene, count = document.current, len(document.scenes)
        star = " •" if document.is_modified else ""
        self.title.setText(document.lecture.title + star)
        where = str(document.path) if document.path is not None else "not saved in a file"
        self.title.setToolTip(where + (", changed" if document.is_modified else ""))
        self.empty.setVisible(not count)
        self.ready.setVisible(not count)
        self.list.setVisible(bool(count))
        for button in self._tools:
            button.setVisible(bool(count))
        self.details.setVisible(scene is not None)
        index = document.index
        self.previous.setEnabled(index > 0)
        self.next.setEnabled(index < count - 1)
        self.move_up.setEnabled(index > 0)
        self.move_down.setEnabled(NONE < index < count - 1)
        self.rename.setEnabled(scene is not None)
        self.delete.setEnabled(scene is not None)
        if scene is None:
            return
        for part, box in self.hides.items():
            with QSignalBlocker(box):
                box.setChecked(getattr(scene.hidden, part))
        nearest = min(range(len(_SCALES)), key=lambda i: abs(_SCALES[i] - scene.scale))
        self.scale.setCurrentIndex(nearest)
        if self.notes.toPlainText() != scene.notes:
            with QSignalBlocker(self.notes):
                self.notes.setPlainText(scene.notes)

    # --- answering -------------------------------------------------------------------------------

    def _move(self, by: int) -> None:
        self._document.move(self._document.index, self._document.index + by)

    def _set_hidden(self) -> None:
        checked = {part: box.isChecked() for part, box in self.hides.items()}
        self._document.set_hidden(self._document.index, Hidden(**checked))

    def _set_scale(self, index: int) -> None:
        self._document.set_scale(self._document.index, _SCALES[index])

    def _set_notes(self) -> None:
        self._document.set_notes(self._document.index, self.notes.toPlainText())

    def _add_shortcuts(self) -> None:
        """Undo and redo of the lecture while the focus is in this panel."""
        for keys, slot in (
            (("Ctrl+Z",), self._document.undo_stack.undo),
            (("Ctrl+Shift+Z", "Ctrl+Y"), self._document.undo_stack.redo),
        ):
            action = QAction(self)
            action.setShortcuts([QKeySequence(key) for key in keys])
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            action.triggered.connect(slot)
            self.addAction(action)
