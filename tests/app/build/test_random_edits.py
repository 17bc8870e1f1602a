"""Edits as they come, by keys, drops, typing and palette: undone again, everything is as it was."""

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from app.build.panel import BuildPanel
from app.state.document import StackDocument
from app.state.networks import NetworkHolder
from benchmarks.robustness.random_edits import random_edit
from engine.networks.network import Sequential


@pytest.mark.parametrize("seed", [1, 2])
def test_edits_of_all_kinds_lead_back_to_the_start(qtbot, look, seed):
    rng = np.random.default_rng(seed)
    document, networks = StackDocument(), NetworkHolder()
    start, identities = document.stack, document.identities
    networks.set_network(Sequential(start, rng), None)
    panel = BuildPanel(document, networks)
    qtbot.addWidget(panel)
    panel.resize(1224, 720)
    panel.show()
    qtbot.waitExposed(panel)
    for _ in range(25):
        random_edit(panel, rng)
        rows = panel.stack_list.stack_model.rowCount()
        assert rows == len(document.stack.layers) + 2
        assert len(document.identities) == len(set(document.identities)) == rows - 2
    assert document.undo_stack.count() > 5
    document.undo_stack.setIndex(0)
    assert (document.stack, document.identities) == (start, identities)
    assert not document.is_modified
    assert panel.totals.parameters.value.text() == "61,706"
    assert panel.header.network_state.text == "Trained: Draw uses this network"
    document.undo_stack.setIndex(document.undo_stack.count())
    document.undo_stack.setIndex(0)
    assert document.stack == start
    QApplication.clipboard().clear()
    panel.hide()
