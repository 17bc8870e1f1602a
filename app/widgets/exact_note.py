"""Says that an image goes to the network as it is, and how sure the network is of it."""

from __future__ import annotations

from app.exact_image import ExactImage
from app.widgets.probability_bars import percent
from app.widgets.text import Text

HINT = "Nothing was done to its pixels. Draw on it, and it is prepared like any drawing."


class ExactNote(Text):
    """A line that is hidden while there is a drawing."""

    def __init__(self) -> None:
        super().__init__(size=13, role="muted")
        self.setWordWrap(True)
        self.setToolTip(HINT)
        self.hide()

    def show_image(self, image: ExactImage | None, top_two: tuple[int, int, float] | None) -> None:
        """Tell of an image, and of the two most probable digits with what is between them."""
        self.setVisible(image is not None)
        if image is None:
            return
        words = f"A held-out image, pixel by pixel as it is; its label is {image.label}."
        if top_two is not None:
            first, second, margin = top_two
            words += f" The answer {first} is ahead of {second} by {percent(margin)}."
        self.setText(words)
