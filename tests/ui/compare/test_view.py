"""Items side by side, by mouse and keys, with the real worker."""

import pytest
from embedcurate_ui.compare import CompareView
from embedcurate_ui.inspector.preview import Picture, Sound
from embedcurate_ui.session import Session
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.inspector.material import button, named, until, workers

pytestmark = pytest.mark.gui


@pytest.fixture
def view(session: Session, qtbot: QtBot) -> CompareView:
    view = CompareView(session)
    qtbot.addWidget(view)
    view.resize(1000, 700)
    with qtbot.waitExposed(view):
        view.show()
    view.activateWindow()
    return view


def press(qtbot: QtBot, key: Qt.Key) -> None:
    """Press a key where the focus is."""
    focused = QApplication.focusWidget()
    assert focused is not None
    qtbot.keyClick(focused, key)


def test_pictures_zoom_as_one_and_keys_act_on_the_pane_with_the_focus(
    view: CompareView, session: Session, qtbot: QtBot
) -> None:
    rows = [named(session, f"kingfisher{end}") for end in (".jpg", "-copy.jpg", "-small.webp")]
    session.select(rows)
    assert set(view.rows) == set(rows)
    until(qtbot, lambda: all(isinstance(pane.medium.medium, Picture) for pane in view.panes))
    first, second, third = view.panes
    first.medium.picture.zoom(3.0)
    assert first.medium.picture.frame.zoom == 3.0
    assert second.medium.picture.frame == third.medium.picture.frame == first.medium.picture.frame
    qtbot.mouseClick(button(view, "Zoom together"), Qt.MouseButton.LeftButton)
    second.medium.picture.zoom(2.0)
    assert first.medium.picture.frame.zoom == 3.0
    assert session.current == view.rows[0]
    press(qtbot, Qt.Key.Key_Right)
    assert session.current == view.current == view.rows[1]
    assert session.selection.tolist() == [view.rows[1]]
    press(qtbot, Qt.Key.Key_X)
    press(qtbot, Qt.Key.Key_2)
    assert session.items.pick[list(view.rows)].tolist() == [0, 2, 0]
    assert session.items.stars[list(view.rows)].tolist() == [0, 2, 0]
    until(qtbot, lambda: all(pane.document for pane in view.panes))
    small = next(pane for pane in view.panes if pane.row == rows[2])
    shown = {label.text(): label for label in small.below.findChildren(QLabel)}
    assert shown["WEBP"].font().bold()
    nameless = [
        one
        for one in view.findChildren(QWidget)
        if one.focusPolicy() != Qt.FocusPolicy.NoFocus
        and not (one.accessibleName() or one.isHidden())
    ]
    assert nameless == []
    with qtbot.waitSignal(view.left):
        press(qtbot, Qt.Key.Key_Escape)


def test_sounds_share_the_time_of_the_longest_and_zoom_as_one(
    view: CompareView, session: Session, qtbot: QtBot
) -> None:
    rows = [row for row in range(len(session.items)) if session.items.modality[row] == 2][:3]
    session.select(rows)
    until(qtbot, lambda: all(isinstance(pane.medium.medium, Sound) for pane in view.panes))
    longest = max(session.items.value("duration_s", row) for row in rows)
    spans = {pane.medium.sound.span for pane in view.panes}
    assert len(spans) == 1
    assert spans.pop().end == pytest.approx(longest, abs=0.01)
    view.panes[1].medium.sound.zoom(4.0)
    spans = {pane.medium.sound.span for pane in view.panes}
    assert len(spans) == 1
    assert spans.pop().length == pytest.approx(longest / 4, abs=0.01)


def test_one_item_is_too_few_seven_are_too_many_and_a_pane_can_be_taken_out(
    view: CompareView, session: Session, qtbot: QtBot
) -> None:
    session.select(session.rows[:1])
    assert view.rows == ()
    with qtbot.waitSignal(session.said) as said:
        session.select(session.rows[:7])
    assert said.args is not None
    assert "7" in said.args[1]
    assert len(view.rows) == 6
    gone = view.rows[2]
    view.panes[2].removed.emit()
    assert len(view.rows) == 5
    assert gone not in view.rows
    session.close()
    until(qtbot, lambda: not workers())
    assert view.rows == ()
