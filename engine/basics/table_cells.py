"""Text as a cell of a table in CSV, Markdown or LaTeX: a name stays a name there, whatever it is.

A spreadsheet would compute what begins with ``=``; Markdown and LaTeX would take characters for
markup, and a line break for the end of the row.
"""

from __future__ import annotations

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")

_MARKDOWN = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "\\|", "`": "\\`", "[": "\\["}

_LATEX = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "#": r"\#",
    "_": r"\_",
    "$": r"\$",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "×": r"$\times$",
    "−": r"$-$",
    "·": r"$\cdot$",
    "≥": r"$\ge$",
    "²": r"$^2$",
    "√": r"$\surd$",
}


def csv_cell(text: str) -> str:
    """A cell that no spreadsheet computes: an apostrophe marks text that looks like a formula."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) and not _is_number(text) else text


def markdown_cell(text: str) -> str:
    """A cell on one line, with nothing in it that is markup."""
    return "".join(_MARKDOWN.get(letter, letter) for letter in _one_line(text))


def latex_cell(text: str) -> str:
    """A cell on one line, with every character that LaTeX takes for its own written out."""
    return "".join(_LATEX.get(letter, letter) for letter in _one_line(text))


def _one_line(text: str) -> str:
    return " ".join(text.splitlines())


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
