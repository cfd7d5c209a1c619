"""Texts of any length, read from where they were found."""

import pytest
from embedcurate_ui.inspector.preview import Reading
from embedcurate_ui.inspector.reading import PART, Part
from embedcurate_ui.inspector.text import TextView
from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.gui

LINES = [f"Line {number} of a long 🐦 text about birds." for number in range(4000)]
TEXT = "\n".join(LINES)


@pytest.fixture
def view(qtbot: QtBot) -> TextView:
    view = TextView()
    qtbot.addWidget(view)
    view.resize(420, 300)
    with qtbot.waitExposed(view):
        view.show()
    return view


def first_line(view: TextView) -> str:
    return view.firstVisibleBlock().text()


def passages(view: TextView) -> list[str]:
    """Return what has another ground."""
    return [one.cursor.selectedText() for one in view.extraSelections()]


def words(view: TextView) -> list[str]:
    """Return what is underlined."""
    document, found = view.document(), []
    for number in range(document.blockCount()):
        block = document.findBlockByNumber(number)
        text = block.text().encode("utf-16-le")
        found += [
            text[2 * one.start : 2 * (one.start + one.length)].decode("utf-16-le")
            for one in block.layout().formats()
        ]
    return found


def test_a_short_text_is_shown_whole_with_the_words_that_were_looked_for(view: TextView) -> None:
    view.show_text(Reading(0, "🐦 A bird. 🐦 Two Birds."), ("bird",))
    assert view.toPlainText() == "🐦 A bird. 🐦 Two Birds."
    assert words(view) == ["bird", "Birds"]


def test_lines_are_broken_to_be_read_in_a_wide_view_too(view: TextView) -> None:
    view.show_text(Reading(0, "word " * 400))
    narrow = view.viewport().width()
    view.resize(1600, 300)
    assert view.viewport().width() > narrow
    assert view.viewport().width() < 1000
    assert view.horizontalScrollBar().maximum() == 0


def test_a_long_text_opens_at_its_hit_with_little_of_it_laid_out(
    view: TextView, qtbot: QtBot
) -> None:
    start = TEXT.index(LINES[2000])
    view.show_text(Reading(0, TEXT, hit=(start, start + len(LINES[2000]))))
    qtbot.waitUntil(lambda: first_line(view) in LINES[1990:2001], timeout=5000)
    assert passages(view) == [LINES[2000]]
    assert len(view.toPlainText()) < 3 * PART


def test_reading_on_lays_out_more_until_the_end_is_reached(view: TextView, qtbot: QtBot) -> None:
    view.show_text(Reading(0, TEXT))
    bar = view.verticalScrollBar()

    def at_end() -> bool:
        bar.setValue(bar.maximum())
        return view.part == Part(0, len(TEXT))

    qtbot.waitUntil(at_end, timeout=20_000)
    assert view.toPlainText() == TEXT


def test_reading_back_lays_out_what_came_before_and_keeps_the_place(
    view: TextView, qtbot: QtBot
) -> None:
    start = TEXT.index(LINES[2000])
    view.show_text(Reading(0, TEXT, hit=(start, start + 5)))
    qtbot.waitUntil(lambda: first_line(view) in LINES[1990:2001], timeout=5000)
    before = view.part
    first = LINES[TEXT[: before.start].count("\n")]
    with qtbot.waitSignal(view.read_on, timeout=5000):
        view.verticalScrollBar().setValue(0)
    assert view.part.start < before.start
    assert view.toPlainText() == TEXT[view.part.start : view.part.end]
    assert first_line(view) == first
    assert passages(view) == [LINES[2000][:5]]
