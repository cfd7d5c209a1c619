"""The view, shown: over a thousand items that no worker knows, and over real ones."""

import pytest
from embedcurate_ui.grid import GridView
from embedcurate_ui.session import Session
from pytestqt.qtbot import QtBot

from tests.ui.grid.material import show


@pytest.fixture
def view(qtbot: QtBot, blank_session: Session) -> GridView:
    return _shown(qtbot, GridView(show(blank_session, 1000)))


@pytest.fixture
def opened_view(qtbot: QtBot, session: Session) -> GridView:
    return _shown(qtbot, GridView(session))


def _shown(qtbot: QtBot, view: GridView) -> GridView:
    qtbot.addWidget(view)
    view.resize(820, 600)
    with qtbot.waitExposed(view):
        view.show()
    view.grid.setFocus()
    return view
