"""The shared widgets obey mouse and keyboard alike, and say their names."""

import pytest
from embedcurate_ui.theme import (
    Banner,
    Bar,
    Card,
    Chip,
    ElidedLabel,
    EmptyState,
    FlowLayout,
    StarRating,
    ValueSlider,
)
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.gui
LEFT = Qt.MouseButton.LeftButton


def shown(qtbot: QtBot, widget: QWidget) -> None:
    qtbot.addWidget(widget)
    widget.show()


def test_a_bar_makes_buttons_with_names_and_keys_in_their_tooltips(qtbot: QtBot) -> None:
    pressed: list[str] = []
    bar = Bar()
    shown(qtbot, bar)
    button = bar.button("view-grid", "Grid", lambda: pressed.append("grid"), key="G")
    assert (button.accessibleName(), button.toolTip()) == ("Grid", "Grid (G)")
    qtbot.mouseClick(button, LEFT)
    qtbot.keyClick(button, Qt.Key.Key_Space)
    assert pressed == ["grid", "grid"]


def test_a_card_is_pressed_and_opened_by_mouse_and_by_key(qtbot: QtBot) -> None:
    card = Card("Dogs", "12 items", pressable=True)
    shown(qtbot, card)
    said: list[str] = []
    card.pressed.connect(lambda modifiers: said.append(f"pressed {modifiers.name}"))
    card.opened.connect(lambda: said.append("opened"))
    qtbot.mouseClick(card, LEFT, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(card, Qt.Key.Key_Return)
    qtbot.mouseDClick(card, LEFT)
    qtbot.keyClick(card, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert said[0] == "pressed ControlModifier"
    assert said[1] == "pressed NoModifier"
    assert said.count("opened") == 2
    assert (card.accessibleName(), card.accessibleDescription()) == ("Dogs", "12 items")


def test_a_plain_card_is_no_button(qtbot: QtBot) -> None:
    card = Card("Dogs")
    shown(qtbot, card)
    with qtbot.assertNotEmitted(card.pressed):
        qtbot.mouseClick(card, LEFT)
        qtbot.keyClick(card, Qt.Key.Key_Return)
    assert card.focusPolicy() is Qt.FocusPolicy.NoFocus


def test_a_chip_is_pressed_and_removed_by_mouse_and_by_key(qtbot: QtBot) -> None:
    chip = Chip("tag:cat", kind="exclude", removable=True)
    shown(qtbot, chip)
    said: list[str] = []
    chip.pressed.connect(lambda: said.append("pressed"))
    chip.removed.connect(lambda: said.append("removed"))
    qtbot.mouseClick(chip, LEFT, pos=QPoint(10, 10))
    qtbot.keyClick(chip, Qt.Key.Key_Space)
    qtbot.mouseClick(chip, Qt.MouseButton.MiddleButton, pos=QPoint(10, 10))
    qtbot.keyClick(chip, Qt.Key.Key_Delete)
    qtbot.mouseClick(chip.childAt(chip.width() - 12, 12), LEFT)
    assert said == ["pressed", "pressed", "removed", "removed", "removed"]
    assert chip.accessibleName() == "not tag:cat"


def test_a_chip_that_can_not_go_stays(qtbot: QtBot) -> None:
    chip = Chip("x" * 60)
    shown(qtbot, chip)
    with qtbot.assertNotEmitted(chip.removed):
        qtbot.keyClick(chip, Qt.Key.Key_Delete)
    assert chip.toolTip() == chip.text == "x" * 60


def test_stars_are_given_and_taken_away_by_click_and_set_by_keys(qtbot: QtBot) -> None:
    stars = StarRating()
    shown(qtbot, stars)
    given: list[int] = []
    stars.rated.connect(given.append)
    third = QPoint(2 + 2 * 20 + 10, 10)
    qtbot.mouseClick(stars, LEFT, pos=third)
    qtbot.mouseClick(stars, LEFT, pos=third)
    for key in (Qt.Key.Key_5, Qt.Key.Key_Left, Qt.Key.Key_0):
        qtbot.keyClick(stars, key)
    assert given == [3, 0, 5, 4, 0]
    with qtbot.assertNotEmitted(stars.rated):
        stars.set_stars(2)
    assert stars.stars == 2


def test_a_value_is_slid_or_typed_and_both_parts_agree(qtbot: QtBot) -> None:
    slider = ValueSlider("Tile", 64, 512, 160, decimals=0, suffix=" px")
    shown(qtbot, slider)
    changed: list[float] = []
    settled: list[float] = []
    slider.changed.connect(changed.append)
    slider.settled.connect(settled.append)
    assert slider.focusProxy().value() == 160 - 64
    qtbot.keyClick(slider.focusProxy(), Qt.Key.Key_End)
    slider.findChild(QWidget, "qt_spinbox_lineedit").setText("100")  # type: ignore[union-attr]
    qtbot.keyClick(slider.findChild(QWidget, "qt_spinbox_lineedit"), Qt.Key.Key_Return)
    assert changed == settled == [512, 100]
    assert (slider.value, slider.focusProxy().value()) == (100, 36)
    with qtbot.assertNotEmitted(slider.changed):
        slider.set_value(9999)
        slider.set_bounds(64, 256)
    assert slider.value == 256


@pytest.mark.parametrize("value", [2, 3, 70, 9_999, 10_000])
def test_a_logarithmic_slider_comes_back_to_the_number_it_was_given(
    qtbot: QtBot, value: int
) -> None:
    slider = ValueSlider("Least size", 2, 10_000, value, decimals=0, logarithmic=True)
    shown(qtbot, slider)
    assert slider.value == value
    step = slider.focusProxy().value()
    assert 2 * (10_000 / 2) ** (step / 1000) == pytest.approx(value, rel=0.01)


def test_a_flow_breaks_its_rows_and_grows_higher_when_it_gets_narrower(qtbot: QtBot) -> None:
    holder = QWidget()
    flow = FlowLayout(holder, spacing_px=10)
    boxes = [QLabel(str(number)) for number in range(5)]
    for box in boxes:
        box.setFixedSize(50, 20)
        flow.addWidget(box)
    holder.resize(170, 200)
    shown(qtbot, holder)
    assert [(box.x(), box.y()) for box in boxes] == [
        (0, 0), (60, 0), (120, 0), (0, 30), (60, 30),
    ]  # fmt: skip
    assert flow.heightForWidth(170) == 50
    assert flow.heightForWidth(290) == 20
    assert flow.heightForWidth(50) == 140
    others = [QLabel(text) for text in "ab"]
    flow.fill(others)
    assert not any(box.isVisible() for box in boxes)
    assert all(other.isVisible() for other in others)
    assert flow.heightForWidth(290) == others[0].height()
    flow.clear()
    assert flow.count() == 0


def test_an_elided_label_shows_what_fits_and_tells_the_rest(qtbot: QtBot) -> None:
    label = ElidedLabel("a rather long name of a file.jpg", mode=Qt.TextElideMode.ElideMiddle)
    shown(qtbot, label)
    label.resize(90, 20)
    assert "…" in label.elided()
    assert label.toolTip() == label.text()
    label.resize(900, 20)
    assert label.elided() == label.text()
    assert label.toolTip() == ""


def test_a_banner_is_there_only_while_it_has_something_to_say(qtbot: QtBot) -> None:
    window = QWidget()
    column = QVBoxLayout(window)
    banner = Banner()
    column.addWidget(banner)
    shown(qtbot, window)
    assert not banner.isVisible()
    banner.say("warning", "12 new files.", "Index")
    assert banner.isVisible()
    assert (banner.text, banner.accessibleName()) == ("12 new files.", "12 new files.")
    with qtbot.waitSignal(banner.acted):
        qtbot.mouseClick(banner.button, LEFT)
    cross = next(one for one in banner.findChildren(QWidget) if "Close" in one.accessibleName())
    with qtbot.waitSignal(banner.closed):
        qtbot.mouseClick(cross, LEFT)
    assert not banner.isVisible()


def test_an_empty_state_has_a_button_where_there_is_a_way_on(qtbot: QtBot) -> None:
    empty = EmptyState("map", "No map yet", "Lay the items out.", "Make the map")
    shown(qtbot, empty)
    with qtbot.waitSignal(empty.acted):
        qtbot.mouseClick(empty.findChild(QPushButton), LEFT)
    empty.say("Nothing found", "Try other words.")
    assert not empty.button.isVisible()
