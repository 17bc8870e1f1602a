"""What is known about the open network, in the words of the header."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.look.percentages import percent
from app.state.networks import NetworkHolder

if TYPE_CHECKING:  # the window is painted before the engine is loaded
    from engine.networks.calibration import Calibration
    from engine.networks.model_file import TrainingRecord

_MEDDLED = "muted maps or replaced kernels, see Meddle in Draw"
_AS_SAVED = (
    "Draw and Step use a changed copy. Saving, exporting and measuring use the network as it was."
)


@dataclass(frozen=True)
class NetworkSummary:
    """The network's name, one line on it, and the full account for the tool tip."""

    title: str
    facts: tuple[str, ...]
    tool_tip: str = ""

    @property
    def details(self) -> str:
        """All facts in one line."""
        return "  ·  ".join(self.facts)


def summarise(networks: NetworkHolder) -> NetworkSummary:
    """Describe the holder's network, or say that there is none."""
    if not networks.has_network:
        return NetworkSummary("No network", ("Open one, or train one.",))
    from engine.networks.stack import describe  # noqa: PLC0415 - not before the first paint

    stack = networks.network.stack
    parts = [f"{describe(stack).parameters:,} parameters"]
    if networks.is_meddled:
        return NetworkSummary(f"{stack.name}, meddled with", (*parts, _MEDDLED), _AS_SAVED)
    record = networks.record
    if record is None:
        parts.append("how it was trained is not known")
        return NetworkSummary(stack.name, tuple(parts))
    parts.append(f"trained on {record.data}")
    moment = record.settings.get("moment")
    if isinstance(moment, str):
        parts.append(f"as it was {'' if moment.startswith('before') else 'after '}{moment}")
    accuracy = _accuracy(record)
    if accuracy:
        parts.append(accuracy)
    return NetworkSummary(stack.name, tuple(parts), _account(record))


def _exactly(share: float) -> str:
    """A share from 0 to 1 as a percentage of two places, for the tool tip."""
    return f"{100 * share:.2f}\N{NO-BREAK SPACE}%"


def _accuracy(record: TrainingRecord) -> str:
    if record.test_accuracy is not None:
        return f"{percent(record.test_accuracy)} on test images"
    if record.validation_accuracy is not None:
        return f"{percent(record.validation_accuracy)} on validation images"
    return ""


def _account(record: TrainingRecord) -> str:
    unit = "epoch" if record.epochs == 1 else "epochs"
    lines = [f"Trained on {record.images:,} images of {record.data}, {record.epochs} {unit}"]
    if record.best_epoch and record.best_epoch != record.epochs:
        lines.append(f"Weights of epoch {record.best_epoch}")
    if record.validation_accuracy is not None:
        lines.append(f"Validation accuracy {_exactly(record.validation_accuracy)}")
    if record.test_accuracy is not None:
        data = f" ({record.test_data})" if record.test_data else ""
        lines.append(f"Test accuracy {_exactly(record.test_accuracy)}{data}")
    if record.calibration is not None:
        lines.append(_calibration(record.calibration))
    lines.append(f"Seed {record.seed}, {record.date}")
    return "\n".join(lines)


def _calibration(calibration: Calibration) -> str:
    text = f"Temperature {calibration.temperature:.2f}"
    before, after = calibration.error_before, calibration.error_after
    if before is None or after is None:
        return text
    return f"{text}: calibration error {_exactly(before)} before, {_exactly(after)} with it"
