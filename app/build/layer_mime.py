"""How layers travel between palette, stack and clipboard: as the layers of a stack file."""

from __future__ import annotations

import json
from collections.abc import Sequence

from PySide6.QtCore import QMimeData

from engine.basics.errors import ModelFileError
from engine.layers.reading import spec_from_dict
from engine.layers.spec import LayerSpec

MIME_TYPE = "application/x-cnnviz-layers"


def mime_of(specs: Sequence[LayerSpec]) -> QMimeData:
    """Layers as data to drag or copy; as text, they are the JSON of a stack file's layers."""
    text = json.dumps([spec.to_dict() for spec in specs], ensure_ascii=False)
    data = QMimeData()
    data.setData(MIME_TYPE, text.encode())
    data.setText(text)
    return data


def layers_in(data: QMimeData) -> tuple[LayerSpec, ...]:
    """The layers that ``mime_of`` packed.

    Raises:
        ModelFileError: if there are none, or some that cannot be.
    """
    try:
        items = json.loads(bytes(data.data(MIME_TYPE).data()).decode())
    except ValueError as error:
        raise ModelFileError("What was dropped holds no layers.") from error
    return tuple(spec_from_dict(item) for item in items)
