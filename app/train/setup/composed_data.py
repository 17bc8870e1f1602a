"""A source as the user put it together: some classes of it, with own drawings, made to fit."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

from app.state.data_sources import DataSource, GeneratedSource, class_names_of
from engine.basics.errors import DataError
from engine.data.dataset import Dataset
from engine.data.fitting import fit_classes, fit_images
from engine.data.mixing import mix
from engine.data.own_drawings import DrawingStore, drawings_dataset
from engine.data.progress import IsCancelled, Progress


@dataclass(frozen=True)
class Composition:
    """What is done to the images of a source.

    ``classes`` are kept, all if empty; each of the user's drawings in ``drawings_folder`` is mixed
    in ``repeats`` times. The network takes images of ``shape`` and has so many ``outputs``.
    """

    classes: tuple[int, ...] = ()
    repeats: int = 0
    drawings_folder: str = ""
    shape: tuple[int, ...] = (1, 28, 28)
    outputs: int = 10

    @property
    def is_plain(self) -> bool:
        """Whether nothing was chosen."""
        return not self.classes and not self.repeats


def recipe_of(source: DataSource) -> dict[str, Any]:
    """What is needed, apart from its key, to have a source again."""
    directory = getattr(source, "directory", None)
    own: dict[str, Any] = dict(getattr(source, "recipe", {}))
    return own if directory is None else own | {"directory": str(directory)}


class ComposedSource:
    """Loads its base, and does to it what the composition says."""

    def __init__(self, base: DataSource, composition: Composition) -> None:
        self.base, self.composition = base, composition
        self.key, self.about = base.key, base.about
        self.largest, self.usual = base.largest, base.usual
        self.title = f"{base.title} and my drawings" if composition.repeats else base.title
        self.class_names = class_names_of(base)

    @property
    def recipe(self) -> dict[str, Any]:
        """What is needed, apart from the base, to have it again."""
        composition = self.composition
        return recipe_of(self.base) | {
            "classes": list(composition.classes),
            "repeats": composition.repeats,
            "drawings_folder": composition.drawings_folder,
            "shape": list(composition.shape),
            "outputs": composition.outputs,
        }

    def load(self, images: int, seed: int, report: Progress, is_cancelled: IsCancelled) -> Dataset:
        """Return ``images`` images, those of the user's drawings included."""
        composition = self.composition
        own = self._own() if composition.repeats else None
        if own is not None:
            images = max(images - len(own) * composition.repeats, 2)
        data = self._some(images, seed, report, is_cancelled)
        data = fit_classes(fit_images(data, composition.shape), composition.outputs)
        if own is None:
            return data
        return mix(data, fit_images(own, composition.shape), composition.repeats)

    def _some(self, images: int, seed: int, report: Progress, is_cancelled: IsCancelled) -> Dataset:
        kept = self.composition.classes
        if not kept:
            return self.base.load(images, seed, report, is_cancelled)
        wanted = self.base.largest
        if isinstance(self.base, GeneratedSource):  # as many of each: more than needed take time
            wanted = min(ceil(images * 10 / len(kept)) + 10, wanted)
        data = self.base.load(wanted, seed, report, is_cancelled).keep_classes(kept)
        return data if images >= len(data) else data.take(images, seed)

    def _own(self) -> Dataset:
        kept, _ = DrawingStore(Path(self.composition.drawings_folder)).load()
        classes = self.composition.classes
        wanted = [each for each in kept if not classes or each.label in classes]
        if not wanted:
            raise DataError("None of your drawings is of the classes that are kept.")
        return drawings_dataset(wanted)


def composition_of(recipe: dict[str, Any]) -> Composition | None:
    """What a recipe says is done to a base; ``None`` if nothing is.

    Raises:
        DataError: if it makes no sense.
    """
    if "repeats" not in recipe:
        return None
    try:
        return Composition(
            tuple(int(each) for each in recipe["classes"]),
            int(recipe["repeats"]),
            str(recipe["drawings_folder"]),
            tuple(int(each) for each in recipe["shape"]),
            int(recipe["outputs"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(f"What the run learnt from cannot be read: {error}.") from error
