"""What the command line takes: commands, their options, and how each is read."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.commands.terminal import say
from engine.basics.errors import DataError
from engine.basics.records import quoted
from engine.basics.typed_numbers import read_number, read_whole_number


def _number(text: str) -> float:
    try:
        return read_number(text)
    except DataError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _whole(text: str) -> int:
    try:
        return read_whole_number(text)
    except DataError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


SETTINGS: dict[str, tuple[Callable[[str], Any], str]] = {
    "epochs": (_whole, "how often every image is seen (default: 5)"),
    "batch_size": (_whole, "images in a step (default: 64)"),
    "learning_rate": (_number, "size of a step (default: 0.05; for adam and adamw about 0.001)"),
    "momentum": (
        _number,
        "share of the last step in the next, for sgd and nesterov (default: 0.9)",
    ),
    "weight_decay": (_number, "how strongly weights are pulled towards 0 (default: 0.0005)"),
    "schedule": (str, "how the learning rate changes: constant, step or cosine (default)"),
    "optimizer": (str, "sgd (default), nesterov, rmsprop, adam or adamw"),
    "loss": (str, "'cross-entropy' (default) or 'mean squared error'"),
    "warm_up_epochs": (_number, "epochs over which the learning rate first rises (default: 0)"),
    "seed": (
        _whole,
        "seed of the first weights and of everything else that is random (default: 0)",
    ),
}
"""What ``cnnviz train`` can set of a training run; the engine's defaults hold for the rest."""
COMMANDS = ("train", "classify", "export", "import")
"""What the first argument may be; any other one is a file to open, see ``file_place``."""
PATH_OPTIONS = ("--data", "--model", "--screenshots")
"""Options before a command that take a path."""


class _Parser(argparse.ArgumentParser):
    """Says when its help cannot be written, as every command does with what it prints."""

    def print_help(self, file: Any = None) -> None:
        """Print the help to standard output, or to ``file``."""
        if file is None:
            say(self.format_help().rstrip("\n"))
        else:
            super().print_help(file)


def build_parser() -> argparse.ArgumentParser:
    """The options of ``cnnviz`` and of its commands."""
    parser = _Parser(
        prog="cnnviz",
        description="See how a convolutional network works: draw a digit, build a stack of layers, "
        "train it, and step through every window. Without a command, the window opens; with FILE "
        "it opens that: a network, a stack, a lecture or an image. A file that is called like a "
        "command is opened as ./NAME.",
        usage="%(prog)s [-h] [--version] [--data DIR] [--screenshots DIR] [FILE | COMMAND …]",
    )
    parser.add_argument("--version", action="store_true", help="print the version and exit")
    _add_path(parser, "--data", "DIR", "folder with the MNIST files")
    _add_path(parser, "--model", "FILE", "FILE, by its name as an option")
    _add_path(
        parser,
        "--screenshots",
        "DIR",
        "save pictures of every workspace, light and dark, and an animated one, then exit",
    )
    _add_force(parser, default=False)
    parser.set_defaults(refuse=parser.error)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", prog="cnnviz")
    _add_train(commands.add_parser("train", help="train a network without a window"))
    _add_classify(commands.add_parser("classify", help="print what a network reads in drawings"))
    _add_export(commands.add_parser("export", help="save a network for another library"))
    _add_import(commands.add_parser("import", help="read weights saved by PyTorch into a stack"))
    for command in commands.choices.values():
        command.set_defaults(refuse=command.error)  # what is refused later has its usage, too
    return parser


def _add_path(
    parser: argparse.ArgumentParser, name: str, metavar: str, about: str, **more: Any
) -> None:
    parser.add_argument(name, type=Path, metavar=metavar, help=about, **more)


def _add_count(parser: argparse.ArgumentParser, name: str, about: str, **more: Any) -> None:
    parser.add_argument(name, type=_positive, metavar="N", help=about, **more)


def _add_force(parser: argparse.ArgumentParser, default: Any = argparse.SUPPRESS) -> None:
    about = "replace files that are there already"
    parser.add_argument("--force", action="store_true", default=default, help=about)


