"""What is shown of one digit of a number: where it is, and what was read."""

from __future__ import annotations

from dataclasses import dataclass

Box = tuple[int, int, int, int]
"""(top, left, height, width) on the sheet."""


@dataclass(frozen=True)
class ReadDigit:
    """One digit: ``text`` is the digit or a question mark, ``doubt`` what makes it uncertain.

    ``words`` is its probability, or that it is none.
    """

    box: Box
    text: str
    words: str
    doubt: str = ""

    @property
    def is_doubtful(self) -> bool:
        """Whether the answer is uncertain, or there is none."""
        return bool(self.doubt)
