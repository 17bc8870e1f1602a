"""The command line. Qt is imported only once a window, or a picture of one, is wanted."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path

from engine.basics.errors import EngineError

SETTINGS: dict[str, tuple[type, str]] = {
    "epochs": (int, "how often every image is seen (default: 5)"),
    "batch_size": (int, "images in a step (default: 64)"),
    "learning_rate": (float, "length of a step (default: 0.05; adam and adamw want 0.001 or so)"),
    "momentum": (float, "share of the last step that goes on, for sgd and nesterov (default: 0.9)"),
    "weight_decay": (float, "pull of the weights towards 0 (default: 0.0005)"),
    "schedule": (str, "learning rate over the run: constant, step or cosine (default)"),
    "optimizer": (str, "sgd (default), nesterov, rmsprop, adam or adamw"),
    "loss": (str, "'cross-entropy' (default) or 'mean squared error'"),
    "warm_up_epochs": (float, "epochs over which the learning rate first rises (default: 0)"),
    "seed": (int, "seed of the weights and of all chance (default: 0)"),
}
"""The settings of a training run that ``cnnviz train`` takes; left out, the engine's hold."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``cnnviz``; returns the exit status."""
    parser = build_parser()
    options = parser.parse_args(arguments)
    try:
        return _dispatch(options, parser)
    except EngineError as error:
        sys.stderr.write(f"cnnviz: {error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\ncnnviz: stopped.\n")
        return 130


def installed_version() -> str:
    """The version of the installed package."""
    try:
        return version("cnnviz")
    except PackageNotFoundError:
        return "not installed"


def bundled_model() -> Path:
    """The trained LeNet-5 that comes with the application."""
    return Path(str(files("resources").joinpath("models", "lenet5.safetensors")))


