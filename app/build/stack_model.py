"""The stack as rows for a list: the input, one card for each layer, and what comes out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.state.document import CLASSES, INPUT_ROW, StackDocument, input_problem
from engine.basics.geometry import times
from engine.basics.memory import memory_words
from engine.layers.spec import LayerSpec
from engine.networks.stack import LayerReport, Report

CARD_ROLE = Qt.ItemDataRole.UserRole + 1
"""Role under which a row gives its ``Card``."""

UNKNOWN = "?"
AnyIndex = QModelIndex | QPersistentModelIndex


class CardState(Enum):
    """What is known about a card."""

    FITS = "fits"
    FAULTY = "faulty"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Card:
    """All that is written on one card. ``layer`` is the row in the stack, ``None`` at the ends."""

    layer: int | None
    icon: str
    title: str
    words: str
    output: str
    parameters: str = ""
    multiply_adds: str = ""
    memory: str = ""
    receptive_field: str = ""
    share: float = 0.0
    """Share of the stack's parameters, 0 to 1."""
    state: CardState = CardState.FITS
    problem: str = ""
    fixes: tuple[str, ...] = ()
    note: str = ""
    """A word or two next to the title."""

    @property
    def spoken(self) -> str:
        """The card as one sentence, for a screen reader."""
        parts = [self.title, self.words, f"output {self.output}"]
        if self.layer is not None:
            share = f" ({self.share:.1%} of all)" if self.share else ""
            parts += [f"{self.parameters} parameters{share}"]
            parts += [f"{self.multiply_adds} multiply-adds"]
        if self.receptive_field:
            parts += [f"activations {self.memory} per picture"]
            parts += [f"receptive field {self.receptive_field}"]
        return ", ".join(part for part in [*parts, self.note, self.problem, *self.fixes] if part)


def cards_of(report: Report, fixes: tuple[str, ...] = ()) -> tuple[Card, ...]:
    """Cards for the input, each layer and the output; the faulty one with its fixes."""
    whole = 0 if report.faulty_row else report.parameters  # else there is no whole to share
    layers = (_layer_card(row, whole) for row in report.rows)
    cards = [_input_card(report), *layers, _output_card(report)]
    faulty = [row for row, card in enumerate(cards) if card.state is CardState.FAULTY]
    if faulty:  # a problem of the input is the last one that is looked at
        row = next((row for row in faulty if row > 0), 0)
        cards[row] = replace(cards[row], fixes=fixes)
    return tuple(cards)


def _input_card(report: Report) -> Card:
    problem = input_problem(report.stack)
    return Card(
        layer=None,
        icon="image",
        title="Input",
        words="one picture" if problem else "grey picture, values 0 to 1",
        output=times(report.stack.input_shape),
        state=CardState.FAULTY if problem else CardState.FITS,
        problem=problem or "",
    )


def _layer_card(row: LayerReport, whole: int) -> Card:
    state = CardState.FITS if row.fits else CardState.UNKNOWN
    return Card(
        layer=row.index,
        icon=row.spec.icon,
        title=row.spec.title,
        words=row.spec.words(),
        output=times(row.output_shape) if row.output_shape is not None else UNKNOWN,
        parameters=f"{row.parameters:,}" if row.fits else UNKNOWN,
        multiply_adds=f"{row.multiply_adds:,}" if row.fits else UNKNOWN,
        memory=memory_words(row.activation_bytes) if row.fits else UNKNOWN,
        receptive_field=times(row.receptive_field) if row.receptive_field else "",
        share=row.parameters / whole if whole else 0.0,
        state=CardState.FAULTY if row.problem else state,
        problem=row.problem or "",
    )


def _output_card(report: Report) -> Card:
    shape = report.output_shape
    card = Card(
        layer=None,
        icon="softmax",
        title="Output",
        words="one logit per digit",
        output=times(shape) if shape is not None else UNKNOWN,
    )
    if shape is None:
        return replace(card, state=CardState.UNKNOWN)
    if shape == (CLASSES,):
        return card
    words = "should be one logit per digit"
    return replace(card, words=words, state=CardState.FAULTY, problem=report.problem or "")


class StackModel(QAbstractListModel):
    """A thin model over the document: row 0 is the input, the last row the output.

    All cards are made again on every change; the model only says which rows came or went.
    """

    def __init__(self, document: StackDocument, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self._notes: dict[int, str] = {}
        self._cards = self._current_cards()
        self._layers = document.stack.layers
        document.stack_changed.connect(self._take_changes)

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Number of cards."""
        return 0 if parent.isValid() else len(self._cards)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The ``Card``, or its words for Qt's own roles."""
        if not index.isValid():
            return None
        card = self._cards[index.row()]
        match role:
            case _ if role == CARD_ROLE:
                return card
            case Qt.ItemDataRole.DisplayRole:
                return card.title
            case Qt.ItemDataRole.ToolTipRole:
                return card.problem or card.spoken
            case Qt.ItemDataRole.AccessibleTextRole:
                return card.spoken
        return None

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """All cards can be chosen; layers can also be dragged."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if self._cards[index.row()].layer is not None:
            flags |= Qt.ItemFlag.ItemIsDragEnabled
        return flags

    def row_of(self, layer: int) -> int:
        """The row that shows a layer (or ``INPUT_ROW``)."""
        return layer - INPUT_ROW

    def layer_at(self, row: int) -> int | None:
        """The layer that a row shows, ``None`` at the two ends."""
        return self._cards[row].layer if 0 <= row < len(self._cards) else None

    def set_notes(self, notes: dict[int, str]) -> None:
        """Write a word or two on the cards of some layers, and nothing on the others."""
        if notes != self._notes:
            self._notes = notes
            self._cards = tuple(map(self._noted, self._cards))
            self.dataChanged.emit(self.index(0), self.index(len(self._cards) - 1))

    def _noted(self, card: Card) -> Card:
        note = "" if card.layer is None else self._notes.get(card.layer, "")
        return card if card.note == note else replace(card, note=note)

    def _current_cards(self) -> tuple[Card, ...]:
        cards = cards_of(self.document.report, tuple(fix.label for fix in self.document.fixes))
        return tuple(map(self._noted, cards))

    def _take_changes(self) -> None:
        """Let rows come or go where the layers did, then renew what is written on all of them."""
        old, new = self._layers, self.document.stack.layers
        cards = self._current_cards()
        shorter = min(len(old), len(new))
        head = _equal_at_the_start(old, new, shorter)
        tail = _equal_at_the_start(old[::-1], new[::-1], shorter - head)
        first, difference = 1 + shorter - tail, len(new) - len(old)
        if difference > 0:
            self.beginInsertRows(QModelIndex(), first, first + difference - 1)
            fresh = cards[first : first + difference]
            self._cards = (*self._cards[:first], *fresh, *self._cards[first:])
            self.endInsertRows()
        elif difference < 0:
            self.beginRemoveRows(QModelIndex(), first, first - difference - 1)
            self._cards = (*self._cards[:first], *self._cards[first - difference :])
            self.endRemoveRows()
        self._layers, self._cards = new, cards
        self.dataChanged.emit(self.index(0), self.index(len(cards) - 1))


def _equal_at_the_start(one: tuple[LayerSpec, ...], other: tuple[LayerSpec, ...], most: int) -> int:
    """How many layers are equal from the start; at most ``most``."""
    count = 0
    while count < most and one[count] == other[count]:
        count += 1
    return count
