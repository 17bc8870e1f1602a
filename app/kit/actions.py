"""The one table of actions: everything that a key or menu does, with its words and its keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from app.look.icons import icon

WINDOW = "window"
DRAW = "draw"


@dataclass(frozen=True)
class ActionInfo:
    """One action: its name in code, where it is valid, its words, icon, keys and menu.

    ``scope`` is ``WINDOW`` or a workspace's key; ``help`` is what ``?`` says of it, nothing if it
    is not worth a line there. In its menu a line stands above it if it starts a group.
    """

    id: str
    scope: str
    text: str
    icon: str = ""
    shortcuts: tuple[str, ...] = ()
    menu: str = ""
    help: str = ""
    is_checkable: bool = False
    starts_group: bool = False


ACTIONS = (
    ActionInfo("open", WINDOW, "&Open…", "open", ("Ctrl+O",), "file", "open a file"),
    ActionInfo("save", WINDOW, "&Save stack", "save", ("Ctrl+S",), "file",
        "save the stack; in Step the lecture, if there is one", starts_group=True),
    ActionInfo("save_as", WINDOW, "Save stack &as…", "", ("Ctrl+Shift+S",), "file"),
    ActionInfo("save_network", WINDOW, "Save &network as…", "network", ("Ctrl+Shift+N",), "file",
        starts_group=True),
    ActionInfo("use_bundled", WINDOW, "&Use the bundled LeNet-5", "", (), "file"),
    ActionInfo("quit", WINDOW, "&Quit", "", ("Ctrl+Q",), "file", "quit", starts_group=True),
    ActionInfo("toggle_dark", WINDOW, "&Dark", "moon", ("Ctrl+Shift+D",), "view", "light or dark",
        starts_group=True),
    ActionInfo("follow_system", WINDOW, "&Follow the system", "", (), "view", is_checkable=True),
    ActionInfo(
        "larger", WINDOW, "&Larger", "scale", ("Ctrl++", "Ctrl+="), "view", "everything larger",
        starts_group=True,
    ),
    ActionInfo("smaller", WINDOW, "&Smaller", "", ("Ctrl+-",), "view", "everything smaller"),
    ActionInfo("normal_size", WINDOW, "&Normal size", "", ("Ctrl+0",), "view", "normal size"),
    ActionInfo(
        "full_screen", WINDOW, "F&ull screen", "fullscreen", ("F11",), "view", "full screen",
        is_checkable=True, starts_group=True,
    ),
    ActionInfo("ready_lecture", WINDOW, "&Lecture: a convolution, forward and backward", "step",
        (), "course"),
    ActionInfo("present", WINDOW, "&Present what Step shows", "fullscreen", (), "course"),
    ActionInfo("keys", WINDOW, "&Keys", "help", ("?", "F1"), "help", "these keys"),
    ActionInfo("about", WINDOW, "&About cnnviz", "info", (), "help"),
    ActionInfo("pen", DRAW, "Pen", "pen", ("P",), help="draw", is_checkable=True),
    ActionInfo("eraser", DRAW, "Eraser", "eraser", ("E",), help="erase", is_checkable=True),
    ActionInfo("thinner", DRAW, "Thinner pen", "", ("[",), help="thinner pen"),
    ActionInfo("thicker", DRAW, "Thicker pen", "", ("]",), help="thicker pen"),
    ActionInfo("undo", DRAW, "Undo", "undo", ("Ctrl+Z",),
        help="undo the last stroke, or the last change inside the network"),
    ActionInfo("redo", DRAW, "Redo", "redo", ("Ctrl+Shift+Z", "Ctrl+Y"), help="redo"),
    ActionInfo("clear", DRAW, "Clear", "clear", ("Delete", "Backspace"), help="clear the sheet"),
    ActionInfo("number", DRAW, "Number of several digits", "number", ("N",), help="a wide sheet "
        "for a number of several digits", is_checkable=True),
    ActionInfo("previous_digit", DRAW, "Previous digit", "", (",",)),
    ActionInfo("next_digit", DRAW, "Next digit", "", (".",)),
    ActionInfo("grid", DRAW, "Grid of the network's pixels", "grid", ("G",),
        help="grid of the network's pixels", is_checkable=True),
    ActionInfo("paste", DRAW, "Paste", "paste", ("Ctrl+V",), help="paste an image"),
    ActionInfo("copy", DRAW, "Copy", "copy", ("Ctrl+C",), help="copy the drawing as an image"),
    ActionInfo("open_image", DRAW, "Open image…", "image", ("Ctrl+I",), help="open an image"),
    ActionInfo("save_drawing", DRAW, "Save drawing as PNG…", "save", ("Ctrl+Shift+I",),
        help="save the drawing as PNG"),
    ActionInfo("inside", DRAW, "Inside the network", "", ("I",), help="inside the network"),
)  # fmt: skip

Handlers = Mapping[str, Callable[[], None]]


def make_actions(scope: str, parent: QWidget, handlers: Handlers) -> dict[str, QAction]:
    """Make the actions of a scope, each calling its handler, and give them to ``parent``.

    A workspace's keys work while the focus is somewhere in it; the window's everywhere.

    Raises:
        KeyError: an action has no handler.
    """
    context = (
        Qt.ShortcutContext.WindowShortcut
        if scope == WINDOW
        else Qt.ShortcutContext.WidgetWithChildrenShortcut
    )
    actions = {}
    for info in ACTIONS:
        if info.scope != scope:
            continue
        action = QAction(info.text, parent)
        if info.icon:
            action.setIcon(icon(info.icon))
        action.setShortcuts([QKeySequence(key) for key in info.shortcuts])
        action.setShortcutContext(context)
        action.setCheckable(info.is_checkable)
        action.setToolTip(_tool_tip(info))
        action.triggered.connect(handlers[info.id])
        parent.addAction(action)
        actions[info.id] = action
    return actions


def tool_tip_of(name: str, scope: str) -> str:
    """What an action's tooltip says while it works: its words and its key."""
    return next(_tool_tip(info) for info in ACTIONS if (info.id, info.scope) == (name, scope))


def keys_of(scope: str) -> tuple[tuple[str, str], ...]:
    """Return the keys of a scope and what each does, for the list that ``?`` shows."""
    return tuple(
        (native(info.shortcuts[0]), info.help)
        for info in ACTIONS
        if info.scope == scope and info.help and info.shortcuts
    )


def native(shortcut: str) -> str:
    """Write a shortcut as this system does: Ctrl+Z, or ⌘Z."""
    return QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.NativeText)


def _tool_tip(info: ActionInfo) -> str:
    words = info.text.replace("&", "").rstrip("…")
    return f"{words} ({native(info.shortcuts[0])})" if info.shortcuts else words
