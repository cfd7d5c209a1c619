"""The filters at the side, clicked and counted, with a real worker behind them."""

from collections.abc import Callable
from math import inf

import pytest
from embedcurate_ui.facets import FacetsPanel
from embedcurate_ui.facets.listing import ValueList
from embedcurate_ui.facets.ranging import RangeHistogram
from embedcurate_ui.facets.values import COUNT
from embedcurate_ui.session import Session
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.gui
WAIT_MS = 120_000
LEFT, CONTROL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def panel(session: Session, qtbot: QtBot) -> FacetsPanel:
    made = FacetsPanel(session)
    qtbot.addWidget(made)
    made.resize(260, 1600)
    made.show()
    made.counts._shown()
    return made


def shown(session: Session, qtbot: QtBot, act: Callable[[], object]) -> None:
    with qtbot.waitSignal(session.shown, timeout=WAIT_MS):
        act()


def click(qtbot: QtBot, values: ValueList, value: object, *keys: Qt.KeyboardModifier) -> None:
    place = values.visualRect(values.values.find(value)).center()  # type: ignore[arg-type]
    qtbot.mouseClick(values.viewport(), LEFT, *keys, pos=place)


def counts(values: ValueList) -> dict[str, int]:
    indexes = [values.values.index(row, 0) for row in range(values.values.rowCount())]
    return {index.data(): index.data(COUNT) for index in indexes}


def test_a_click_filters_and_the_other_values_stay_to_be_chosen(
    panel: FacetsPanel, session: Session, qtbot: QtBot
) -> None:
    kinds = panel.lists["modality"]
    before = counts(kinds)
    assert sum(before.values()) == len(session.rows)
    shown(session, qtbot, lambda: click(qtbot, kinds, "audio"))
    assert session.query == "modality:audio"
    qtbot.waitUntil(lambda: counts(kinds) == before, timeout=WAIT_MS)
    assert len(session.rows) == before["Sounds"]
    shown(session, qtbot, lambda: click(qtbot, kinds, "text"))
    assert session.query == "modality:audio,text"
    assert len(session.rows) == before["Sounds"] + before["Texts"]
    assert set(counts(panel.lists["label"])) == {"birds", "strings"}


def test_ctrl_click_leaves_out_and_a_click_takes_that_back(
    panel: FacetsPanel, session: Session, qtbot: QtBot
) -> None:
    labels, everything = panel.lists["label"], len(session.rows)
    birds = counts(labels)["birds"]
    shown(session, qtbot, lambda: click(qtbot, labels, "birds", CONTROL))
    assert session.query == "-label:birds"
    assert len(session.rows) == everything - birds
    shown(session, qtbot, lambda: click(qtbot, labels, "birds"))
    assert session.query == ""


def test_folders_are_a_tree_that_is_opened_and_clicked(
    panel: FacetsPanel, session: Session, qtbot: QtBot
) -> None:
    folders = panel.lists["folder"]
    top = folders.values.index(0, 0)
    assert top.data() == "media"
    assert folders.isExpanded(top)
    pictures = next(
        folders.values.index(row, 0, top)
        for row in range(folders.values.rowCount(top))
        if folders.values.index(row, 0, top).data() == "pictures"
    )
    count = pictures.data(COUNT)
    shown(session, qtbot, lambda: click(qtbot, folders, pictures.internalPointer().value))
    assert len(session.rows) == count
    assert {session.items.path(row).parents[1].name for row in session.rows.tolist()} == {
        "pictures"
    }


def test_keys_choose_and_leave_out(panel: FacetsPanel, session: Session, qtbot: QtBot) -> None:
    kinds = panel.lists["modality"]
    kinds.setFocus()
    kinds.setCurrentIndex(kinds.values.find("image"))
    shown(session, qtbot, lambda: qtbot.keyClick(kinds, Qt.Key.Key_Space))
    assert session.query == "modality:image"
    shown(session, qtbot, lambda: qtbot.keyClick(kinds, Qt.Key.Key_Return, CONTROL))
    assert session.query == "-modality:image"


def test_counts_follow_the_marks(panel: FacetsPanel, session: Session, qtbot: QtBot) -> None:
    assert panel.lists["tag"].values.rowCount() == 0
    session.mark(session.rows[:3], add=["seen"], pick="pick")
    qtbot.waitUntil(lambda: counts(panel.lists["tag"]) == {"seen": 3}, timeout=WAIT_MS)
    assert counts(panel.lists["pick"])["Picked"] == 3


def test_a_range_is_chosen_by_a_grip_and_shown_by_what_is_asked(
    panel: FacetsPanel, session: Session, qtbot: QtBot
) -> None:
    widths = panel.ranges["width_px"]
    assert widths.range == (-inf, inf)
    bars = widths.bars.counts.copy()
    widths.high.setFocus()
    shown(session, qtbot, lambda: qtbot.keyClick(widths.high, Qt.Key.Key_PageDown))
    assert session.query.startswith("width:<=")
    most = int(session.query.removeprefix("width:<="))
    assert all(session.items.value("width_px", row) <= most for row in session.rows.tolist())
    qtbot.waitUntil(lambda: bool((widths.bars.counts == bars).all()), timeout=WAIT_MS)
    shown(session, qtbot, lambda: session.show("width:>=300"))
    low, high = widths.range
    assert low == pytest.approx(300, abs=5)
    assert high == inf
    shown(session, qtbot, lambda: qtbot.keyClick(widths.low, Qt.Key.Key_Home))
    assert session.query == ""


def test_a_grip_is_dragged_and_pushes_the_other(qtbot: QtBot) -> None:
    made = RangeHistogram("Width", "{:.0f}".format)
    qtbot.addWidget(made)
    made.resize(212, 64)
    made.show()
    made.show_counts([0, 100, 200], [5, 5], None)
    with qtbot.waitSignal(made.settled) as settled:
        qtbot.mousePress(made.low, LEFT, pos=QPoint(6, 10))
        qtbot.mouseMove(made.low, QPoint(56, 10))
        qtbot.mouseRelease(made.low, LEFT, pos=QPoint(6, 10))
    assert settled.args is not None
    assert settled.args[0] == pytest.approx(50, abs=1)
    assert settled.args[1] == inf
    made.show_counts([0, 100, 200], [5, 5], (50, 60))
    made.low.setFocus()
    qtbot.keyClick(made.low, Qt.Key.Key_PageUp)
    low, high = made.range
    assert low == high == pytest.approx(70, abs=1)


def test_everything_that_takes_the_focus_has_a_name(
    panel: FacetsPanel, session: Session, qtbot: QtBot
) -> None:
    for widget in panel.findChildren(QWidget):
        if widget.isVisible() and widget.focusPolicy() != Qt.FocusPolicy.NoFocus:
            assert widget.accessibleName() or widget.parent().accessibleName(), widget
