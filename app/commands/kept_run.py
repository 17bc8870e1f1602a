"""A training run on the command line of which nothing is lost, however it ends.

While it goes on there is a checkpoint next to its network, ``NAME.safetensors.checkpoint``. When
the network is saved and measured, the checkpoint goes; whatever came before that leaves it to go
on with.
"""

from __future__ import annotations

import hashlib
import json
import shlex
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, Self

from app.commands.output_file import check_output, unused
from app.commands.stop_request import StopRequest
from app.commands.terminal import CLOSED_PIPE, complain, mute, say
from app.commands.training_run import Ran, follow, say_epoch
from app.train.observers import Observation
from app.train.runs.run_keeper import NotKept, RunKeeper, fingerprint_of
from engine.basics.errors import DataError, EngineError
from engine.basics.records import Record, parse_json
from engine.networks.model_file import TrainingRecord, model_bytes, write_whole
from engine.networks.network import Sequential
from engine.networks.stack import FLOAT_BYTES, Stack, describe
from engine.training.checkpoint import Checkpoint, load_checkpoint, load_log, load_origin
from engine.training.run_log import RunLog
from engine.training.trainer import Diverged, Event, Finished, Trainer, TrainingConfig

SUFFIX = ".checkpoint"

_COPIES = 6
"""So many times its weights a run writes at most: a checkpoint, the one before, and the network."""


@dataclass(frozen=True)
class Resumed:
    """A run as its checkpoint describes it, to go on with."""

    path: Path
    stack: Stack
    config: TrainingConfig
    checkpoint: Checkpoint
    log: RunLog
    kind: str
    options: Record
    fingerprint: str
    replaces: tuple[str, ...]

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a checkpoint that this command line wrote.

        Raises:
            EngineError: if there is none, it is damaged, or another program part wrote it.
        """
        if not path.is_file():
            raise DataError(f"There is no checkpoint {path} to go on with.")
        checkpoint, stack, config = load_checkpoint(path)
        origin = load_origin(path)
        if not origin:
            raise DataError(
                f"{path} is a checkpoint of the window: go on with it there, in Train, under Runs."
            )
        known = Record(parse_json(origin, f"The origin in {path.name}"), path.name)
        return cls(
            path,
            stack,
            config,
            checkpoint,
            load_log(path),
            known.one_of("kind", ("train", "guard")),
            known.record("options"),
            known.text("fingerprint"),
            tuple(known.texts("replaces")),
        )


def checkpoint_of(out: Path) -> Path:
    """Where the checkpoint of a run lies that saves its network as ``out``."""
    return out.with_name(out.name + SUFFIX)


def unused_name(out: Path) -> Path:
    """A name like this one under which there is neither a network nor a run to go on with."""
    return unused(out, lambda path: path.exists() or checkpoint_of(path).exists())


class Request(Protocol):
    """What a command was asked for."""

    @property
    def out(self) -> Path:
        """Where the network is saved."""

    @property
    def config(self) -> TrainingConfig:
        """How it is trained."""

    @property
    def force(self) -> bool:
        """Whether ``out``, and another run's checkpoint, may be replaced."""

    def to_dict(self) -> dict[str, Any]:
        """All of it, to be read when the run goes on."""


