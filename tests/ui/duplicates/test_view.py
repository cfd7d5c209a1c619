"""The review driven by real keys, with real workers and the starter space behind it."""

import pytest
from embedcurate_ui.duplicates.pictures import Look
from embedcurate_ui.duplicates.rows import MembersModel
from embedcurate_ui.duplicates.sounds import SoundPair
from embedcurate_ui.duplicates.view import DuplicatesView
from embedcurate_ui.items import PICKS
from embedcurate_ui.session import Session
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTextBrowser
from pytestqt.qtbot import QtBot

from embedcurate.collection import Collection
from tests.ui.duplicates.material import GROUPS
from tests.ui.duplicates.reviewing import WAIT_MS, found, go_to, listed, nameless, names, press
from tests.ui.models import Proper

pytestmark = pytest.mark.gui

REJECT = PICKS.index("reject")


def test_the_groups_are_those_that_were_made_and_all_that_takes_the_focus_has_a_name(
    unsearched: Session, qtbot: QtBot
) -> None:
    copies = unsearched
    view = found(DuplicatesView(copies), qtbot)
    assert nameless(view) == []
    groups = view.review.groups
    members = [groups.rows[groups.members(one)].tolist() for one in range(len(groups))]
    assert {names(copies, rows) for rows in members} == GROUPS
    assert view.review.listed.rowCount() == len(GROUPS)

    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Up):
        press(view, qtbot, key)
        assert view.comparison.pair is not None
        at = 1 if key == Qt.Key.Key_Right else 0
        assert copies.current == view.comparison.pair[at]  # which the inspector shows
    view.hide()
    other = next(row for row in copies.rows.tolist() if row != copies.current)
    copies.select([other])
    view.show()
    assert copies.current == view.comparison.pair[0]
    copies.select([other, view.comparison.pair[0]], other)
    view.hide()
    view.show()
    assert len(copies.selection) == 2  # several were chosen for something, which looking spares


def test_twenty_files_are_decided_by_keys_and_nothing_is_asked_again(
    copies: Session, qtbot: QtBot, proper: Proper
) -> None:
    view = DuplicatesView(copies)
    left = view.review.listed
    proper(left)
    proper(view.findChild(MembersModel))
    listed(view, qtbot)
    press(view, qtbot, Qt.Key.Key_L)
    assert left.later == 1
    go_to(view, qtbot, "b.jpg")
    press(view, qtbot, Qt.Key.Key_Right)  # the poor one is the current one
    press(view, qtbot, Qt.Key.Key_K)
    go_to(view, qtbot, "bird.flac")
    press(view, qtbot, Qt.Key.Key_B)
    go_to(view, qtbot, "river-edited.txt")
    press(view, qtbot, Qt.Key.Key_N)
    assert left.rowCount() == len(GROUPS) - 3
    press(view, qtbot, Qt.Key.Key_K)
    press(view, qtbot, Qt.Key.Key_K)
    assert left.rowCount() == 0
    assert view.empty.isVisible()

    rejected = names(copies, (copies.items.pick == REJECT).nonzero()[0].tolist())
    assert rejected == {"b.jpg", "a-small.jpg", "a-again.jpg", "c-copy.jpg"}
    with qtbot.waitSignal(view.session.found, timeout=WAIT_MS):
        qtbot.mouseClick(view.empty.button, Qt.MouseButton.LeftButton)
    run = copies.results.latest("duplicates")
    assert run is not None
    assert run.summary["asked"] == 0
    qtbot.waitUntil(lambda: view.review.run == run, timeout=WAIT_MS)
    assert left.rowCount() == 0
    assert copies.collection is not None
    decisions = Collection.open(copies.collection).decisions().values()
    assert sorted(one.kind for one in decisions) == [
        "alternate", "different", "duplicate", "duplicate", "duplicate",
    ]  # fmt: skip


def test_each_kind_is_compared_in_its_own_way(copies: Session, qtbot: QtBot) -> None:
    view = listed(DuplicatesView(copies), qtbot)
    pictures = view.comparison.pictures
    go_to(view, qtbot, "a.jpg")
    press(view, qtbot, Qt.Key.Key_D)
    assert pictures.look is Look.DIFFERENCE
    qtbot.waitUntil(lambda: pictures.apart is not None, timeout=WAIT_MS)
    assert 0 < pictures.apart < 30  # encoded anew, not another picture
    press(view, qtbot, Qt.Key.Key_F)
    assert pictures.look is Look.FLICKER
    assert view.flicker.isChecked()
    press(view, qtbot, Qt.Key.Key_F)
    assert pictures.look is Look.SIDE

    go_to(view, qtbot, "bird.flac")
    assert not view.difference.isEnabled()
    sounds = view.findChild(SoundPair)
    qtbot.waitUntil(lambda: "first" in sounds.accessibleDescription(), timeout=WAIT_MS)
    later = float(sounds.accessibleDescription().split()[-3])
    assert later == pytest.approx(0.25, abs=0.03)  # what was cut off in front

    go_to(view, qtbot, "river-edited.txt")
    sides = view.findChildren(QTextBrowser)
    qtbot.waitUntil(lambda: "line-through" in sides[0].toHtml(), timeout=WAIT_MS)
    assert "underline" in sides[1].toHtml()


def test_undo_brings_a_group_back_and_takes_its_marks_off(copies: Session, qtbot: QtBot) -> None:
    view = listed(DuplicatesView(copies), qtbot)
    go_to(view, qtbot, "a.jpg")
    press(view, qtbot, Qt.Key.Key_K)
    assert view.review.listed.rowCount() == len(GROUPS) - 1
    assert names(copies, (copies.items.pick == REJECT).nonzero()[0].tolist()) == {
        "a-small.jpg", "a-again.jpg",
    }  # fmt: skip
    copies.undo()
    qtbot.waitUntil(lambda: view.review.listed.rowCount() == len(GROUPS), timeout=WAIT_MS)
    assert not copies.items.pick.any()
