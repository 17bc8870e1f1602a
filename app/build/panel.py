"""Build: a palette, the stack as cards, the chosen layer's form, and the totals."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from app.build.code_pane import CodePane
from app.build.column_header import ColumnHeader
from app.build.layer_inspector import LayerInspector
from app.build.network_picture import NetworkPicture
from app.build.palette import Palette
from app.build.stack_files import StackFiles
from app.build.stack_header import StackHeader
from app.build.stack_list import StackList
from app.build.stack_totals import StackTotals
from app.build.trained_note import TrainedNote
from app.kit.actions import native
from app.kit.keys_and_pointer import shortcut
from app.kit.notice_bar import NoticeBar
from app.kit.segmented import SegmentedControl
from app.kit.workspace import ShownPage, Workspace
from app.look.icons import icon
from app.look.restyled import Restyled
from app.look.theme import px
from app.state.document import CLASSES, INPUT_ROW, StackDocument
from app.state.networks import NetworkHolder
from app.state.own_presets import OwnPreset, OwnPresets
from engine.layers.spec import LayerSpec
from engine.networks.presets import Preset
from engine.networks.stack_table import FORMATS

VIEWS = ("Cards", "Picture", "Code")
ROOM_FOR_THREE = 880
"""From this width on palette, cards and form stand side by side."""
FORM_PLACE = 1
"""Where the palette stands in a smaller window: next to the form, whose place it takes."""


class BuildPanel(Restyled, Workspace):
    """The workspace in which a stack is put together.

    It edits ``document``, and compares it with the network that ``networks`` holds: what is trained
    stays as it is until the edited stack is trained.
    """

    keys: ClassVar[tuple[tuple[str, str], ...]] = (
        ("Enter", "in the palette: add the layer, or open the preset"),
        ("Ctrl+F", "search layers and presets; or simply type in the palette"),
        ("Ctrl+.", "fix the stack in the first way that is proposed"),
        ("Enter, F2", "in the stack: edit the layer; Esc goes back"),
        ("↑ ↓", "choose a layer; with Shift several"),
        ("Alt+↑ / Alt+↓", "move the layer"),
        ("Ctrl+D", "duplicate the layer"),
        ("Delete", "remove the layer"),
        ("Ctrl+X / C / V", "cut, copy, paste layers"),
        ("Ctrl+Z / Ctrl+Shift+Z", "undo, redo"),
    )

    def __init__(
        self,
        document: StackDocument,
        networks: NetworkHolder,
        own_presets: OwnPresets | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.own_presets = own_presets
        self.document = document
        self.networks = networks
        self.subjects = (document.edited, networks.opened)
        self.files = StackFiles(document, self, self.status_message)
        self._has_own_widths = False
        self._make_actions()
        self._make_parts()
        self._lay_out()
        self._connect()
        self._show_stack()
        self._inspect_current()
        self.follow_theme()

    def _make_parts(self) -> None:
        self.palette_box = Palette(self.own_presets)
        self.stack_list = StackList(self.document)
        tools = self.stack_list
        self.columns = ColumnHeader((tools.move_up, tools.move_down, tools.duplicate, tools.remove))
        self.inspector = LayerInspector()
        self.totals = StackTotals()
        self.picture = NetworkPicture()
        self.code = CodePane()
        self.views = SegmentedControl("Show the stack as", VIEWS)
        self.views.set_index(0)
        self.header = StackHeader(
            ((self.undo_action, self.redo_action), (self.open_action, self.save_action)), self.views
        )
        self.note = TrainedNote(
            self.document,
            self.networks,
            self.header.network_state,
            self.stack_list.stack_model,
            self.status_message,
            self,
        )
        shortcut(self.inspector, "Esc", self.stack_list.setFocus)
        shortcut(self.palette_box, "Esc", self._leave_palette)
        shortcut(self, QKeySequence.StandardKey.Find, self._search)

    def _make_actions(self) -> None:
        undo_stack = self.document.undo_stack
        keys = QKeySequence.StandardKey
        self.undo_action = undo_stack.createUndoAction(self, "Undo")
        self.undo_action.setShortcuts(keys.Undo)
        self.undo_action.setIcon(icon("undo"))
        self.redo_action = undo_stack.createRedoAction(self, "Redo")
        self.redo_action.setShortcuts([QKeySequence("Ctrl+Shift+Z"), QKeySequence("Ctrl+Y")])
        self.redo_action.setIcon(icon("redo"))
        self.open_action = QAction(icon("open"), "Open…", self)
        self.open_action.setToolTip(f"Open a stack ({native('Ctrl+O')})")
        self.open_action.triggered.connect(self.files.open_dialog)
        self.save_action = QAction(icon("save"), "Save", self)
        self.save_action.setToolTip(f"Save the stack ({native('Ctrl+S')})")
        self.save_action.triggered.connect(self.files.save)
        for action in (self.undo_action, self.redo_action):
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            self.addAction(action)

    def _lay_out(self) -> None:
        self._outer = QVBoxLayout(self)
        self.notice = NoticeBar()
        self._outer.addWidget(self.header)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.addWidget(self.palette_box)
        self.splitter.addWidget(self._middle())
        self.splitter.addWidget(self.inspector)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setChildrenCollapsible(False)
        self._outer.addWidget(self.splitter, 1)
        self._outer.addWidget(self.notice)  # here only lists give way to it, and no button moves
        self._outer.addWidget(self.totals)
        self.setTabOrder(self.palette_box, self.stack_list)
        self.setTabOrder(self.stack_list, self.inspector)

    def _middle(self) -> QWidget:
        cards = QWidget()
        column = QVBoxLayout(cards)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.columns)
        column.addWidget(self.stack_list, 1)
        self.middle = QStackedWidget()
        for page in (cards, self.picture, self.code):
            self.middle.addWidget(page)
        return self.middle

    def _connect(self) -> None:
        self.splitter.splitterMoved.connect(self._keep_widths)
        self.document.stack_changed.connect(self._show_stack)
        self.document.settled.connect(self._inspect_current)
        self.document.modified_changed.connect(self._show_file)
        self.document.path_changed.connect(self._show_file)
        self.note.edited.changed.connect(self._show_view)
        self.header.name_edited.connect(self.document.rename)
        self.palette_box.layer_chosen.connect(self.add_layer)
        self.palette_box.preset_chosen.connect(self.open_preset)
        self.palette_box.keep_wanted.connect(self._keep_stack)
        self.palette_box.message_arose.connect(self.status_message)
        self.stack_list.layer_chosen.connect(self._inspect)
        self.stack_list.edit_requested.connect(self._edit)
        self.stack_list.width_changed.connect(self.columns.set_card_width)
        self.stack_list.message_arose.connect(self.status_message)
        self.views.chosen.connect(self.show_view)
        self.columns.add.toggled.connect(self._make_room)
        self.picture.layer_chosen.connect(self._choose_layer)
        self.picture.message_arose.connect(self.status_message)
        self.code.message_arose.connect(self.status_message)
        self.totals.copy_wanted.connect(self.copy_table)
        self.totals.train_wanted.connect(partial(self.workspace_wanted.emit, "train"))
        self.inspector.field_edited.connect(self._edit_field)
        for confirmed in (
            self.inspector.form.edit_confirmed,
            self.header.name_edit.editingFinished,
        ):
            confirmed.connect(self.document.undo_stack.end_gesture)
        self.inspector.input_edited.connect(self.document.change_input)
        self.totals.problem_clicked.connect(self.show_problem)
        self.totals.fix_clicked.connect(self.stack_list.fix.trigger)

    def _leave_palette(self) -> None:
        self.columns.add.setChecked(False)
        self.stack_list.setFocus()

    def _edit(self) -> None:
        self.columns.add.setChecked(False)
        self.inspector.form.focus_first_field()

    def _search(self) -> None:
        if self.palette_box.isHidden():
            self.columns.add.setChecked(True)
            self.show_view(0)
        self.palette_box.search.setFocus()
        self.palette_box.search.selectAll()

    # What the user can do

    def add_layer(self, spec: LayerSpec) -> None:
        """Add a layer behind the current card."""
        self.document.insert_layer(self.stack_list.insertion_layer, spec)

    def open_preset(self, preset: Preset | OwnPreset) -> None:
        """Replace the stack with a preset, as a step that can be undone."""
        left, is_unsaved = self.document.stack.name, self.document.is_modified
        self.document.replace_stack(preset.stack, f"Open preset {preset.title}")
        if is_unsaved and not self.document.is_modified:
            self.status_message.emit(
                f"Opened {preset.title}. The changes to {left} are not saved: undo leads back."
            )

    def _keep_stack(self) -> None:
        self.palette_box.keep_stack(self.document.stack)

    def show_view(self, number: int) -> None:
        """Show the stack as cards (0), as a picture (1) or as code (2)."""
        self.views.set_index(number)
        self.middle.setCurrentIndex(number)
        self._make_room()
        self._show_view()

    def copy_table(self, name: str) -> None:
        """Copy the report as a table, in a format of ``engine.networks.stack_table``."""
        QGuiApplication.clipboard().setText(FORMATS[name](self.document.report))
        self.status_message.emit(f"Copied the table of layers as {name}.")

    def _choose_layer(self, layer: int) -> None:
        self.stack_list.choose_layers((layer,))

    def _show_view(self) -> None:
        """Renew the picture or the code, whichever is in sight."""
        report = self.document.report
        if self.middle.currentWidget() is self.picture:
            self.picture.show_report(report)
            self.picture.canvas.choose(self.stack_list.currentIndex().row() - 1)
        elif self.middle.currentWidget() is self.code:
            self.code.show_report(report, self.note.model)

    def show_problem(self) -> None:
        """Go to the card that says why the stack cannot be trained."""
        self.show_view(0)
        report = self.document.report
        layer = INPUT_ROW
        if report.faulty_row is not None:
            layer = report.faulty_row.index
        elif report.output_shape != (CLASSES,):
            layer = len(report.rows)
        self._choose_layer(layer)
        self.stack_list.setFocus()

    def page_list(self) -> tuple[ShownPage, ...]:
        """The stack as cards, as a picture, as code."""
        pictures: tuple[QWidget, ...] = (self.stack_list, self.picture, self.code)
        return tuple(
            ShownPage.of(title, partial(self.show_view, number), pictures[number])
            for number, title in enumerate(VIEWS)
        )

    # What follows from the document

    def _edit_field(self, name: str, value: object) -> None:
        layer = self.stack_list.stack_model.layer_at(self.stack_list.currentIndex().row())
        if layer is not None:
            spec = self.document.stack.layers[layer]
            self.document.change_layer(layer, spec.replaced(**{name: value}))

    def _show_stack(self) -> None:
        self.header.show_name(self.document.stack.name)
        fixes = self.document.fixes
        self.totals.show_report(self.document.report, fixes[0].label if fixes else "")
        self._show_file()

    def _inspect_current(self) -> None:
        self._inspect(self.stack_list.currentIndex().row())

    def _inspect(self, row: int) -> None:
        if self.document.is_changing:
            return  # the last word is said when it has settled
        report = self.document.report
        self.picture.canvas.choose(row - 1)
        if row <= 0:
            self.inspector.show_input(report.stack.input_shape)
        elif row <= len(report.rows):
            self.inspector.show_layer(report.rows[row - 1])
        else:
            self.inspector.show_output(report.output_shape, CLASSES)

    def _show_file(self) -> None:
        self.header.show_file(self.document.path, is_modified=self.document.is_modified)

    # Looks

    def _restyle(self) -> None:
        self._outer.setContentsMargins(px(16), px(12), px(16), px(12))
        self._outer.setSpacing(px(10))
        self.splitter.setHandleWidth(px(12))
        self.splitter.setMinimumWidth(px(480))  # of the two that are left in a small window
        self.middle.setMinimumWidth(px(250))
        self.palette_box.setMinimumWidth(px(110))
        self.palette_box.setMaximumWidth(px(320))
        self.inspector.setMinimumWidth(px(210))
        self.inspector.setMaximumWidth(px(460))
        self._make_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width again, as long as nobody has dragged a border."""
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """In a small window palette and form share a place, which the code takes."""
        is_small = self.width() < px(ROOM_FOR_THREE)
        is_adding = self.columns.add.isChecked() and self.middle.currentIndex() == 0
        place = FORM_PLACE if is_small else 0
        if self.splitter.indexOf(self.palette_box) != place:
            self.splitter.insertWidget(place, self.palette_box)
            self._has_own_widths = False
        self.columns.add.setVisible(is_small)
        self.palette_box.setHidden(is_small and not is_adding)
        has_code = self.middle.currentWidget() is self.code
        self.inspector.setHidden(is_small and (is_adding or has_code))
        self._share_width()

    def _keep_widths(self) -> None:
        self._has_own_widths = True

    def _share_width(self) -> None:
        """The stack gets what the palette and the form leave, which take less in a small window."""
        if self._has_own_widths:
            return
        whole = self.width()
        palette = min(max(round(0.185 * whole), px(140)), px(240))
        form = min(max(round(0.285 * whole), px(290)), px(400))
        if self.splitter.indexOf(self.palette_box) == FORM_PLACE:
            self.splitter.setSizes([max(whole - form, 1), form, form])
        else:
            self.splitter.setSizes([palette, max(whole - palette - form, 1), form])
