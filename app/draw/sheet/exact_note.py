"""Says that an image goes to the network as it is, and how sure the network is of it."""

from __future__ import annotations

from app.look.percentages import percent
from app.look.text import Text
from app.state.sketch import ExactImage

HINT = "Nothing was done to its pixels. Draw on it, and it is prepared like any drawing."


class ExactNote(Text):
    """A line that is hidden while there is a drawing."""

    def __init__(self) -> None:
        super().__init__(size=13, role="muted")
        self.setWordWrap(True)
        self.setToolTip(HINT)
        self.hide()

    def show_image(
        self,
        image: ExactImage | None,
        top_two: tuple[int, int, float] | None,
        names: tuple[str, ...] = (),
    ) -> None:
        """Tell of an image, and of the two most probable classes with what is between them.

        ``names`` is empty where the classes are the digits.
        """
        self.setVisible(image is not None)
        if image is None:
            return
        names = names or tuple(map(str, range(10)))
        words = f"A held-out image, pixel by pixel as it is; its label is {names[image.label]}."
        if top_two is not None:
            first, second, margin = top_two
            words += f" The answer {names[first]} is ahead of {names[second]} by {percent(margin)}."
        self.setText(words)
