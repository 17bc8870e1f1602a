"""The command line. Qt is imported only once a window, or a picture of one, is wanted."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from app import installed_version
from app.commands.terminal import complain, ending_well, say
from app.look.assets import asset
from engine.basics.errors import DataError, EngineError
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


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``cnnviz``; returns the exit status."""
    return ending_well(lambda: _run(arguments))


def _run(arguments: Sequence[str] | None) -> int:
    parser = build_parser()
    given = list(sys.argv[1:] if arguments is None else arguments)
    place = file_place(given)
    file = None if place is None else Path(given.pop(place))
    if file is not None and not file.exists():
        parser.error(
            f"there is no file {quoted(str(file))}, and no command of that name; "
            f"the commands are {', '.join(COMMANDS)}"
        )
    if file is not None and file_place(given) is not None:
        parser.error("one file can be opened at a time")
    options, unknown = parser.parse_known_args(given)
    if unknown:
        options.refuse(f"unrecognized arguments: {' '.join(map(quoted, unknown))}")
    if file is not None:
        if options.command is not None or options.model is not None:
            parser.error("either one file is opened, or one command is carried out")
        options.model = file
    try:
        return _dispatch(options)
    except EngineError as error:
        complain(f"cnnviz: {error}")
        return 1
    except KeyboardInterrupt:
        complain("\ncnnviz: stopped.")
        return 130


def file_place(arguments: Sequence[str]) -> int | None:
    """Where ``cnnviz FILE`` has its file; ``None`` if there is none, or a command comes first.

    The name of a command stays a command; a file of that name is opened as ``./train``.
    """
    is_value = False
    for place, argument in enumerate(arguments):
        if is_value:
            is_value = False
        elif argument in COMMANDS:
            return None
        elif argument.startswith("-"):
            is_value = len(argument) > 2 and any(
                option.startswith(argument) for option in PATH_OPTIONS
            )
        else:
            return place
    return None


def bundled_model() -> Path:
    """The trained LeNet-5 that comes with the application."""
    return asset("models", "lenet5.safetensors")


def _dispatch(options: argparse.Namespace) -> int:
    if options.version:
        say(f"cnnviz {installed_version() or '(not installed)'}")
        return 0
    if options.command == "train":
        return _train(options)
    if options.command == "classify":
        return _classify(options)
    if options.command == "export":
        from app.commands.other_libraries import export_model  # noqa: PLC0415

        return export_model(options.network, options.to, options.out, force=options.force)
    if options.command == "import":
        from app.commands.other_libraries import import_network  # noqa: PLC0415

        return import_network(
            options.weights, options.preset, options.stack, options.out, force=options.force
        )
    return _open_window(options)


def _open_window(options: argparse.Namespace) -> int:
    """Open the window, or take pictures of it; first see whether Qt can, for it would abort."""
    from app.shell.display import display_problem  # noqa: PLC0415

    if options.screenshots is not None:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    problem = display_problem()
    if problem is not None:
        sys.stderr.write(problem + "\n")
        return 1
    if options.screenshots is not None:
        from app.shell.screenshots import take_pictures  # noqa: PLC0415 - imports Qt

        return take_pictures(options.screenshots, force=options.force)
    from app.shell.application import run_window  # noqa: PLC0415 - imports Qt

    return run_window(options.model, options.data)


def _train(options: argparse.Namespace) -> int:
    from app.commands.kept_run import unused_name  # noqa: PLC0415
    from app.commands.train import TrainingRequest, train  # noqa: PLC0415
    from engine.data.augmentation import AugmentationConfig  # noqa: PLC0415
    from engine.training.trainer import TrainingConfig  # noqa: PLC0415

    settings = {name: getattr(options, name) for name in SETTINGS}
    given = {name: value for name, value in settings.items() if value is not None}
    if options.resume is not None:
        return _resume(options, given)
    config = TrainingConfig(**given)
    if options.guard:
        from app.commands.train_guard import GuardRequest, train_guard  # noqa: PLC0415

        out = options.out or unused_name(_usual_name(options))
        return train_guard(
            GuardRequest(options.data, options.digits or 14_000, out, config, options.force)
        )
    return train(
        TrainingRequest(
            preset=options.preset,
            stack=options.stack,
            data=options.data,
            digits=options.digits,
            images=options.images,
            validation=options.validation,
            out=options.out or unused_name(_usual_name(options)),
            config=config,
            augment=None if options.augment is None else AugmentationConfig.parse(options.augment),
            mix_digits=options.mix_digits,
            start=options.start,
            force=options.force,
        )
    )


def _usual_name(options: argparse.Namespace) -> Path:
    """What a trained network is called where ``--out`` is left out."""
    name = options.stack.stem if options.stack else options.preset
    return Path(f"{'guard' if options.guard else name}.safetensors")


def _resume(options: argparse.Namespace, settings: dict[str, Any]) -> int:
    """Go on with a run; what is given besides must be what it was begun with."""
    from app.commands.resume import resume  # noqa: PLC0415

    others = ("digits", "images", "mix_digits", "augment", "start", "stack")
    asked = settings | {name: getattr(options, name) for name in others}
    asked |= {name: getattr(options, name) for name in getattr(options, "named", ())}
    asked["guard"] = options.guard or None
    path = Path(options.resume) if options.resume else options.out or _usual_name(options)
    return resume(
        path,
        options.out,
        options.data,
        {name: value for name, value in asked.items() if value is not None},
        force=options.force,
    )


def _classify(options: argparse.Namespace) -> int:
    from app.commands.classify import classify_drawings, classify_images  # noqa: PLC0415

    model = options.model or bundled_model()
    if bool(options.strokes) == bool(options.images):
        options.refuse("classify takes image files, or --strokes FILE.json, one of the two")
    if options.strokes:
        return classify_drawings(model, options.strokes, as_numbers=options.number)
    return classify_images(model, options.images, as_numbers=options.number)


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
