"""Runs side by side: every setting in words, what differs, and the same as text to paste."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from app.train.runs.run_store import Run, RunStatus
from app.train.setup.training_fields import CHOICES, FIELDS, KNOBS, OPTIMIZER_FIELDS
from app.train.training_result import clock
from engine.basics.table_cells import csv_cell, markdown_cell
from engine.layers.spec import LayerSpec
from engine.training.config import TrainingConfig
from engine.training.run_file import RunFacts

_ALREADY = ("epochs", "seed")
"""Settings that the list below puts where they belong."""

_LABELS = {field.info.name: field.info.label for field in (*FIELDS, *CHOICES)} | {
    "learning_rate": "Learning rate",
    "epochs": "Epochs wanted",
    "loss": "Loss",
    "patience": "Stop early after, epochs",
}
_SHORT = {
    "Learning rate": "lr",
    "Batch size": "batch",
    "Weight decay": "decay",
    "Optimiser": "",
    "Schedule": "",
    "Network": "",
    "Data": "",
    "Epochs wanted": "epochs",
    "Augmentation": "augmentation",
    "Stop early after, epochs": "patience",
}
_TITLES = {choice.info.name: choice.titles for choice in CHOICES}
NONE = "–"


@dataclass(frozen=True)
class Row:
    """One line of a comparison: what it is about, and each run's text."""

    label: str
    texts: tuple[str, ...]
    is_result: bool = False

    @property
    def differs(self) -> bool:
        """Whether the runs do not agree."""
        return len(set(self.texts)) > 1


def settings_of(facts: RunFacts) -> dict[str, str]:
    """Everything that a run was made with, by its name on screen."""
    data, config = facts.data, facts.config
    repeats = data.recipe.get("repeats", 0)
    settings = {
        "Network": facts.stack.name,
        "Parameters": f"{facts.parameters:,}",
        "Data": data.name or data.title,
        "Images": f"{data.images:,}",
        "Held out": f"{data.validation_images:,}",
        "Classes kept": ", ".join(map(str, data.recipe.get("classes", ()))) or "all",
        "My drawings": f"each {repeats} times" if repeats else "none",
        "Augmentation": facts.augmentation.summary() if facts.augmentation else "none",
        "Epochs wanted": f"{config.epochs:,}",
        "Started from": "kept weights" if facts.started_from else "scratch",
    }
    strange = _foreign_knobs(config)
    for name, value in config.to_dict().items():
        if name in _ALREADY or name in strange:
            continue
        label = _LABELS.get(name, name.replace("_", " ").capitalize())
        settings[label] = _in_words(facts, name, value)
    layers = "\n".join(_layer_text(spec) for spec in facts.stack.layers)
    return settings | {"Seed": str(config.seed), "Layers": layers}


def compare(runs: Sequence[Run]) -> tuple[Row, ...]:
    """The settings of all runs and then their results, a row each."""
    tables = [settings_of(run.facts) for run in runs]
    labels = list(dict.fromkeys(label for table in tables for label in table))
    settings = (Row(label, tuple(table.get(label, NONE) for table in tables)) for label in labels)
    results = [results_of(run) for run in runs]
    found = (Row(label, tuple(table[label] for table in results), True) for label in results[0])
    return (*settings, *found) if runs else ()


def results_of(run: Run) -> dict[str, str]:
    """What came of a run."""
    facts = run.facts
    return {
        "State": run.status.value.capitalize(),
        "Epochs": epochs_text(run),
        "Best epoch": str(facts.best_epoch) if facts.best_epoch else NONE,
        "Validation accuracy": share_text(facts.validation_accuracy),
        "Test accuracy": share_text(facts.test_accuracy),
        "Batches": f"{facts.batches:,}",
        "Training time": clock(facts.seconds),
    }


def differences(runs: Sequence[Run]) -> dict[str, str]:
    """For each run, by its key, the settings in which these differ, in few words.

    What only some of them have, such as the knobs of one optimiser, is left to a comparison.
    """
    tables = {run.key: settings_of(run.facts) for run in runs}
    labels = dict.fromkeys(label for table in tables.values() for label in table)
    shown = [
        label
        for label in labels
        if label not in {"Layers", "Parameters", "Network", "Data"}
        and len({table.get(label, "") for table in tables.values()} - {""}) > 1
    ]
    return {
        key: " · ".join(_short(label, table[label]) for label in shown if label in table)
        for key, table in tables.items()
    }


def epochs_text(run: Run) -> str:
    """How many epochs are finished, why not all, and whether nothing came of them."""
    facts = run.facts
    is_luck = bool(facts.trouble) and run.status in {RunStatus.FINISHED, RunStatus.STOPPED}
    luck = ", at chance" if is_luck else ""
    if run.status is RunStatus.FINISHED:
        return f"{facts.epochs}{luck}"
    words = {RunStatus.LIVE: "now", RunStatus.ELSEWHERE: "elsewhere"}
    word = words.get(run.status, run.status.value)
    return f"{facts.epochs}/{facts.config.epochs}, {word}{luck}"


def share_text(share: float | None) -> str:
    """A share in per cent; a dash if there is none."""
    return NONE if share is None else f"{100 * share:.2f} %"


def as_csv(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table for a spreadsheet."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(map(csv_cell, line) for line in (header, *rows))
    return text.getvalue()


def as_markdown(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table for notes."""
    lines = [header, ["---"] * len(header), *rows]
    return "".join("| " + " | ".join(map(markdown_cell, line)) + " |\n" for line in lines)


def _layer_text(spec: LayerSpec) -> str:
    """One line on a layer; names alone for those without settings."""
    return f"{spec.short_title}, {spec.words()}" if spec.fields() else spec.short_title


def _foreign_knobs(config: TrainingConfig) -> set[str]:
    """The settings of other optimisers than the one that was chosen."""
    own = {field.info.name for field in KNOBS[config.optimizer]}
    return {field.info.name for field in OPTIMIZER_FIELDS} - own


def _in_words(facts: RunFacts, name: str, value: object) -> str:
    texts = [_value_text(name, value)]
    texts += [_value_text(name, change.after) for change in facts.changes if change.setting == name]
    return " → ".join(texts)


def _value_text(name: str, value: object) -> str:
    if name == "patience":
        return "never" if not value else str(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return f"{value:,}" if isinstance(value, int) else f"{value:g}"
    return _TITLES.get(name, {}).get(str(value), str(value))


def _short(label: str, text: str) -> str:
    word = _SHORT.get(label, label[:1].lower() + label[1:])
    if label == "Augmentation":
        return "augmented" if text != "none" else "not augmented"
    return f"{word} {text}".strip()
