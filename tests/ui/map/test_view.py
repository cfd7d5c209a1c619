"""The map's view over a real collection, with real worker processes."""

from collections.abc import Iterator

import numpy as np
import pytest
from embedcurate_ui.map import MapView
from embedcurate_ui.session import Session
from embedcurate_ui.theme import Banner
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QComboBox, QPushButton, QToolButton, QTreeWidget, QWidget
from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.gui

WAIT_MS = 120_000
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def view(qtbot: QtBot, session: Session) -> Iterator[MapView]:
    made = MapView(session)
    made.resize(1000, 640)
    made.show()
    yield made
    made.close()
    made.deleteLater()


def settle(qtbot: QtBot, view: MapView) -> None:
    qtbot.waitUntil(
        lambda: (
            not view.model.background.is_busy
            and view.model.shown is not None
            and view.canvas.is_drawn
        ),
        timeout=WAIT_MS,
    )


def choose(qtbot: QtBot, view: MapView, box: str, text: str) -> None:
    """Choose an entry of a combo box by the keys."""
    combo = next(one for one in view.findChildren(QComboBox) if one.accessibleName() == box)
    qtbot.keyClick(combo, Qt.Key.Key_Home)
    while combo.currentText() != text:
        before = combo.currentIndex()
        qtbot.keyClick(combo, Qt.Key.Key_Down)
        assert combo.currentIndex() != before, f"{box} has no {text}"


def button(view: MapView, text: str) -> QPushButton:
    return next(
        one for one in view.findChildren(QPushButton) if one.isVisible() and one.text() == text
    )


def lines(view: MapView) -> dict[str, tuple[int, bool]]:
    """What the legend shows: text -> count, and whether it is in bold."""
    tree = view.legend.findChild(QTreeWidget)
    found = (tree.topLevelItem(at) for at in range(tree.topLevelItemCount()))
    return {one.text(0): (int(one.text(1)), one.font(0).bold()) for one in found}


def test_from_no_map_to_a_selection_by_lasso(view: MapView, session: Session, qtbot: QtBot) -> None:
    choose(qtbot, view, "Method of the map", "PCA")
    with qtbot.waitSignal(session.found, timeout=WAIT_MS) as told:
        qtbot.mouseClick(button(view, "Make the map"), LEFT)
    assert told.args == ["map"]
    settle(qtbot, view)
    shown = view.model.shown
    assert shown is not None
    assert len(shown.points) == len(session.items)
    assert shown.run.parameters["method"] == "pca"
    counts = {name: count for name, (count, _) in lines(view).items()}
    assert sum(counts.values()) == len(session.items)
    assert set(counts) == {"Pictures", "Texts", "Sounds"}

    canvas = view.canvas
    left, right = QPoint(2, 2), QPoint(canvas.width() - 2, canvas.height() - 2)
    around = [left, QPoint(right.x(), left.y()), right, QPoint(left.x(), right.y())]
    shift = Qt.KeyboardModifier.ShiftModifier
    qtbot.mousePress(canvas, LEFT, shift, around[0])
    for corner in around[1:]:
        qtbot.mouseMove(canvas, corner)
    qtbot.mouseRelease(canvas, LEFT, shift, around[-1])
    assert session.selection.tolist() == list(range(len(session.items)))
    settle(qtbot, view)
    assert "selected" in canvas.accessibleDescription()

    with qtbot.waitSignal(session.shown, timeout=WAIT_MS):
        tree = view.legend.findChild(QTreeWidget)
        place = tree.visualItemRect(tree.topLevelItem(0)).center()
        qtbot.mouseClick(tree.viewport(), LEFT, pos=place)
    assert session.query == "modality:image"
    assert set(session.items.modality[session.rows].tolist()) == {0}
    settle(qtbot, view)
    assert lines(view)["Pictures"] == (counts["Pictures"], True)
    assert [lines(view)[name] for name in ("Texts", "Sounds")] == [(0, False), (0, False)]
    live = view.model.shown.points.rows[view.model.shown.live]
    assert sorted(live.tolist()) == sorted(session.rows.tolist())
    with qtbot.waitSignal(session.shown, timeout=WAIT_MS):
        qtbot.mouseClick(tree.viewport(), LEFT, pos=place)
    assert session.query == ""
    settle(qtbot, view)
    assert {name: count for name, (count, _) in lines(view).items()} == counts

    tree.setFocus()
    tree.setCurrentItem(tree.topLevelItem(1))
    control = Qt.KeyboardModifier.ControlModifier
    with qtbot.waitSignal(session.shown, timeout=WAIT_MS):
        qtbot.keyClick(tree, Qt.Key.Key_Return, control)
    assert session.query == "-modality:text"
    with qtbot.waitSignal(session.shown, timeout=WAIT_MS):
        qtbot.mouseClick(tree.viewport(), LEFT, control, place)
    settle(qtbot, view)
    assert set(session.items.modality[session.rows].tolist()) == {2}
    assert lines(view) == {
        "Pictures": (0, False), "Texts": (0, False), "Sounds": (counts["Sounds"], False),
    }  # fmt: skip
    assert tree.topLevelItem(0).font(0).strikeOut()


