"""A name in a table stays a name: no formula, no markup, no second row."""

import csv
import io

import pytest

from engine.basics.table_cells import csv_cell, latex_cell, markdown_cell


@pytest.mark.parametrize("text", ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "=HYPERLINK(1)"])
def test_text_that_a_spreadsheet_would_compute_is_marked_as_text(text):
    assert csv_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-1.5", "+5", "1e-3", "-1e9", "plain", "a=b", "", "−3", "5 − 3"])
def test_numbers_and_other_text_stay_as_they_are(text):
    assert csv_cell(text) == text
    assert next(csv.reader(io.StringIO(f"{csv_cell(text)},"))) == [text, ""]


@pytest.mark.parametrize("cell", [markdown_cell, latex_cell])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\n", "\u2028", "\x85"])
def test_a_line_break_ends_no_row(cell, end):
    assert len(cell(f"one{end}two").splitlines()) == 1
    assert cell(f"one{end}two").startswith("one ")


def test_markup_is_written_out():
    assert markdown_cell("<img src=x> [a](b) `c` | d") == (
        "&lt;img src=x&gt; \\[a](b) \\`c\\` \\| d"
    )
    assert latex_cell(r"\input{a}%_$") == r"\textbackslash{}input\{a\}\%\_\$"
