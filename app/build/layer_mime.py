"""How layers travel between palette, stack and clipboard: as the layers of a stack file."""

from __future__ import annotations

import json
from collections.abc import Sequence

from PySide6.QtCore import QMimeData

from engine.basics.errors import DataError, ModelFileError
from engine.basics.records import Record, parse_json
from engine.layers.reading import spec_from_dict
from engine.layers.spec import LayerSpec
from engine.networks.stack import MOST_LAYERS

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
        EngineError: if there are none, or some that cannot be.
    """
    try:
        items = parse_json(bytes(data.data(MIME_TYPE).data()), "What was pasted or dropped")
        record = Record({"layers": items}, "What was pasted or dropped")
        layers = tuple(record.records("layers", most=MOST_LAYERS))
    except DataError as error:
        raise ModelFileError("What was pasted or dropped holds no layers.") from error
    return tuple(spec_from_dict(item.data) for item in layers)
