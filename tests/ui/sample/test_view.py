"""A sample from the form to the grid, with real workers."""

import pytest
from embedcurate_ui.sample.form import FILTER, NONE, SELECTED, SHOWN
from embedcurate_ui.sample.model import Outcome
from embedcurate_ui.sample.view import SampleView
from embedcurate_ui.session import Session
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDoubleSpinBox, QToolButton, QWidget
from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.gui

WAIT_MS = 60_000


@pytest.fixture
def view(session: Session, qtbot: QtBot) -> SampleView:
    made = SampleView(session)
    made.resize(1000, 800)
    qtbot.addWidget(made)
    made.show()
    return made


def choose(view: SampleView, qtbot: QtBot) -> tuple[str, ...]:
    qtbot.mouseClick(view.form.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: view.outcome is not None and view.outcome.is_kept, timeout=WAIT_MS)
    assert view.outcome is not None
    return view.outcome.ids


def preview(view: SampleView, qtbot: QtBot) -> Outcome:
    """Wait for the next preview."""
    with qtbot.waitSignal(view.trying.told, timeout=WAIT_MS) as told:
        pass
    found: Outcome = told.args[0]
    assert found is view.outcome
    return found


def selections(session: Session, qtbot: QtBot) -> dict[str, int]:
    with qtbot.waitCallback(timeout=WAIT_MS) as told:
        session.ask("selections", {}, told)
    return {one["name"]: one["count"] for one in told.args[0]["selections"]}


