"""A sample from the form to the grid, with real workers."""

import pytest
from embedcurate_ui.sample.form import FILTER, SELECTED, SHOWN
from embedcurate_ui.sample.view import SampleView
from embedcurate_ui.session import Session
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.gui

WAIT_MS = 120_000


@pytest.fixture
def view(session: Session, qtbot: QtBot) -> SampleView:
    made = SampleView(session)
    made.resize(1000, 800)
    qtbot.addWidget(made)
    made.show()
    return made


def choose(view: SampleView, qtbot: QtBot) -> tuple[str, ...]:
    before = view.outcome
    qtbot.mouseClick(view.form.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: view.outcome is not before, timeout=WAIT_MS)
    assert view.outcome is not None
    return view.outcome.ids


def selections(session: Session, qtbot: QtBot) -> dict[str, int]:
    with qtbot.waitCallback(timeout=WAIT_MS) as told:
        session.ask("selections", {}, told)
    return {one["name"]: one["count"] for one in told.args[0]["selections"]}


def test_a_sample_of_what_is_shown_with_what_must_be_in_lands_in_a_selection(
    view: SampleView, session: Session, qtbot: QtBot
) -> None:
    assert view.outcome is None
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
        view.show_sample()
    assert session.items.ids_of(session.rows) == list(ids)


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
