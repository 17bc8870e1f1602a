"""The table of epochs: its headings in a wide and in a narrow window."""

import pytest

from app.train.epoch_table import EpochTable


@pytest.fixture
def table(qtbot, look):
    table = EpochTable()
    qtbot.addWidget(table)
    table.resize(1100, 200)
    table.show()
    qtbot.waitExposed(table)
    return table


def test_headings_on_two_lines_get_room_for_both(table, qtbot):
    header = table.horizontalHeader()
    one_line = header.height()
    table.resize(480, 200)
    qtbot.waitUntil(lambda: header.height() >= 1.4 * one_line)
    table.resize(1100, 200)
    qtbot.waitUntil(lambda: header.height() == one_line)