def test_the_first_map_is_by_pca_and_umap_follows(
    view: MapView, session: Session, qtbot: QtBot
) -> None:
    qtbot.mouseClick(button(view, "Make the map"), LEFT)
    assert [job.arguments["method"] for job in session.jobs] == ["pca", "umap"]
    settle(qtbot, view)
    assert view.model.shown is not None
    assert view.model.shown.run.parameters["method"] == "pca"
    banner = view.findChild(Banner)
    assert banner.isVisible()
    assert banner.text == "This is a first map by PCA; the one by UMAP is being made."
    assert not banner.button.isVisible()
    _, umap = session.jobs
    umap.cancel()
    with qtbot.waitSignal(umap.over, timeout=WAIT_MS):
        pass
    assert banner.text == "This is the map by PCA; there is none by UMAP yet."
    assert button(view, "Make it").isVisible()


def test_colours_that_lack_an_analysis_offer_to_run_it(
    view: MapView, session: Session, qtbot: QtBot
) -> None:
    view.model.use(method="pca", by="cluster")
    with qtbot.waitSignal(session.found, timeout=WAIT_MS):
        view.model.compute()
    settle(qtbot, view)
    assert lines(view) == {}
    with qtbot.waitSignal(session.found, timeout=WAIT_MS) as told:
        qtbot.mouseClick(button(view, "Find clusters"), LEFT)
    assert told.args == ["clusters"]
    settle(qtbot, view)
    assert sum(count for count, _ in lines(view).values()) == len(session.items)
    assert view.model.shown.anchors


def test_tags_are_seen_at_once_and_scores_after_a_search(
    view: MapView, session: Session, qtbot: QtBot
) -> None:
    view.model.use(method="pca", by="tag")
    with qtbot.waitSignal(session.found, timeout=WAIT_MS):
        view.model.compute()
    settle(qtbot, view)
    session.mark(session.rows[:3], add=["mine"])
    settle(qtbot, view)
    assert lines(view)["mine"] == (3, False)
    choose(qtbot, view, "Colour by", "Score of the search")
    with qtbot.waitSignal(session.shown, timeout=WAIT_MS):
        session.show("a bird")
    settle(qtbot, view)
    colouring = view.model.shown.colouring
    assert colouring.is_scale
    best = max(session.hits, key=lambda row: session.hits[row]["score"])
    assert colouring.codes[best] == colouring.codes.max()
    assert np.count_nonzero(colouring.codes) == len(session.hits)


def test_everything_that_takes_the_focus_has_a_name(view: MapView) -> None:
    nameless = [
        type(one).__name__
        for one in view.findChildren(QWidget)
        if one.isVisible()
        and one.focusPolicy() & Qt.FocusPolicy.TabFocus
        and isinstance(one, QToolButton | QPushButton | QComboBox | QTreeWidget)
        and not (one.accessibleName() or one.text())
    ]
    assert nameless == []
    assert view.canvas.accessibleName()
    assert view.begins_at is view.canvas


def test_without_a_collection_there_is_nothing_to_press(
    blank_session: Session, qtbot: QtBot
) -> None:
    view = MapView(blank_session)
    qtbot.addWidget(view)
    view.show()
    assert [one.text() for one in view.findChildren(QPushButton) if one.isVisible()] == []
    assert view.canvas.accessibleDescription() == ""