class KeptRun:
    """Keeps a run on disk and saves what it learns.

    Args:
        kind: Which command trains.
        request: What it was asked for.
        stack: What is trained.
        resumed: The run to go on with.

    Raises:
        DataError: if ``out`` cannot be written, or holds what is not to be replaced.
    """

    def __init__(
        self, kind: str, request: Request, stack: Stack, resumed: Resumed | None = None
    ) -> None:
        self.out, self._force, self._config = request.out, request.force, request.config
        self._kind, self._options = kind, request.to_dict()
        self._stack, self._resumed = stack, resumed
        self.path = resumed.path if resumed else checkpoint_of(self.out)
        self._replaces = list(resumed.replaces) if resumed else []
        self._is_over = False
        self._check()
        if self._force and self.out.is_file():
            self._replaces.append(_digest(self.out.read_bytes()))

    def _check(self) -> None:
        needed = _COPIES * FLOAT_BYTES * describe(self._stack).parameters
        check_output(self.out, force=self._force or self._is_own(), needed=needed)
        check_output(self.path, force=True, needed=needed)
        if self._resumed is None and not self._force and self.path.exists():
            raise DataError(
                f"{self.path} is a run that is not finished. {self._advice()}, choose another "
                "name with --out, or replace it by --force."
            )

    def _is_own(self) -> bool:
        """Whether what lies at ``out`` is of this run, or was to be replaced when it began."""
        try:
            return self.out.is_file() and _digest(self.out.read_bytes()) in self._replaces
        except OSError:  # a name too long for a file, say
            return False

    def run(self, trainer: Trainer) -> Ran:
        """Train to the end, or until something asks to stop, with a line per epoch.

        Raises:
            DataError: if the images are not those that the run began with, or there is no room for
                a checkpoint.
        """
        with StopRequest() as stop:
            keeper = self._begin(trainer)
            try:
                with closing(self._events(trainer, keeper, stop)) as events:
                    status = 0 if follow(trainer, events) else stop.status or 1
            except OSError as error:
                status = _unheard(error)
            except KeyboardInterrupt:
                complain(f"\n{self._advice()}.")
                raise
            finally:
                keeper.finish_writing()
            self._write_down()
            return self._learnt(trainer, status)

    def _learnt(self, trainer: Trainer, status: int) -> Ran:
        """What there is of a run that has ended."""
        done = trainer.position
        network = trainer.network.copy()
        if done.best_epoch:
            network.load_state_dict(trainer.best_state())
            return Ran(status, done.epoch - 1, done.best_epoch, done.best_accuracy, network)
        is_learnt = done.step and not self._is_over
        return Ran(status, done.epoch - 1, 0, None, network if is_learnt else None)

    def _events(
        self, trainer: Trainer, keeper: RunKeeper, stop: StopRequest
    ) -> Generator[Event, None, None]:
        """What the run reports, each written down first, until something asks to stop."""
        with closing(trainer.run()) as events:
            for event in events:
                self._is_over = isinstance(event, Diverged)
                _complain_of(keeper.took(event, trainer))
                yield event
                if stop.signal and not isinstance(event, Finished):
                    done = trainer.position
                    where = (
                        f"in epoch {done.epoch}" if done.image else f"after epoch {done.epoch - 1}"
                    )
                    complain(
                        f"\ncnnviz: stopped {where}. What was learnt is being saved; another "
                        "Ctrl-C ends at once."
                    )
                    return

    def _begin(self, trainer: Trainer) -> RunKeeper:
        """Compare the images with those that the run began with; write its first checkpoint."""
        found = fingerprint_of(trainer.training, trainer.validation)
        if self._resumed is None:
            self._check()  # another run may have taken the name while the images were made
        else:
            if found != self._resumed.fingerprint:
                raise DataError(
                    f"The images are not those that the run in {self.path} began with. Give their "
                    "folder with --data DIR, or begin another run without --resume."
                )
            trainer.restore(self._resumed.checkpoint)
        log = self._resumed.log if self._resumed else RunLog()
        known = found if self._resumed else ""
        keeper = RunKeeper(self.path, self._stack, self._config, log, known)
        self._trainer, self._keeper, self._fingerprint = trainer, keeper, found
        keeper.origin = self._origin()
        for said in keeper.began(trainer):
            if isinstance(said, NotKept):
                raise DataError(said.message)
        for epoch in log.epochs:
            say_epoch(epoch)
        return keeper

    def _origin(self) -> str:
        return json.dumps(
            {
                "kind": self._kind,
                "options": self._options,
                "fingerprint": self._fingerprint,
                "replaces": self._replaces,
            }
        )

    def _write_down(self) -> None:
        """Write the checkpoint as the run stands; one that diverged would only do so again."""
        if not self._is_over:
            self._keeper.origin = self._origin()
            _complain_of(self._keeper.ended(self._trainer))

    # What is left

    def save(self, network: Sequential, record: TrainingRecord) -> None:
        """Write the network; under another name if others took ``out`` meanwhile.

        Raises:
            DataError: if it cannot be written; says how to go on once it can.
        """
        content = model_bytes(network, record)
        if self.out.exists() and not self._is_own():
            self.out = unused_name(self.out)
        self._replaces.append(_digest(content))
        self._write_down()
        try:
            write_whole(self.out, content)
        except EngineError as error:
            raise DataError(f"{error} {self._advice()}.") from error

    @contextmanager
    def measuring(self) -> Iterator[None]:
        """What is done within, saving and measuring, may be stopped at once, and done later."""
        try:
            yield
        except KeyboardInterrupt:
            complain(f"\ncnnviz: stopped before the network was measured. {self._advice()}.")
            raise

    def leave(self, ran: Ran) -> int:
        """Say what is left of a run that ended early, and how to go on; returns the exit status."""
        if self._is_over:
            self.finish()
        if ran.network is None:
            say("Nothing was learnt that could be saved.")
        elif ran.best_epoch:
            say(f"Saved {self.out}: the weights of epoch {ran.best_epoch}, the best so far.")
        else:
            say(f"Saved {self.out}: the weights as they are in the middle of epoch 1.")
        if not self._is_over:
            say(self._advice())
        return ran.status

    def finish(self) -> None:
        """Remove the checkpoint: there is nothing to go on with."""
        with suppress(OSError):
            self.path.unlink()

    def _advice(self) -> str:
        if not self.path.exists():
            return "No checkpoint could be kept"
        return f"To go on: cnnviz train --resume {shlex.quote(str(self.path))}"


def _unheard(error: OSError) -> int:
    """The exit status where nobody can be told any more how the run goes."""
    mute()
    if isinstance(error, BrokenPipeError):
        return CLOSED_PIPE
    complain(f"cnnviz: {error}")
    return 1


def _complain_of(said: Iterable[Observation]) -> None:
    for observation in said:
        if isinstance(observation, NotKept):
            complain(
                f"cnnviz: training goes on, but its checkpoint cannot be kept. "
                f"{observation.message}"
            )


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
