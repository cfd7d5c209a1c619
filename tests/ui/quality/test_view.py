"""The quality check and outliers from the first click to marks, with real workers."""

import os
from pathlib import Path

import pytest
from embedcurate_ui import theme
from embedcurate_ui.grid.menus import order_menu
from embedcurate_ui.quality.outliers import OutliersView
from embedcurate_ui.quality.view import QualityView
from embedcurate_ui.session import Session
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.strangers import install

pytestmark = pytest.mark.gui

WAIT_MS = 120_000


def start(view: QWidget, qtbot: QtBot) -> None:
    """Press the button of the empty view."""
    view.resize(1000, 800)
    qtbot.addWidget(view)
    view.show()
    buttons = [empty.button for empty in view.findChildren(theme.EmptyState)]
    qtbot.waitUntil(lambda: any(button.isVisible() for button in buttons), timeout=WAIT_MS)
    (button,) = [button for button in buttons if button.isVisible()]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def names_are_complete(view: QWidget) -> bool:
    return all(
        widget.accessibleName() or widget.focusProxy() or widget.objectName().startswith("qt_")
        for widget in view.findChildren(QWidget)
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    )


def test_an_issue_is_shown_rejected_and_its_threshold_used(session: Session, qtbot: QtBot) -> None:
    view = QualityView(session)
    start(view, qtbot)
    qtbot.waitUntil(lambda: view.quality is not None, timeout=WAIT_MS)
    first = view.quality
    assert first is not None
    assert names_are_complete(view)
    kinds = {issue.modality for issue in first.issues}
    assert kinds == {"image", "audio", "text"}

    card = view.cards["odd-size"]
    card.histogram.setFocus()
    qtbot.keyClick(card.histogram, Qt.Key.Key_Home)
    assert card.count == (first.scores("odd-size") > 0).sum()
    assert view.apply_button.isVisible()
    qtbot.keyClick(card.histogram, Qt.Key.Key_PageUp)
    rows = first.rows_of("odd-size", card.threshold)
    assert 0 < len(rows) <= card.issue.checked
    with qtbot.waitSignal(session.shown, timeout=WAIT_MS):
        qtbot.mouseClick(card.show_button, Qt.MouseButton.LeftButton)
    assert session.rows.tolist() == rows.tolist()

    with qtbot.waitSignals([session.marked, session.marked, session.said], timeout=WAIT_MS):
        qtbot.mouseClick(card.reject_button, Qt.MouseButton.LeftButton)
    assert (session.items.pick[rows] == 2).all()
    with qtbot.waitSignal(session.marked, timeout=WAIT_MS):
        session.undo()
    assert not session.items.pick.any()

    threshold = card.threshold
    qtbot.mouseClick(view.apply_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: view.quality is not first, timeout=WAIT_MS)
    assert view.quality is not None
    assert view.quality.thresholds["odd-size"] == pytest.approx(threshold)
    assert not view.apply_button.isVisible()
    with qtbot.waitSignal(session.shown, timeout=WAIT_MS):
        view.show_issue("odd-size", view.cards["odd-size"].threshold)
    assert session.query == "is:odd-size"
    assert sorted(session.rows.tolist()) == sorted(rows.tolist())


REDDISH = """
from embedcurate.items import Modality
from embedcurate.quality import CheckPlugin

class Reddish(CheckPlugin):
    name = "mostly-red"
    summary = "More of it is red than green."
    modality = Modality.IMAGE

    def score(self, media):
        return [float(one[..., 0].mean() > one[..., 1].mean()) for one in media]

class Lacking(Reddish):
    def available(self):
        return "its weights are not here"
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a plugin is installed for every process that the session starts."""
    entries = {"mostly-red": "Reddish", "later": "Lacking"}
    install(tmp_path / "site", "ec-red", REDDISH, entries, group="embedcurate.checks")
    monkeypatch.setenv("PYTHONPATH", os.fspath(tmp_path / "site"))
    return tmp_path / "site"


