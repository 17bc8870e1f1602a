"""What is said comes and goes; no button moves under the mouse for it."""

from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from app.kit.notice_bar import NoticeBar
from app.shell.workspaces import KEYS

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
