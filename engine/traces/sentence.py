"""A step as a sentence of tokens: ``1·0 + 2·0 + … + bias 0 = −4``.

A view colours the tokens by role and finds the cell behind each number; ``plain`` gives the text.
Where the printed numbers, being rounded, do not add up to the printed result, ``≈`` says so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from string import Formatter
from typing import NamedTuple

from engine.basics.numbers import APPROXIMATELY, show
from engine.layers.elementwise import Formula
from engine.traces.model import Cell, Factor, Group, Role, Rule, Step, Term, Update

_MOST_POWERS = 12
"""Powers of e that a denominator writes out."""


class TokenKind(StrEnum):
    """What a token is."""

    NUMBER = "number"
    OPERATOR = "operator"
    WORD = "word"
    RESULT = "result"


class Token(NamedTuple):
    """A piece of a sentence.

    ``glued`` tokens follow the one before without a space or a line break. ``is_quiet`` marks what
    changes nothing: the parts of a product that is zero. ``part`` is the number of the part of a
    sum that the token folds up or that stands open between it and the closing bracket.
    """

    text: str
    kind: TokenKind
    role: Role | None = None
    cell: Cell | None = None
    glued: bool = False
    is_quiet: bool = False
    part: int | None = None


Clause = tuple[Token, ...]
"""One equation; a step that updates nine cells has nine."""


def sentence(
    step: Step,
    target_role: Role,
    *,
    unfold: int | None = None,
    opened: Collection[int] = (),
) -> tuple[Clause, ...]:
    """The equations of a step, one clause per update.

    Args:
        step: What to say.
        target_role: The role of what is computed, for its colour.
        unfold: With several groups: the only one to write out, the others as subtotals. ``None``
            writes out all.
        opened: Others that are written out as well, in brackets.
    """
    return tuple(_clause(update, target_role, unfold, opened) for update in step.updates)


def plain(clauses: Iterable[Clause]) -> str:
    """The sentence as text, clauses separated by semicolons."""
    return "; ".join(clause_text(clause) for clause in clauses)


def clause_text(clause: Clause) -> str:
    """One equation as text."""
    return "".join(
        token.text if token.glued or i == 0 else f" {token.text}" for i, token in enumerate(clause)
    )


def _clause(update: Update, role: Role, unfold: int | None, opened: Collection[int] = ()) -> Clause:
    if update.formula is not None:
        return _written_out(update, update.formula, role)
    match update.rule:
        case Rule.MAX:
            return _listed("max", update, role)
        case Rule.SOFTMAX:
            return _softmax(update, role)
        case Rule.DENOMINATOR:
            return _denominator(update, role)
        case Rule.NEGATIVE_LOG:
            return _negative_log(update, role)
        case Rule.SUM:
            return _sum(update, role, unfold, opened)


def _sum(update: Update, role: Role, unfold: int | None, opened: Collection[int]) -> Clause:
    tokens: list[Token] = []
    total = Fraction(0)
    if update.before is not None and not update.is_discarded:
        shown = show(update.before)
        tokens.append(Token(shown.text, TokenKind.NUMBER, role, update.target))
        total = shown.value
    parts, value = _group_tokens(update.groups, unfold, opened, starts=not tokens)
    if update.divisor != 1:
        parts, value = _divided(parts, value, update.divisor)
    tokens += parts
    total += value
    if update.bias is not None:
        bias = show(update.bias.value)
        tokens += [
            _operator("+"),
            Token("bias", TokenKind.WORD, Role.KERNEL),
            Token(bias.factor_text, TokenKind.NUMBER, Role.KERNEL, update.bias.cell),
        ]
        total += bias.value
    if update.is_discarded:
        return (
            *tokens,
            Token("→", TokenKind.OPERATOR, is_quiet=True),
            Token("padding", TokenKind.WORD, is_quiet=True),
        )
    return (*tokens, *_equals(update.after, total, role, update.target))


def _divided(parts: list[Token], value: Fraction, divisor: float) -> tuple[list[Token], Fraction]:
    """A sum over its divisor: ``(1 + 2 + 5 + 6)/4``, or ``6/4``, or ``+ 6/4``."""
    shown = show(divisor)
    number = [i for i, token in enumerate(parts) if token.kind is TokenKind.NUMBER]
    over = [_operator("/", glued=True), Token(shown.text, TokenKind.NUMBER, glued=True)]
    if len(number) == 1:
        return [*parts, *over], value / shown.value
    first = number[0]
    opened = [*parts[:first], _operator("("), parts[first]._replace(glued=True)]
    closed = [*parts[first + 1 :], _operator(")", glued=True)]
    return [*opened, *closed, *over], value / shown.value


def _group_tokens(
    groups: tuple[Group, ...], unfold: int | None, opened: Collection[int], *, starts: bool
) -> tuple[list[Token], Fraction]:
    """The terms of all groups with plus signs, and exactly what they print as."""
    tokens: list[Token] = []
    total = Fraction(0)
    for n, group in enumerate(groups):
        if unfold is None or len(groups) == 1 or n == unfold:
            parts, value = _listed_terms(group, starts=starts and not tokens)
            tokens += parts
            total += value
            continue
        if tokens or not starts:
            tokens.append(_operator("+"))
        if n in opened:
            parts, value = _listed_terms(group, starts=True)
        else:
            subtotal = show(group.subtotal)
            parts, value = [Token(subtotal.text, TokenKind.NUMBER, part=n)], subtotal.value
        tokens += [
            Token(f"[{group.label}:", TokenKind.WORD, part=n),
            *parts,
            Token("]", TokenKind.WORD, glued=True, part=n),
        ]
        total += value
    return tokens, total


def _listed_terms(group: Group, *, starts: bool) -> tuple[list[Token], Fraction]:
    """The terms of one group with plus signs; one before the first unless the sum starts here."""
    tokens: list[Token] = []
    total = Fraction(0)
    for term in group.terms:
        is_first = starts and not tokens
        if not is_first:
            tokens.append(_operator("+"))
        parts, value = _term_tokens(term, is_first=is_first)
        tokens += parts
        total += value
    return tokens, total


def _term_tokens(term: Term, *, is_first: bool) -> tuple[list[Token], Fraction]:
    tokens: list[Token] = []
    value = Fraction(1)
    is_quiet = len(term.factors) > 1 and term.value == 0
    for i, factor in enumerate(term.factors):
        shown = show(factor.value)
        text = shown.text if is_first and i == 0 and len(term.factors) == 1 else shown.factor_text
        if i:
            tokens.append(_operator("·", glued=True, is_quiet=is_quiet))
        tokens.append(
            Token(
                text,
                TokenKind.NUMBER,
                factor.role,
                factor.cell,
                glued=i > 0,
                is_quiet=is_quiet,
            )
        )
        value = value * shown.value if i else shown.value
    return tokens, value


def _listed(name: str, update: Update, role: Role) -> Clause:
    tokens = [Token(f"{name}(", TokenKind.WORD)]
    for i, term in enumerate(update.terms):
        factor = term.factors[0]
        shown = show(factor.value)
        if i:
            tokens.append(_operator(",", glued=True))
        tokens.append(Token(shown.text, TokenKind.NUMBER, factor.role, factor.cell, glued=i == 0))
    tokens.append(Token(")", TokenKind.WORD, glued=True))
    return (*tokens, *_equals(update.after, show(update.after).value, role, update.target))


def _softmax(update: Update, role: Role) -> Clause:
    first, *others = (term.factors[0] for term in update.terms)
    top = _power(first)
    tokens = [top, _operator("/"), _operator("("), *_powers(others), _operator(")", glued=True)]
    return (*tokens, *_equals(update.after, None, role, update.target))


def _denominator(update: Update, role: Role) -> Clause:
    """``e^2 + e^1 ≈ 10.1``: the denominator as far as it has come."""
    factors = [term.factors[0] for term in update.terms]
    return (*_powers(factors, glued=False), *_equals(update.divisor, None, role, update.target))


def _powers(factors: list[Factor], *, glued: bool = True) -> list[Token]:
    """Powers of e, added up; of very many the last, the largest, and how many others there are."""
    last = len(factors) - 1
    kept = list(range(len(factors)))
    if len(factors) > _MOST_POWERS:
        by_size = sorted(kept, key=lambda i: (i != last, -factors[i].value))
        kept = sorted(by_size[:_MOST_POWERS])
    tokens: list[Token] = []
    for n, i in enumerate(kept):
        if n:
            tokens.append(_operator("+"))
        tokens.append(_power(factors[i], glued=glued and not n))
    rest = len(factors) - len(kept)
    if rest:
        words = "1 other" if rest == 1 else f"{rest:,} others"
        tokens += [_operator("+"), Token(words, TokenKind.WORD)]
    return tokens


def _power(factor: Factor, *, glued: bool = False) -> Token:
    text = f"e^{show(factor.value).factor_text}"
    return Token(text, TokenKind.NUMBER, factor.role, factor.cell, glued=glued)


def _negative_log(update: Update, role: Role) -> Clause:
    factor = next(update.terms).factors[0]
    tokens = [
        Token("−ln", TokenKind.WORD),
        Token(show(factor.value).factor_text, TokenKind.NUMBER, factor.role, factor.cell),
    ]
    return (*tokens, *_equals(update.after, None, role, update.target))


def _written_out(update: Update, formula: Formula, role: Role) -> Clause:
    """``1/(1 + e^(−2)) ≈ 0.881``, ``max(−2, 0) = 0``: the template, with the number put in."""
    factor = next(update.terms).factors[0]
    value, opposite = show(factor.value), show(-factor.value)
    texts = {"x": value.text, "(x)": value.factor_text, "(−x)": opposite.factor_text}
    tokens: list[Token] = []
    for words, name, _, _ in Formatter().parse(formula.template):
        if words.strip():
            is_glued = bool(tokens) and not words.startswith(" ")
            tokens.append(Token(words.strip(), TokenKind.WORD, glued=is_glued))
        if name is not None:
            is_glued = bool(words) and not words.endswith(" ")
            tokens.append(
                Token(texts[name], TokenKind.NUMBER, factor.role, factor.cell, glued=is_glued)
            )
    printed = None if formula.exact is None else formula.exact(value.value)
    return (*tokens, *_equals(update.after, printed, role, update.target))


def _equals(after: float, printed: Fraction | None, role: Role, target: Cell) -> Clause:
    shown = show(after)
    sign = "=" if printed == shown.value else APPROXIMATELY
    return (_operator(sign), Token(shown.text, TokenKind.RESULT, role, target))


@lru_cache(maxsize=64)
def _operator(text: str, *, glued: bool = False, is_quiet: bool = False) -> Token:
    return Token(text, TokenKind.OPERATOR, glued=glued, is_quiet=is_quiet)
