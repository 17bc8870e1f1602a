"""One line that changes often: a shorter one stands in where it does not fit."""

from app.kit.read_out import ReadOut


def test_where_the_text_does_not_fit_the_first_shorter_one_that_does_is_painted(qtbot, look):
    long, short = "18,000 images in 141 batches an epoch", "141 batches an epoch"
    line = ReadOut()
    qtbot.addWidget(line)

    def painted(*texts: str, width: int):
        line.clear("")
        line.set_text(*texts)
        line.resize(width, line.sizeHint().height())
        return line.grab().toImage()

    wide, narrow = 400, line.fontMetrics().horizontalAdvance(short) + 4
    assert painted(long, short, width=wide) == painted(long, width=wide)
    assert painted(long, short, width=narrow) == painted(short, width=narrow)
    assert painted(long, short, width=narrow) != painted(long, width=narrow)
