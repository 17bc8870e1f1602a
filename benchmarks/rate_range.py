"""Whether the suggested learning rate holds: runs with it beside runs at eleven rates.

For every preset and seed LeNet-5 and its like are trained for one epoch on 6,000 images of MNIST
(1,000 of them held out) at eleven rates from 1e-5 to 1, and at the rate that *Find a learning rate*
suggests. The marks: with the suggestion at least 0.9 of the best accuracy in every case, and no
suggestion ("cannot tell") in at most one case of ten. ``--cache FILE`` keeps the accuracies at the
eleven rates, a JSON line for each case, so that only the suggestions are trained the next time;
``--optimizer`` and ``--epochs`` ask about other runs, for which the cache must be another file. Run
with ``python -m benchmarks.rate_range``.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

from engine.data.dataset import Dataset
from engine.data.mnist import find_mnist, load_mnist
from engine.networks.presets import PRESETS
from engine.networks.stack import Stack
from engine.training.config import TrainingConfig
from engine.training.optimizers import OPTIMIZERS
from engine.training.rate_range import (
    RangePoint,
    RangeVerdict,
    Rehearsal,
    RehearsalBatch,
    find_rate,
    judge_range,
)
from engine.training.setup import starting_network
from engine.training.trainer import Finished, Trainer

NAMES = ("lenet5", "simplecnn", "scratch2dcnn", "all-convolutional")
RATES = (1e-5, 3.16e-5, 1e-4, 3.16e-4, 1e-3, 3.16e-3, 1e-2, 3.16e-2, 0.1, 0.316, 1.0)
IMAGES, HELD_OUT = 6000, 1000
ENOUGH = 0.9


@dataclass(frozen=True)
class Found:
    """What one test suggested, and what the run with it came to."""

    verdict: RangeVerdict
    accuracy: float | None
    batches: int
    seconds: float


def main() -> int:
    """Measure, and print a row for each case and a line for each preset."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, help="folder of MNIST")
    parser.add_argument("--presets", nargs="+", default=NAMES, choices=sorted(PRESETS))
    parser.add_argument("--seeds", type=int, nargs="+", default=range(20))
    parser.add_argument("--cache", type=Path, help="accuracies at the eleven rates")
    parser.add_argument("--optimizer", default="sgd", choices=OPTIMIZERS)
    parser.add_argument("--epochs", type=int, default=1)
    options = parser.parse_args()
    folder = find_mnist(options.data)
    if folder is None:
        print("No MNIST was found: give its folder with --data DIR.")
        return 1
    everything, _ = load_mnist(folder)
    known = read_cache(options.cache)
    print("preset                seed  best of eleven    suggested         ratio  batches  seconds")
    ratios: dict[str, list[float | None]] = {name: [] for name in options.presets}
    for seed in options.seeds:
        config = TrainingConfig(epochs=options.epochs, seed=seed, optimizer=options.optimizer)
        data = everything.take(IMAGES, seed).split(HELD_OUT, seed)
        for name in options.presets:
            stack = PRESETS[name].stack
            if (name, seed) not in known:
                known[name, seed] = [
                    accuracy(stack, data, replace(config, learning_rate=rate)) for rate in RATES
                ]
                write_cache(options.cache, name, seed, known[name, seed])
            ratios[name].append(show_case(name, seed, known[name, seed], find(stack, data, config)))
    marks_kept = [show_preset(name, found) for name, found in ratios.items()]
    return 0 if all(marks_kept) else 1


def accuracy(stack: Stack, data: tuple[Dataset, Dataset], config: TrainingConfig) -> float:
    """Held-out accuracy of a run; 0 if it diverges."""
    last = None
    for event in Trainer(starting_network(stack, config), *data, config).run():
        last = event
    return last.validation_accuracy if isinstance(last, Finished) else 0.0


def find(stack: Stack, data: tuple[Dataset, Dataset], config: TrainingConfig) -> Found:
    """Ask for a rate, and train with it."""
    points: list[RangePoint] = []
    rehearsals: list[Rehearsal] = []
    batches, began = 0, time.perf_counter()
    for event in find_rate(lambda: starting_network(stack, config), *data, config):
        match event:
            case RangePoint():
                points.append(event)
                batches += 1
            case RehearsalBatch():
                batches += 1
            case Rehearsal():
                rehearsals.append(event)
    verdict = judge_range(points, rehearsals)
    seconds = time.perf_counter() - began
    rate = verdict.suggested
    reached = None if rate is None else accuracy(stack, data, replace(config, learning_rate=rate))
    return Found(verdict, reached, batches, seconds)


def show_case(name: str, seed: int, accuracies: list[float], found: Found) -> float | None:
    """Print a row; the ratio, ``None`` if the test could not tell."""
    best = max(accuracies)
    row = f"{name:20}  {seed:4d}  {best:6.1%} at {RATES[accuracies.index(best)]:<7g}"
    ratio = None
    if found.accuracy is None:
        row += f"  {'cannot tell':16}  {'':5}"
    else:
        ratio = found.accuracy / best
        row += f"  {found.accuracy:6.1%} at {found.verdict.suggested:<6g}  {ratio:5.2f}"
    print(f"{row}  {found.batches:7d}  {found.seconds:7.1f}", flush=True)
    return ratio


def show_preset(name: str, ratios: list[float | None]) -> bool:
    """Print how a preset did in all; whether it keeps both marks."""
    told = [ratio for ratio in ratios if ratio is not None]
    silent = len(ratios) - len(told)
    below = sum(ratio < ENOUGH for ratio in told)
    worst = f"{min(told):.2f}" if told else "none"
    print(
        f"{name}: {len(ratios)} seeds, worst ratio {worst}, {below} below {ENOUGH}, "
        f"cannot tell {silent}"
    )
    return below == 0 and 10 * silent <= len(ratios)


def read_cache(path: Path | None) -> dict[tuple[str, int], list[float]]:
    """Accuracies at the eleven rates by preset and seed."""
    if path is None or not path.exists():
        return {}
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return {(row["preset"], row["seed"]): row["acc"] for row in rows}


def write_cache(path: Path | None, name: str, seed: int, accuracies: list[float]) -> None:
    """Add a case."""
    if path is not None:
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"preset": name, "seed": seed, "acc": accuracies}) + "\n")


if __name__ == "__main__":
    sys.exit(main())
