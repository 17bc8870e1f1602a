"""The command line. Qt is imported only once a window, or a picture of one, is wanted."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app import installed_version
from app.commands.parser import COMMANDS, PATH_OPTIONS, SETTINGS, build_parser
from app.commands.terminal import complain, ending_well, say
from app.look.assets import asset
from engine.basics.errors import EngineError
from engine.basics.records import quoted


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
