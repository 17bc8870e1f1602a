"""Whether a window can be opened here at all, asked before Qt is: Qt would end the process.

On Linux a missing display or system library makes Qt print several lines and abort. Here the same
is found out first, and said in one sentence with the command that fixes it. Imports no Qt.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import re
import socket
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

# Which Debian (and Ubuntu) package holds a library that Qt does not bring along.
_QT_PACKAGES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libzstd.so.1": "libzstd1",
}
_PLATFORM_PACKAGES = {
    "xcb": {
        "libX11-xcb.so.1": "libx11-xcb1",
        "libxcb.so.1": "libxcb1",
        "libxcb-cursor.so.0": "libxcb-cursor0",
        "libxcb-icccm.so.4": "libxcb-icccm4",
        "libxcb-image.so.0": "libxcb-image0",
        "libxcb-keysyms.so.1": "libxcb-keysyms1",
        "libxcb-randr.so.0": "libxcb-randr0",
        "libxcb-render-util.so.0": "libxcb-render-util0",
        "libxcb-shape.so.0": "libxcb-shape0",
        "libxcb-util.so.1": "libxcb-util1",
        "libxcb-xkb.so.1": "libxcb-xkb1",
        "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    },
    "wayland": {
        "libwayland-client.so.0": "libwayland-client0",
        "libwayland-cursor.so.0": "libwayland-cursor0",
        "libwayland-egl.so.1": "libwayland-egl1",
    },
}
_NO_DISPLAY = (
    "cnnviz needs a display to open its window, and there is none here (DISPLAY and "
    "WAYLAND_DISPLAY are not set). Start it on a desktop, or over ssh with -X; "
    '"cnnviz train" and "cnnviz classify" work without one.'
)


def display_problem(environment: Mapping[str, str] = os.environ) -> str | None:
    """Return one sentence on why no window can be opened, or ``None`` if it can be tried."""
    if not sys.platform.startswith("linux"):
        return None
    named = environment.get("QT_QPA_PLATFORM", "")
    platforms = _named_platforms(named) if named else _running_platforms(environment)
    if not platforms:
        return _NO_DISPLAY
    folder = _qt_folder()
    if folder is None:
        return "cnnviz needs PySide6 to open its window, and it is not installed."
    gui_error = _load_error(folder / "lib" / "libQt6Gui.so.6")
    if gui_error is not None:
        return _missing_libraries(gui_error, _QT_PACKAGES)
    problems = [_platform_problem(folder, platform, environment) for platform in platforms]
    return None if None in problems else problems[0]


def _named_platforms(named: str) -> list[str]:
    """Read ``QT_QPA_PLATFORM``: names separated by ``;``, each perhaps with ``:options``."""
    return [name.split(":")[0].strip() for name in named.split(";") if name.strip()]


def _running_platforms(environment: Mapping[str, str]) -> list[str]:
    """List the window systems that are announced here, the one that Qt takes first at the head."""
    candidates = (("wayland", "WAYLAND_DISPLAY"), ("xcb", "DISPLAY"))
    return [name for name, variable in candidates if environment.get(variable)]


def _qt_folder() -> Path | None:
    found = importlib.util.find_spec("PySide6")
    if found is None or not found.submodule_search_locations:
        return None
    return Path(found.submodule_search_locations[0]) / "Qt"


def _platform_problem(folder: Path, platform: str, environment: Mapping[str, str]) -> str | None:
    plugins = folder / "plugins" / "platforms"
    if not plugins.is_dir():
        return None  # a Qt laid out otherwise, of a distribution perhaps: let Qt find out
    name = platform.removesuffix("-egl")
    plugin = plugins / f"libq{name}.so"
    if not plugin.is_file():
        known = ", ".join(sorted(p.stem.removeprefix("libq") for p in plugins.glob("libq*.so")))
        return (
            f"cnnviz cannot open its window: QT_QPA_PLATFORM asks for {platform!r}, which this Qt "
            f"does not have. It has {known}."
        )
    error = _load_error(plugin)
    if error is not None:
        return _missing_libraries(error, _PLATFORM_PACKAGES.get(name, {}) | _QT_PACKAGES)
    if name == "xcb" and not _x_server_answers(environment.get("DISPLAY", "")):
        return (
            f"cnnviz cannot open its window: the display {environment.get('DISPLAY', '')!r} that "
            "DISPLAY names does not answer. Start it on a desktop, or over ssh with -X."
        )
    if name == "wayland" and not _wayland_answers(environment):
        return (
            "cnnviz cannot open its window: the display "
            f"{environment.get('WAYLAND_DISPLAY', '')!r} that WAYLAND_DISPLAY names does not "
            "answer. Start it on a desktop."
        )
    return None


def _load_error(library: Path | str) -> str | None:
    """Return what the dynamic linker says against loading a library, ``None`` if nothing."""
    try:
        ctypes.CDLL(str(library))
    except OSError as error:
        return str(error)
    return None


def _missing_libraries(error: str, packages: Mapping[str, str]) -> str:
    """Name all system libraries that are missing, and the packages that hold them."""
    match = re.match(r"(lib[^:/\s]+\.so[.\d]*): cannot open shared object file", error)
    if match is None:
        return f"cnnviz cannot open its window: Qt cannot be loaded ({error})."
    missing = {match[1]: None} | dict.fromkeys(
        name for name in packages if _load_error(name) is not None
    )
    names = _listed(missing)
    noun, verb = ("library", "is") if len(missing) == 1 else ("libraries", "are")
    known = sorted({packages[name] for name in missing if name in packages})
    install = f" On Debian or Ubuntu: sudo apt install {' '.join(known)}" if known else ""
    return (
        f"cnnviz cannot open its window: the system {noun} {names}, which Qt needs, {verb} "
        f"missing.{install}"
    )


def _listed(names: Iterable[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def _x_server_answers(display: str) -> bool:
    """Ask libxcb itself; a library of an unexpected kind gets the benefit of the doubt."""
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
        xcb.xcb_connect.restype = ctypes.c_void_p
        xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
        xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
        xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
        connection = xcb.xcb_connect(display.encode() or None, None)
        has_failed = bool(xcb.xcb_connection_has_error(connection))
        xcb.xcb_disconnect(connection)
    except (OSError, AttributeError):
        return True
    return not has_failed


def _wayland_answers(environment: Mapping[str, str]) -> bool:
    address = Path(environment.get("XDG_RUNTIME_DIR", "")) / environment.get(
        "WAYLAND_DISPLAY", "wayland-0"
    )
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(2.0)
        try:
            client.connect(str(address))
        except OSError:
            return False
    return True
