"""What is said comes and goes; no button moves under the mouse for it."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtWidgets import QAbstractButton, QApplication, QToolButton, QWidget

from app.kit.notice_bar import NoticeBar
from app.shell.workspaces import KEYS
from app.state.recognition import Recognition
from engine.ink.preprocess import Steps

LONG = "Run 12 of a network with a long name ended at 98.76 % of its held-out images. " * 2


def places(workspace: QWidget, apart_from: QWidget) -> dict[str, tuple[int, int]]:
    """Where each button in sight stands, apart from those within a widget."""
    return {
        f"{type(each).__name__} {each.text() or each.accessibleName()} {number}": (
            each.mapTo(workspace, each.rect().topLeft()).toTuple()
        )
        for number, each in enumerate(workspace.findChildren(QAbstractButton))
        if each.isVisible() and not apart_from.isAncestorOf(each)
    }


def test_no_notice_moves_a_button(window):
    tried = []
    for key in KEYS:
        window.open_workspace(key)
        workspace = window.workspaces.current
        for notice in workspace.findChildren(NoticeBar):
            QApplication.processEvents()
            before = places(workspace, notice)
            notice.show_notice("info", LONG)
            QApplication.processEvents()
            assert notice.isVisible()
            assert places(workspace, notice) == before, key
            notice.hide()
            QApplication.processEvents()
            assert places(workspace, notice) == before, key
            tried.append(key)
    assert set(tried) == {"build", "train"}


def test_no_result_in_train_moves_a_button(window):
    window.open_workspace("train")
    train = window.workspaces.train
    QApplication.processEvents()
    before = places(train, train.view.status)
    for text in ("", "Measuring…", LONG[:80]):
        train.view.test_text.setText(text)
        train.view.status.show_note(text)
        QApplication.processEvents()
        assert places(train, train.view.status) == before, text


def recognitions(names):
    """Answers whose sentences are short and long."""
    for place, share in ((0, 0.999), (9, 0.4)):
        shares = np.full(10, (1 - share) / 9)
        shares[place] = share
        yield Recognition(None, shares, class_names=names)


@pytest.mark.parametrize(
    ("size", "scale"), [((1024, 768), 1.0), ((1366, 768), 1.0), ((1920, 1080), 1.5)]
)
def test_no_sentence_on_steps_that_are_off_moves_a_button_of_draw(window, look, size, scale):
    look.set_scale(scale)
    window.resize(*size)
    window.open_workspace("draw")
    draw = window.workspaces.draw
    QApplication.processEvents()
    notice, off = draw.side.notice, Steps(crop=False)
    names = (
        ("a", *map(str, range(8)), "a name of a class that has sixty letters, not one fewer"),
        (),
    )
    for known in names:
        notice.show_steps(Steps(), Recognition(None, np.full(10, 0.1), class_names=known))
        QApplication.processEvents()
        before = places(draw, notice)
        for steps in (off, Steps(crop=False, scale=False, centre=False), Steps()):
            for recognition in recognitions(known):
                full = replace(recognition, full=recognition)
                notice.show_steps(steps, full)
                QApplication.processEvents()
                assert notice.isVisible() is not steps.is_full
                assert places(draw, notice) == before, (steps, notice.sentence.text())
                words = notice.sentence
                assert words.heightForWidth(words.width()) <= words.height()


def test_nothing_that_the_header_says_moves_its_switches(window):
    header = window.header
    QApplication.processEvents()
    switches = [each for each in header.findChildren(QToolButton) if each.isVisible()]
    before = [each.geometry() for each in switches]
    for title in ("A", LONG[:60]):
        for progress in ("", "Epoch 1 of 5", "Paused in epoch 12 of 345"):
            header.set_network(title, LONG)
            header.set_training(progress)
            QApplication.processEvents()
            assert [each.geometry() for each in switches] == before


def test_no_answer_in_the_quiz_of_step_moves_a_button(window):
    window.open_workspace("step")
    step = window.workspaces.step
    for width in (1366, 760):
        window.resize(width, 768)
        step.quiz.toggle()
        QApplication.processEvents()
        bar = step.quiz_bar
        before = places(step, bar.feedback)
        for said, score in ((LONG * 3, "1 of 1 right"), ("", "12 of 1000 right"), (LONG, "")):
            bar.feedback.setText(said)
            bar.score.setText(score)
            QApplication.processEvents()
            assert places(step, bar.feedback) == before, (width, said, score)
        step.quiz.toggle()