def test_a_sample_of_what_is_shown_with_what_must_be_in_lands_in_a_selection(
    view: SampleView, session: Session, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(session.shown, timeout=WAIT_MS):
        session.show("modality:image")
    session.select(session.rows[:2])
    form = view.form
    form.count.set_value(6)
    form.strategy.setCurrentIndex(form.strategy.findData("representative"))
    form.where.choose(SHOWN)
    form.must.choose(SELECTED)
    form.must_not.choose(FILTER, "label:vehicles")
    qtbot.keyClicks(form.name, " of birds")
    ids = choose(view, qtbot)

    rows = session.items.rows_of(ids).tolist()
    assert len(rows) == 6
    assert set(session.selection.tolist()) <= set(rows)
    others = set(rows) - set(session.selection.tolist())
    assert {session.items.value("label", row) for row in others} == {"birds"}
    assert {session.items.modality[row] for row in rows} == {0}
    assert selections(session, qtbot) == {"Representative 6 of birds": 6}
    with qtbot.waitSignal(session.shown, timeout=WAIT_MS):
        click(view, "Show", qtbot)
    assert session.items.ids_of(session.rows) == list(ids)


def click(view: SampleView, name: str, qtbot: QtBot) -> None:
    (button,) = (one for one in view.findChildren(QToolButton) if one.accessibleName() == name)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_what_would_be_chosen_is_told_with_each_change_and_nothing_is_kept(
    view: SampleView, session: Session, qtbot: QtBot
) -> None:
    assert view.outcome is None
    form = view.form
    first = preview(view, qtbot)
    assert not first.is_kept
    assert len(first.ids) == 20
    assert first.random is not None
    assert first.curve[-1][0] == 20

    number = form.count.findChild(QDoubleSpinBox)
    number.selectAll()
    qtbot.keyClicks(number, "5")
    qtbot.keyClick(number, Qt.Key.Key_Return)
    five = preview(view, qtbot)
    assert len(five.ids) == 5
    assert first.cover is not None
    assert five.cover is not None
    assert five.cover.mean > first.cover.mean

    form.kinds.boxes["image"].setChecked(False)
    others = preview(view, qtbot)
    assert 0 not in session.items.modality[session.items.rows_of(others.ids)]
    assert others.eligible < five.eligible

    form.strategy.setCurrentIndex(form.strategy.findData("random"))
    drawn = preview(view, qtbot)
    assert drawn.ids != others.ids

    click(view, "Select", qtbot)
    assert set(session.items.ids_of(session.selection)) == set(drawn.ids)
    form.must.choose(SELECTED)
    assert set(preview(view, qtbot).ids) == set(drawn.ids)
    with qtbot.waitSignal(session.shown, timeout=WAIT_MS):
        session.show("label:birds")
    form.must.choose(NONE)
    form.where.choose(SHOWN)
    birds = preview(view, qtbot)
    rows = session.items.rows_of(birds.ids).tolist()
    assert {session.items.value("label", row) for row in rows} == {"birds"}

    assert selections(session, qtbot) == {}
    assert session.results.latest("sample") is None
    assert set(choose(view, qtbot)) == set(birds.ids)


def test_a_preview_that_can_not_be_is_explained(view: SampleView, qtbot: QtBot) -> None:
    preview(view, qtbot)
    view.form.strategy.setCurrentIndex(view.form.strategy.findData("balanced"))
    with qtbot.waitSignal(view.trying.failed, timeout=WAIT_MS) as told:
        view.form.by.setCurrentIndex(view.form.by.findData("cluster"))
    assert "Go to the view “Clusters” first." in told.args[0]
    assert view.outcome is None


def test_no_kind_of_media_is_no_sample(view: SampleView, qtbot: QtBot) -> None:
    for box in view.form.kinds.boxes.values():
        qtbot.mouseClick(box, Qt.MouseButton.LeftButton)
    assert "at least one kind" in view.form.problem()
    assert not view.form.button.isEnabled()


def test_what_was_found_by_meaning_is_kept_as_a_selection_to_choose_from(
    view: SampleView, session: Session, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(session.shown, timeout=WAIT_MS):
        session.show("a bird on a branch modality:image")
    shown = len(session.rows)
    view.form.count.set_value(4)
    view.form.where.choose(SHOWN)
    assert set(session.items.rows_of(choose(view, qtbot))) <= set(session.rows)
    assert selections(session, qtbot) == {"Diverse 4": 4, "Shown for Diverse 4": shown}


def test_a_problem_is_said_and_nothing_can_be_asked(view: SampleView, qtbot: QtBot) -> None:
    view.form.where.choose(FILTER, "stars:many")
    assert "stars" in view.form.problem()
    assert not view.form.button.isEnabled()
    view.form.where.choose(FILTER, "stars:>=3")
    assert view.form.problem() == ""
    assert view.form.button.isEnabled()


def test_only_what_matters_to_a_strategy_is_asked(view: SampleView, qtbot: QtBot) -> None:
    form = view.form
    seen = {}
    for strategy in ("diverse", "typical", "balanced", "mixed"):
        form.strategy.setCurrentIndex(form.strategy.findData(strategy))
        seen[strategy] = (
            form.by.isVisible(), form.weights["typical"].isVisible(), form.apart.isVisible(),
        )  # fmt: skip
    assert seen == {
        "diverse": (False, False, True),
        "typical": (False, False, False),
        "balanced": (True, False, True),
        "mixed": (False, True, True),
    }


def test_classes_are_those_of_what_is_shown(view: SampleView, qtbot: QtBot) -> None:
    form = view.form
    form.strategy.setCurrentIndex(form.strategy.findData("balanced"))
    form.by.setCurrentIndex(form.by.findData("label"))
    names = {form.quotas.index(line, 0).data() for line in range(form.quotas.rowCount())}
    assert names == {"birds", "vehicles", "strings"}


def test_every_widget_that_takes_the_focus_has_a_name(view: SampleView, qtbot: QtBot) -> None:
    for strategy in ("balanced", "mixed"):
        view.form.strategy.setCurrentIndex(view.form.strategy.findData(strategy))
        for widget in view.findChildren(QWidget):
            if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
                inner = widget.focusProxy() or widget.objectName().startswith("qt_")
                assert widget.accessibleName() or inner, widget
