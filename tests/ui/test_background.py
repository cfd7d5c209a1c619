from collections.abc import Iterator
from threading import Event, current_thread, main_thread

import pytest
from embedcurate_ui.background import Background
from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.gui


@pytest.fixture
def background(qtbot: QtBot) -> Iterator[Background]:
    made = Background()
    yield made
    made.stop()


def test_work_is_done_in_another_thread_and_told_in_this_one(
    background: Background, qtbot: QtBot
) -> None:
    told = []
    with qtbot.waitSignal(background.idle):
        background.do(current_thread, lambda thread: told.append((thread, current_thread())))
        assert background.is_busy
    ((worked, heard),) = told
    assert worked is not main_thread()
    assert heard is main_thread()


def test_of_what_waits_only_the_newest_is_done(background: Background, qtbot: QtBot) -> None:
    release, done, told = Event(), [], []

    def first() -> int:
        release.wait(10)
        return 0

    def later(number: int) -> int:
        done.append(number)
        return number

    with qtbot.waitSignal(background.idle):
        background.do(first, told.append)
        for number in (1, 2, 3):
            background.do(lambda number=number: later(number), told.append)
        release.set()
    assert done == [3]
    assert told == [0, 3]


def test_a_bug_in_the_work_is_raised_where_it_was_asked_for(
    background: Background, qtbot: QtBot
) -> None:
    with qtbot.captureExceptions() as raised:
        background.do(lambda: 1 // 0, lambda _: None)
        qtbot.waitUntil(lambda: bool(raised))
    assert raised[0][0] is ZeroDivisionError
    with qtbot.waitSignal(background.idle):
        background.do(lambda: 1, lambda _: None)


def test_nothing_is_told_after_the_end(background: Background, qtbot: QtBot) -> None:
    told: list[int] = []
    background.do(lambda: 1, told.append)
    background.stop()
    background.do(lambda: 2, told.append)
    with qtbot.assertNotEmitted(background.idle, wait=20):
        pass
    assert told == []