def _dispatch(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    if options.command == "train":
        return _train(options)
    if options.command == "classify":
        return _classify(options, parser)
    if options.command == "export":
        from app.commands.export import export_model  # noqa: PLC0415

        return export_model(options.network, options.to, options.out)
    if options.command == "import":
        from app.commands.import_weights import import_network  # noqa: PLC0415

        out = options.out or Path(f"{options.weights.stem}_imported.safetensors")
        return import_network(options.weights, options.preset, options.stack, out)
    if options.screenshots is not None:
        from app.shell import screenshots  # noqa: PLC0415 - imports Qt

        return screenshots.run(options.screenshots)
    from app.shell import gui  # noqa: PLC0415 - imports Qt

    return gui.run(model=options.model, data=options.data)


def _train(options: argparse.Namespace) -> int:
    from app.commands.train import TrainingRequest, train  # noqa: PLC0415
    from engine.data.augmentation import AugmentationConfig  # noqa: PLC0415
    from engine.training.trainer import TrainingConfig  # noqa: PLC0415

    given = {name: getattr(options, name) for name in SETTINGS}
    config = TrainingConfig(**{name: value for name, value in given.items() if value is not None})
    if options.guard:
        from app.commands.train_guard import GuardRequest, train_guard  # noqa: PLC0415

        out = options.out or Path("guard.safetensors")
        return train_guard(GuardRequest(options.data, options.digits or 14_000, out, config))
    name = options.stack.stem if options.stack else options.preset
    return train(
        TrainingRequest(
            preset=options.preset,
            stack=options.stack,
            data=options.data,
            digits=options.digits,
            images=options.images,
            validation=options.validation,
            out=options.out or Path(f"{name}.safetensors"),
            config=config,
            augment=None if options.augment is None else AugmentationConfig.parse(options.augment),
            mix_digits=options.mix_digits,
            start=options.start,
        )
    )


def _classify(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    from app.commands.classify import (  # noqa: PLC0415
        classify_images,
        classify_numbers,
        classify_strokes,
    )

    model = options.model or bundled_model()
    if bool(options.strokes) == bool(options.images):
        parser.error("classify takes image files, or --strokes FILE.json, one of the two")
    if options.number:
        return classify_numbers(model, options.images, options.strokes)
    if options.strokes:
        return classify_strokes(model, options.strokes)
    return classify_images(model, options.images)


def build_parser() -> argparse.ArgumentParser:
    """The options of ``cnnviz`` and of its commands."""
    parser = argparse.ArgumentParser(
        prog="cnnviz",
        description="See how a convolutional network works: draw a digit, build a stack of layers, "
        "train it, and step through every window. Without a command, the window opens.",
    )
    parser.add_argument("--version", action="version", version=f"cnnviz {installed_version()}")
    parser.add_argument("--data", type=Path, metavar="DIR", help="folder with the MNIST files")
    parser.add_argument(
        "--model", type=Path, metavar="FILE", help="network to open (.safetensors) instead of ours"
    )
    parser.add_argument(
        "--screenshots",
        type=Path,
        metavar="DIR",
        help="save a picture of every workspace, light and dark, and end",
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    _add_train(commands)
    _add_classify(commands)
    _add_export(commands)
    _add_import(commands)
    return parser


def _add_train(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    train = commands.add_parser("train", help="train a network without a window")
    train.add_argument(
        "--preset", type=_preset, default="lenet5", metavar="NAME", help="stack to train"
    )
    train.add_argument("--stack", type=Path, metavar="FILE", help="stack file to train instead")
    train.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        default=argparse.SUPPRESS,
        help="folder with the MNIST files",
    )
    train.add_argument(
        "--digits", type=_positive, metavar="N", help="train on N generated digits instead of MNIST"
    )
    train.add_argument(
        "--mix-digits",
        type=_positive,
        metavar="N",
        help="train on N generated digits beside MNIST: ways of writing that MNIST knows few of",
    )
    train.add_argument(
        "--guard",
        action="store_true",
        help="train the guard, which tells digits from other marks, on MNIST, generated digits "
        "and as many scribbles (--digits N of each; default: 14000)",
    )
    train.add_argument(
        "--start",
        type=Path,
        metavar="FILE",
        help="go on from a network of the same stack instead of random weights; with the same "
        "seed, data and numbers of images its held-out images stay held out",
    )
    train.add_argument("--images", type=_positive, metavar="N", help="use only N training images")
    train.add_argument(
        "--validation",
        type=_positive,
        metavar="N",
        default=5000,
        help="images of each source held out of training to choose the best epoch "
        "(default: %(default)s)",
    )
    train.add_argument(
        "--augment",
        nargs="?",
        const="",
        metavar="SETTINGS",
        help="change the training images as hands and pens differ, a new way in each epoch; "
        "settings other than the default as in rotation=15,elastic=0",
    )
    for name, (kind, about) in SETTINGS.items():
        option = f"--{name.replace('_', '-')}"
        train.add_argument(option, type=kind, metavar="VALUE", help=about)
    train.add_argument(
        "--out", type=Path, metavar="FILE", help="where to save (default: PRESET.safetensors)"
    )


def _add_classify(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    classify = commands.add_parser("classify", help="print what a network makes of drawings")
    classify.add_argument("images", nargs="*", type=Path, metavar="IMAGE", help="image files")
    classify.add_argument(
        "--strokes",
        type=Path,
        metavar="FILE.json",
        help="a list of drawings; a drawing is a list of strokes, a stroke a list of [x, y] in a "
        "box of 280×280 with its origin at the top left (what leaves the box is scaled to fit); "
        "one line of ten probabilities each, or "
        "why it is refused. The pen is 13%% of the drawing's longer side wide, so that small "
        'drawings are no blots and large ones no hairlines; {"points": [[x, y], …], "width": w} '
        "names another",
    )
    classify.add_argument(
        "--number",
        action="store_true",
        help="tell several digits side by side apart, and print the number that they make",
    )
    classify.add_argument(
        "--model",
        type=Path,
        metavar="FILE",
        default=argparse.SUPPRESS,
        help="network to ask (default: the bundled one)",
    )


def _add_import(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser("import", help="read weights that PyTorch saved into a stack")
    command.add_argument(
        "weights", type=Path, metavar="FILE.safetensors", help="a state_dict saved as safetensors"
    )
    command.add_argument(
        "--preset", type=_preset, default="lenet5", metavar="NAME", help="stack that it fits"
    )
    command.add_argument("--stack", type=Path, metavar="FILE", help="stack file that it fits")
    command.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="where to save (default: FILE_imported.safetensors)",
    )


def _add_export(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    export = commands.add_parser("export", help="save a network for another library")
    export.add_argument("network", type=Path, metavar="MODEL.safetensors", help="network file")
    export.add_argument(
        "--to", type=_target, required=True, metavar="TARGET", help="pytorch, keras, numpy or onnx"
    )
    export.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="where to save (default: MODEL_TARGET.py or MODEL.onnx); weights go beside it",
    )


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
    try:
        value = int(text)
    except ValueError:
        value = 0
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of at least 1")
    return value
