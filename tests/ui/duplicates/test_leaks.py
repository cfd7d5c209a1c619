"""Leaks between splits, found and settled by real keys."""

import numpy as np
import pytest
from embedcurate_ui.duplicates.leaks_view import LeaksView
from embedcurate_ui.items import PICKS
from embedcurate_ui.session import Session
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from embedcurate.collection import Collection
from tests.ui.duplicates.reviewing import WAIT_MS, found, go_to, nameless, names, press

pytestmark = pytest.mark.gui

REJECT = PICKS.index("reject")
IN_TRAIN = {"a.jpg", "b.jpg", "c.jpg", "bird.flac", "river.txt"}


def test_leaks_are_settled_by_keys_and_stay_settled(unsearched: Session, qtbot: QtBot) -> None:
    copies = unsearched
    view = found(LeaksView(copies), qtbot)
    assert nameless(view) == []  # of what takes the focus
    leaks = view.leaks
    pairs = [leaks.pair(group) for group in range(len(leaks.groups))]
    assert {copies.items.name(flagged) for _, flagged in pairs} == IN_TRAIN
    assert {copies.items.value("split", kept) for kept, _ in pairs} == {"test"}

    go_to(view, qtbot, "c-copy.jpg")
    assert not view.different.isEnabled()  # the same bytes are the same
    press(view, qtbot, Qt.Key.Key_K)
    go_to(view, qtbot, "b-poor.jpg")
    press(view, qtbot, Qt.Key.Key_Right)
    press(view, qtbot, Qt.Key.Key_K)
    go_to(view, qtbot, "river-edited.txt")
    assert view.different.isEnabled()
    press(view, qtbot, Qt.Key.Key_N)
    assert leaks.listed.rowCount() == len(IN_TRAIN) - 3
    rejected = names(copies, np.flatnonzero(copies.items.pick == REJECT).tolist())
    assert rejected == {"c.jpg", "b-poor.jpg"}

    flags = next(one for one in view.findChildren(QComboBox) if "train" in one.currentText())
    assert [flags.itemText(at) for at in range(flags.count())] == [
        "Flag what is in train", "Flag what is in test", "Flag both",
    ]  # fmt: skip
    flags.setFocus()
    with qtbot.waitSignal(copies.found, timeout=WAIT_MS):
        qtbot.keyClick(flags, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: leaks.settings.flagged == "last" and not leaks.busy, timeout=WAIT_MS)
    qtbot.waitUntil(
        lambda: (
            {leaks.items.value("split", row) for row in leaks.groups.keepers.tolist()} == {"train"}
        ),
        timeout=WAIT_MS,
    )
    left = {leaks.items.name(leaks.pair(group)[1]) for group in leaks.listed.order.tolist()}
    # of the three copies of one picture both that are in test are flagged
    assert left == {"a-small.jpg", "a-again.jpg", "bird-late.flac"}
    assert copies.collection is not None
    decisions = Collection.open(copies.collection).decisions().values()
    assert [one.kind for one in decisions] == ["different"]


def test_without_splits_it_says_what_is_missing(session: Session, qtbot: QtBot) -> None:
    view = LeaksView(session)
    qtbot.addWidget(view)
    assert view.empty.button.isHidden()
    assert "splits" in view.empty.button.accessibleDescription()
