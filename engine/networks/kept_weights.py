"""Which weights of a trained network stay when its structure is edited, and which become new."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.layers.base import Array
from engine.networks.stack import LayerReport, Report


@dataclass(frozen=True)
class KeptWeights:
    """What becomes of the weights, layer by layer; layers count from 0.

    ``kept`` pairs each layer that keeps its weights with the one of the trained network whose they
    are. ``renewed`` are the others that have weights: new, random ones. ``dropped`` counts the
    trained network's layers with weights that the edited stack no longer has. ``undecided`` says
    that a layer does not fit: what comes behind it is not known yet.
    """

    kept: tuple[tuple[int, int], ...]
    renewed: tuple[int, ...]
    dropped: int = 0
    undecided: bool = False

    def weights(self, trained: Mapping[str, Array]) -> dict[str, Array]:
        """The weights that stay, out of a ``state_dict``, under their names in the edited stack."""
        found = {}
        for name, value in trained.items():
            layer, _, rest = name.partition(".")
            for now, before in self.kept:
                if layer == str(before):
                    found[f"{now}.{rest}"] = value
        return found

    def words(self) -> str:
        """The same as a sentence: ``Layers 8 and 10 get new weights; the other 3 …``."""
        kept = len(self.kept)
        parts = []
        if self.renewed and kept:
            rest = (
                "one with weights keeps its own"
                if kept == 1
                else f"{kept} with weights keep theirs"
            )
            parts.append(f"{_layers(self.renewed)}; the other {rest}")
        elif self.renewed:
            parts.append(_layers(self.renewed))
        elif kept:
            parts.append("All layers keep their weights" if kept > 1 else "It keeps its weights")
        if self.dropped:
            whose = "the removed layer" if self.dropped == 1 else f"{self.dropped} removed layers"
            parts.append(f"those of {whose} are gone")
        sentence = "; ".join(parts)
        sentence = f"{sentence[:1].upper()}{sentence[1:]}." if sentence else ""
        if self.undecided:
            sentence += " The rest is known once the stack fits."
        return sentence.strip()


def keep_weights(report: Report, trained: Report, sources: Sequence[int | None]) -> KeptWeights:
    """Compare an edited stack with the one that was trained; nothing is built.

    A layer keeps its weights if its settings are the same and as many numbers lead into it: then
    all its arrays have the shapes that they had.

    Args:
        report: On the edited stack.
        trained: On the trained one.
        sources: For each layer of the edited stack, which layer of the trained one it was.
    """
    kept: list[tuple[int, int]] = []
    renewed: list[int] = []
    for row, source in zip(report.rows, sources, strict=True):
        if row.parameters == 0:
            continue
        if source is not None and _is_unchanged(row, trained.rows[source]):
            kept.append((row.index, source))
        else:
            renewed.append(row.index)
    there = {source for source in sources if source is not None}
    dropped = sum(row.parameters > 0 and row.index not in there for row in trained.rows)
    return KeptWeights(tuple(kept), tuple(renewed), dropped, report.faulty_row is not None)


def _is_unchanged(row: LayerReport, before: LayerReport) -> bool:
    if row.input_shape is None or before.input_shape is None:
        return False
    return row.spec == before.spec and row.input_shape[0] == before.input_shape[0]


def _layers(rows: Sequence[int]) -> str:
    numbers = [str(row + 1) for row in rows]
    if len(numbers) == 1:
        return f"Layer {numbers[0]} gets new weights"
    return f"Layers {', '.join(numbers[:-1])} and {numbers[-1]} get new weights"
