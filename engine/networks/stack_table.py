"""The report as a table in text: Markdown, CSV and LaTeX, to paste into notes or a sheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence

from engine.basics.geometry import times
from engine.basics.table_cells import csv_cell, latex_cell, markdown_cell
from engine.networks.stack import LayerReport, Report

COLUMNS = (
    "#",
    "Layer",
    "Settings",
    "Output",
    "Parameters",
    "Multiply-adds",
    "Activations (bytes)",
    "Receptive field",
)
_WORDS = 4
"""So many columns hold words; numbers follow, and stand at the right."""

Row = tuple[str, ...]


def table_rows(report: Report) -> tuple[Row, ...]:
    """One row per layer, the input first and the totals last; numbers without separators."""
    shape = report.output_shape
    return (
        ("", "Input", "", times(report.stack.input_shape), "", "", "", ""),
        *map(_layer_row, report.rows),
        (
            "",
            "Total",
            "",
            *(
                ("?", "?", "?", "?")
                if shape is None or report.faulty_row
                else (
                    times(shape),
                    str(report.parameters),
                    str(report.multiply_adds),
                    str(report.activation_bytes),
                )
            ),
            "",
        ),
    )


def _layer_row(row: LayerReport) -> Row:
    head = (str(row.index + 1), row.spec.title, row.spec.words())
    if row.output_shape is None:
        return (*head, "?", "?", "?", "?", "?")
    return (
        *head,
        times(row.output_shape),
        str(row.parameters),
        str(row.multiply_adds),
        str(row.activation_bytes),
        times(row.receptive_field or ()),
    )


def markdown(report: Report) -> str:
    """A table as GitHub and most editors read it."""
    rule = ["---"] * _WORDS + ["---:"] * (len(COLUMNS) - _WORDS)
    rows = [COLUMNS, tuple(rule), *map(_with_separators, table_rows(report))]
    return "\n".join(f"| {' | '.join(map(markdown_cell, row))} |" for row in rows)


def comma_separated(report: Report) -> str:
    """A table for a spreadsheet, numbers as plain digits."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(map(csv_cell, row) for row in table_rows(report))
    return stream.getvalue().rstrip("\n")


def latex(report: Report) -> str:
    """A ``tabular``, without packages."""
    columns = "l" * _WORDS + "r" * (len(COLUMNS) - _WORDS)
    head, *body = [COLUMNS, *map(_with_separators, table_rows(report))]
    lines = [rf"\begin{{tabular}}{{{columns}}}", r"\hline", _latex_row(head), r"\hline"]
    lines += [_latex_row(row) for row in body[:-1]]
    return "\n".join([*lines, r"\hline", _latex_row(body[-1]), r"\hline", r"\end{tabular}"])


FORMATS: dict[str, Callable[[Report], str]] = {
    "Markdown": markdown,
    "CSV": comma_separated,
    "LaTeX": latex,
}
"""The formats by the name that people know them by."""


def _latex_row(row: Sequence[str]) -> str:
    return " & ".join(map(latex_cell, row)) + r" \\"


def _with_separators(row: Row) -> Row:
    """The row with thousands set apart in its numbers."""
    return tuple(f"{int(cell):,}" if cell.isdigit() else cell for cell in row)
