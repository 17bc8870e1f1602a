"""Which equations of a step the sentence tells, what of them is written out, what is covered."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from app.step.picture.links import Hover
from app.step.picture.shown import Cover
from engine.traces import Clause, Role, Step, Token, TokenKind
from engine.traces.sentence import sentence

_LONGEST_UNFOLDED = 36
_MOST_CLAUSES = 9
_FOLDED_UP = -1


def is_long(step: Step) -> bool:
    """Whether a step has more terms than are written out at once."""
    return sum(1 for _ in step.terms) > _LONGEST_UNFOLDED


def clauses_of(
    step: Step, role: Role, group: int, hover: Hover | None, opened: Collection[int]
) -> tuple[Clause, ...]:
    """The sentence; of a long sum one part is written out, the others are subtotals."""
    if not is_long(step):
        return sentence(step, role)
    has_rows = step.product_shape[0] == 1 and len(step.updates[0].groups) > 1
    if has_rows:
        group = hover.place[1] if hover is not None and hover.place is not None else 0
    return sentence(step, role, unfold=group, opened=opened)


def folded_clauses(step: Step, role: Role, opened: Collection[int]) -> tuple[Clause, ...]:
    """The sentence with a subtotal for each channel, but for those that were opened."""
    has_parts = len(step.updates[0].groups) > 1
    return sentence(step, role, unfold=_FOLDED_UP if has_parts else None, opened=opened)


def in_focus(step: Step, group: int) -> Step:
    """Of a step that updates many cells, those of the input channel in focus."""
    if len(step.updates) <= _MOST_CLAUSES or step.product_shape[0] == 1:
        return step
    updates = tuple(update for update in step.updates if next(update.terms).place[0] == group)
    return replace(step, updates=updates)


def covered(clauses: tuple[Clause, ...], cover: Cover) -> tuple[Clause, ...]:
    """The sentence with a question mark for every number that is hidden."""
    if not (cover.kernel or cover.result or cover.asked):
        return clauses
    return tuple(tuple(_covered_token(token, cover) for token in clause) for clause in clauses)


def _covered_token(token: Token, cover: Cover) -> Token:
    is_result = token.kind is TokenKind.RESULT and (
        cover.result or (cover.asked is not None and token.cell == cover.asked)
    )
    is_weight = cover.kernel and token.role is Role.KERNEL and token.kind is TokenKind.NUMBER
    return token._replace(text="?") if is_result or is_weight else token