def test_the_check_of_a_plugin_is_done_shown_and_outlives_it(
    site: Path, session: Session, qtbot: QtBot
) -> None:
    view = QualityView(session)
    qtbot.addWidget(view)
    view.show()
    qtbot.waitUntil(view.checks.button.isVisible, timeout=WAIT_MS)
    later, red = view.checks.menu.actions()
    assert (later.text(), later.isEnabled()) == ("Later", False)
    assert later.toolTip().startswith("Its weights are not here.")
    assert (red.text(), red.toolTip()) == ("Mostly red", "More of it is red than green.")
    said: list[tuple[str, str]] = []
    session.said.connect(lambda *told: said.append(told))
    red.trigger()
    qtbot.waitUntil(lambda: bool(said) or "mostly-red" in view.cards, timeout=WAIT_MS)
    assert said == []
    card = view.cards["mostly-red"]
    assert card.accessibleDescription() == "More of it is red than green."
    assert 0 < card.count < card.issue.checked
    with qtbot.waitSignal(session.shown, timeout=WAIT_MS):
        qtbot.mouseClick(card.show_button, Qt.MouseButton.LeftButton)
    assert session.query == "is:mostly-red"
    assert len(session.rows) == card.count
    assert ["mostly-red", card.count] in session.facets["issue"]

    menu = order_menu(session, view)
    menu.aboutToShow.emit()
    [order] = [one for one in menu.findChildren(QAction) if one.data() == "mostly-red"]
    with qtbot.waitSignal(session.shown, timeout=WAIT_MS):
        session.show("modality:image", descending=True)
    assert view.quality is not None
    flagged = set(view.quality.rows_of("mostly-red", 0.5).tolist())
    with qtbot.waitSignal(session.shown, timeout=WAIT_MS):
        order.trigger()
    assert set(session.rows[: card.count].tolist()) == flagged

    (site / "ec_red-1.0.dist-info").rename(site / "gone")
    with qtbot.waitSignal(view.checks.known, timeout=WAIT_MS):
        view.checks.look(anew=True)
    assert not view.checks.button.isVisible()
    assert "which can't be used now" in card.accessibleDescription()


def test_what_is_odd_is_listed_selected_rejected_and_shown(session: Session, qtbot: QtBot) -> None:
    view = OutliersView(session)
    start(view, qtbot)
    qtbot.waitUntil(lambda: view.outliers is not None, timeout=WAIT_MS)
    assert view.outliers is not None
    page = view.odd
    page.histogram.setFocus()
    qtbot.keyClick(page.histogram, Qt.Key.Key_Home)
    assert page.model.rowCount() == len(view.outliers.items)
    scores = [float(page.model.index(line, 1).data()) for line in range(page.model.rowCount())]
    assert scores == sorted(scores, reverse=True)
    view.kind.setCurrentIndex(view.kind.findData("audio"))
    assert {session.items.modality[row] for row in page.rows()} == {2}

    page.table.selectRow(0)
    assert session.selection.tolist() == [page.model.row(0)]
    assert session.current == page.model.row(0)
    for line in (1, 0):
        spot = page.table.visualRect(page.model.index(line, 0)).center()
        viewport = page.table.viewport()
        qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=spot)
        assert session.current == page.model.row(line)
        session.select([page.model.row(2)])
        qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=spot)
        assert session.selection.tolist() == [page.model.row(line)]
    with qtbot.waitSignals([session.marked, session.marked], timeout=WAIT_MS):
        page.reject()
    assert session.items.pick[page.model.row(0)] == 2
    with qtbot.waitSignal(session.shown, timeout=WAIT_MS):
        page.show_all()
    assert session.rows.tolist() == page.rows().tolist()
    assert names_are_complete(view)
    qtbot.waitUntil(lambda: session.thumbnails.is_idle, timeout=WAIT_MS)