class _Named(argparse.Action):
    """Stores a value, and that it was given: its default may be given, too."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,  # noqa: ARG002 - argparse's signature
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,  # noqa: ARG002
    ) -> None:
        setattr(namespace, self.dest, values)
        namespace.named = {*getattr(namespace, "named", ()), self.dest}


def _add_stack(parser: argparse.ArgumentParser, what_for: str) -> None:
    parser.add_argument(
        "--preset",
        type=_preset,
        action=_Named,
        default="lenet5",
        metavar="NAME",
        help=f"preset {what_for} (default: %(default)s)",
    )
    _add_path(parser, "--stack", "FILE", f"stack file {what_for} instead of a preset")


def _add_train(train: argparse.ArgumentParser) -> None:
    _add_stack(train, "to train")
    _add_path(train, "--data", "DIR", "folder with the MNIST files", default=argparse.SUPPRESS)
    _add_count(train, "--digits", "train on N generated digits instead of MNIST")
    _add_count(
        train,
        "--mix-digits",
        "train on N generated digits as well as MNIST: ways of writing that are rare in MNIST",
    )
    train.add_argument(
        "--guard",
        action="store_true",
        help="train the guard, which tells digits from other marks, on MNIST, generated digits "
        "and as many scribbles (--digits N of each; default: 14000)",
    )
    _add_path(
        train,
        "--start",
        "FILE",
        "start from the weights of a network of the same stack instead of random ones; with the "
        "same seed, data and numbers of images its held-out images stay held out",
    )
    _add_count(train, "--images", "use only N training images")
    _add_count(
        train,
        "--validation",
        "images of each source held out of training to choose the best epoch "
        "(default: %(default)s)",
        action=_Named,
        default=5000,
    )
    train.add_argument(
        "--augment",
        nargs="?",
        const="",
        metavar="SETTINGS",
        help="vary the training images as handwriting and pens vary, differently in each epoch; "
        "to change single settings: rotation=15,elastic=0",
    )
    for name, (kind, about) in SETTINGS.items():
        option = f"--{name.replace('_', '-')}"
        train.add_argument(option, type=kind, metavar="VALUE", help=about)
    _add_path(
        train,
        "--out",
        "FILE",
        "where to save (default: PRESET.safetensors, or PRESET-2.safetensors if that exists)",
    )
    _add_force(train)
    train.add_argument(
        "--resume",
        nargs="?",
        const="",
        metavar="CHECKPOINT",
        help="go on with a run that was stopped or killed, as if it had not been (default: the "
        "one of --out); other options need not be given again, --data only if its folder moved",
    )


def _add_classify(classify: argparse.ArgumentParser) -> None:
    _add_path(classify, "images", "IMAGE", "image files", nargs="*")
    _add_path(
        classify,
        "--strokes",
        "FILE.json",
        "a list of drawings; a drawing is a list of strokes, a stroke a list of [x, y] in a "
        "box of 280×280 with its origin at the top left (a drawing that leaves the box is scaled "
        "to fit); prints one line of ten probabilities for each, or why it is refused. The pen's "
        "width is 13%% of the drawing's longer side, so that small drawings do not become blots "
        'nor large ones hairlines; {"points": [[x, y], …], "width": w} sets another width',
    )
    classify.add_argument(
        "--number",
        action="store_true",
        help="read several digits side by side as a number",
    )
    _add_path(
        classify,
        "--model",
        "FILE",
        "network to ask (default: the bundled one)",
        default=argparse.SUPPRESS,
    )


def _add_import(command: argparse.ArgumentParser) -> None:
    _add_path(command, "weights", "FILE.safetensors", "a state_dict saved as safetensors")
    _add_stack(command, "that the weights fit")
    _add_path(command, "--out", "FILE", "where to save (default: FILE_imported.safetensors)")
    _add_force(command)


def _add_export(export: argparse.ArgumentParser) -> None:
    _add_path(export, "network", "MODEL.safetensors", "network file")
    export.add_argument(
        "--to", type=_target, required=True, metavar="TARGET", help="pytorch, keras, numpy or onnx"
    )
    _add_path(
        export,
        "--out",
        "FILE",
        "where to save (default: MODEL_TARGET.py or MODEL.onnx); weights go next to it",
    )
    _add_force(export)


def _target(text: str) -> str:
    from engine.export import targets  # noqa: PLC0415 - not before it is needed

    known = [target.key for target in targets()]
    if text not in known:
        raise argparse.ArgumentTypeError(f"{text!r} is none of {', '.join(known)}")
    return text


def _preset(text: str) -> str:
    from engine.networks.presets import PRESETS  # noqa: PLC0415 - not before it is needed

    if text not in PRESETS:
        raise argparse.ArgumentTypeError(f"{text!r} is none of {', '.join(PRESETS)}")
    return text


def _positive(text: str) -> int:
    value = _whole(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"“{quoted(text)}” is not a whole number of at least 1.")
    return value
