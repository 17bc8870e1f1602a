"""The lab's geometry in a few words, for the button that stands for it where room is short."""

from __future__ import annotations

from app.step.settings import SETTINGS, title_of
from engine.basics.geometry import times
from engine.lab import OPERATIONS, LabState

_WITHOUT_TITLE, _LEFT_OUT = {"size"}, {"channels"}
_USUAL = {"dilation": (1, 1)}


def facts_of(state: LabState) -> tuple[str, ...]:
    """The geometry in a few words each: ``4×4``, ``kernel 3×3``, ``stride 1``, ``padding 0``."""
    facts = []
    for key in OPERATIONS[state.operation].settings:
        if key == "temperature":
            facts.append(f"temperature {state.temperature:g}")
            continue
        setting = SETTINGS[key]
        values = setting.read(state)
        if key in _LEFT_OUT or values == _USUAL.get(key):
            continue
        is_size = key in {"size", "kernel", "window"}
        if setting.joint != "×":
            words = f" {setting.joint} ".join(map(str, values))
        else:
            words = times(values) if is_size or len(set(values)) > 1 else str(values[0])
        facts.append(words if key in _WITHOUT_TITLE else f"{title_of(key, state)} {words}")
    return tuple(facts)
