"""What a stack can be made of: all layer types, and whole stacks to start from."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QLineEdit,
    QMessageBox,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.build.palette_list import PaletteList, PaletteRow
from app.kit.errors import show_error
from app.kit.pages import Pages
from app.kit.stack.figures import UNKNOWN
from app.look.icons import icon
from app.look.restyled import Restyled
from app.look.text import Text
from app.look.theme import font, px
from app.state.own_presets import OwnPreset, OwnPresets
from engine.basics.errors import EngineError
from engine.layers.spec import FAMILIES, LayerSpec, registered_specs
from engine.networks.presets import PRESETS, Preset
from engine.networks.stack import Stack, describe

HEADINGS = {
    "convolution": "Convolution",
    "pooling": "Pooling",
    "activation": "Activation",
    "dense": "Dense",
    "regularisation": "Regularisation",
    "other": "Other",
}


class Palette(Restyled, QWidget):
    """Layer types and presets under a tab each, with a search; below, what an entry does.

    The user's own presets are renamed and removed here.

    Signals:
        layer_chosen: A ``LayerSpec`` to add, by double click or Enter.
        preset_chosen: A ``Preset`` or ``OwnPreset`` to open, by double click or Enter.
        keep_wanted: The open stack should be kept as a preset: ``keep_stack`` does it.
        message_arose: A sentence for the status bar.
    """

    layer_chosen = Signal(object)
    preset_chosen = Signal(object)
    keep_wanted = Signal()
    message_arose = Signal(str)

    def __init__(self, own: OwnPresets | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._own = own
        self.layers = PaletteList("Layer types")
        self.presets = PaletteList("Presets")
        self._fill_layers()
        self._fill_presets()
        self.pages = Pages("Layers or presets")
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search")
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName("Search layers and presets")
        self.search.setToolTip("Type to see only what matches; Enter takes the first (Ctrl+F)")
        self.search.installEventFilter(self)
        self.keep = QPushButton("Keep this stack")
        self.keep.setToolTip("Keep the open stack among your own presets")
        self.keep.setVisible(False)
        self.about = Text(size=12, role="muted")
        self._lay_out()
        self._connect()
        self._show_page(0)
        self.follow_theme()

    def _fill_layers(self) -> None:
        specs = registered_specs().values()
        rows: list[PaletteRow] = []
        for family in FAMILIES:
            members = [spec for spec in specs if spec.family == family]
            if members:
                rows.append(PaletteRow(HEADINGS[family]))
            rows += [PaletteRow(each.title, each(), each.about, each.icon) for each in members]
        self.layers.show_rows(rows)

    def _fill_presets(self) -> None:
        own = self._own.all() if self._own is not None else ()
        rows = [_preset_row(each) for each in PRESETS.values()]
        if own:
            yours = [PaletteRow("Your own"), *map(_preset_row, own)]
            rows = [*yours, PaletteRow("With cnnviz"), *rows]
        self.presets.show_rows(rows)

    def _lay_out(self) -> None:
        self.about.setWordWrap(True)
        self.about.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        for title, entries in (("Layers", self.layers), ("Presets", self.presets)):
            self.pages.add_page(title, entries)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.pages.between.addWidget(self.search)
        self._column.addWidget(self.pages, 1)
        self._column.addWidget(self.keep)
        self._column.addWidget(self.about)

    def _connect(self) -> None:
        for entries in (self.layers, self.presets):
            entries.current_changed.connect(self._explain)
            entries.row_entered.connect(self._explain)
            entries.letter_typed.connect(self._start_search)
        self.layers.entry_chosen.connect(self.layer_chosen)
        self.presets.entry_chosen.connect(self.preset_chosen)
        self.presets.renamed.connect(self._rename)
        self.presets.removal_wanted.connect(self._remove)
        self.keep.clicked.connect(self.keep_wanted)
        self.search.textChanged.connect(self._filter)
        self.pages.page_shown.connect(self._show_page)
        if self._own is not None:
            self._own.presets_changed.connect(self._refresh_presets)

    @property
    def page(self) -> PaletteList:
        """The list of the open tab."""
        return (self.layers, self.presets)[self.pages.index]

    # The user's own presets

    def keep_stack(self, stack: Stack) -> bool:
        """Keep a stack among the user's own presets; return whether that succeeded."""
        if self._own is None:
            return False
        try:
            preset = self._own.keep(stack)
        except EngineError as error:
            show_error(self, error, "The preset was not kept")
            return False
        self.show_preset(preset)
        self.message_arose.emit(f"Kept {preset.title} among your presets.")
        return True

    def show_preset(self, preset: OwnPreset) -> None:
        """Open the presets at one of the user's own."""
        self.search.clear()
        self.pages.show_page(1)
        self.presets.choose_entry(lambda entry: getattr(entry, "path", None) == preset.path)

    def _rename(self, preset: OwnPreset, name: str) -> None:
        if self._own is not None:  # once the editor has closed, as the list is filled again
            rename = partial(self._own.rename, preset, name)
            QTimer.singleShot(0, self, lambda: self._change(rename))

    def _remove(self, preset: OwnPreset) -> None:
        button, question = QMessageBox.StandardButton, f"Remove {preset.title} from your presets?"
        answer = QMessageBox.question(
            self, "Remove preset", question, button.Yes | button.No, button.No
        )
        if answer == button.Yes and self._own is not None:
            self._change(partial(self._own.remove, preset))

    def _change(self, change: Callable[[], None]) -> None:
        try:
            change()
        except EngineError as error:
            show_error(self, error, "The preset was not changed")

    # Searching

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """In the search: Enter takes the first match, the arrows go to the list, Esc clears."""
        if watched is self.search and isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.KeyPress:
                return self._key_in_search(Qt.Key(event.key()))
            if event.type() == QEvent.Type.ShortcutOverride and event.key() == Qt.Key.Key_Escape:
                event.accept()
        return super().eventFilter(watched, event)

    def _key_in_search(self, key: Qt.Key) -> bool:
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.page.choose_current()
        elif key in {Qt.Key.Key_Down, Qt.Key.Key_Up}:
            self.page.setFocus()
        elif key == Qt.Key.Key_Escape:
            self.search.clear()
            self.page.setFocus()
        else:
            return False
        return True

    def _start_search(self, letter: str) -> None:
        self.search.setFocus()
        self.search.setText(letter)

    def _filter(self, text: str) -> None:
        for entries in (self.layers, self.presets):
            entries.filter(text)
        self._explain(self.page.current)

    def _refresh_presets(self) -> None:
        self._fill_presets()
        self.presets.filter(self.search.text())

    def _show_page(self, number: int) -> None:
        entries = (self.layers, self.presets)[number]
        self.setFocusProxy(entries)
        self.keep.setVisible(entries is self.presets and self._own is not None)
        self._explain(entries.current)

    @Slot(object)
    def _explain(self, row: PaletteRow | None) -> None:
        entry = row.entry if row is not None else None
        if row is None or entry is None:
            nothing = self.search.text() and not self.page.has_matches
            self.about.setText("Nothing matches. Esc shows everything again." if nothing else "")
            return
        how = "Press Enter to open it."
        if isinstance(entry, LayerSpec):
            how = "Drag it in, or press Enter."
        elif isinstance(entry, OwnPreset):
            how = "Enter opens it, F2 renames it, Delete removes it."
        self.about.setText(f"{row.about} {how}")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What an entry does is said only where the list keeps most of the height."""
        super().resizeEvent(event)
        self._restyle()
        self.about.setHidden(self.height() < 3 * self.about.maximumHeight())

    def _restyle(self) -> None:
        self._column.setSpacing(px(8))
        self.search.setFont(font(13))
        self.keep.setFont(font(13))
        self.keep.setIcon(icon("add"))
        self.about.setContentsMargins(px(8), 0, px(4), 0)
        lines = 5 if self.width() >= px(160) else 7
        self.about.setFixedHeight(self.about.fontMetrics().lineSpacing() * lines)


def _preset_row(preset: Preset | OwnPreset) -> PaletteRow:
    return PaletteRow(preset.title, preset, preset.about, "network", _size(preset))


def _size(preset: Preset | OwnPreset) -> str:
    """The parameters of a preset, for the right edge."""
    report = describe(preset.stack)
    return UNKNOWN if report.faulty_row else f"{report.parameters:,}"
