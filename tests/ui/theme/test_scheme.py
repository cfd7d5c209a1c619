"""One call dresses the whole program, again and again, and everything drawn follows."""

import re
from pathlib import Path

import pytest
from embedcurate_ui import theme
from embedcurate_ui.theme.colours import DARK, LIGHT
from embedcurate_ui.theme.measures import Type, font
from embedcurate_ui.theme.scheme import Scheme
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.gui


def test_palette_style_sheet_and_colours_change_together_and_tell_it(
    qapp: QApplication, qtbot: QtBot
) -> None:
    found = theme.apply(qapp, Scheme.DARK)
    assert theme.apply(qapp, "dark") is found is theme.current()
    for scheme, colours in ((Scheme.LIGHT, LIGHT), (Scheme.DARK, DARK)):
        with qtbot.waitSignal(found.changed):
            theme.apply(qapp, scheme)
        assert theme.colours() is colours
        assert qapp.palette().color(QPalette.ColorRole.Base).name() == colours.field
        assert f"background: {colours.canvas}" not in qapp.styleSheet()
        assert f"color: {colours.text}" in qapp.styleSheet()
    with qtbot.assertNotEmitted(found.changed):
        theme.apply(qapp, Scheme.DARK)


def test_a_system_that_says_nothing_gets_the_dark_scheme(qapp: QApplication) -> None:
    theme.apply(qapp, Scheme.LIGHT)
    assert theme.apply(qapp, Scheme.SYSTEM).colours is DARK


def test_the_style_sheet_leaves_no_name_open_and_names_files_that_are_there(
    qapp: QApplication,
) -> None:
    theme.apply(qapp, Scheme.LIGHT)
    sheet = qapp.styleSheet()
    assert "@" not in sheet
    files = re.findall(r"url\((.*?)\)", sheet)
    assert files
    assert all(Path(file).is_file() for file in files)
    assert sheet.count("{") == sheet.count("}")


def test_icons_are_drawn_in_the_colours_of_the_moment(qapp: QApplication) -> None:
    drawn = theme.icon("square")
    for scheme, colours in ((Scheme.DARK, DARK), (Scheme.LIGHT, LIGHT)):
        theme.apply(qapp, scheme)
        picture = drawn.pixmap(32, 32).toImage()
        assert picture.pixelColor(16, 16).name() == colours.text
        assert picture.pixelColor(0, 0).alpha() == 0


def test_an_icon_that_does_not_exist_is_told_where_it_is_asked_for(qapp: QApplication) -> None:
    with pytest.raises(Exception, match="no-such-icon"):
        theme.icon("no-such-icon")


def test_letters_come_in_four_sizes(qapp: QApplication) -> None:
    sizes = [font(kind).pointSizeF() for kind in Type]
    assert sizes == sorted(set(sizes))
    assert font(Type.BODY).pointSizeF() == qapp.font().pointSizeF()


def test_the_scheme_reaches_widgets_that_are_there(qapp: QApplication, qtbot: QtBot) -> None:
    theme.apply(qapp, Scheme.DARK)
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.show()
    theme.apply(qapp, Scheme.LIGHT)
    assert widget.palette().color(QPalette.ColorRole.WindowText).name() == LIGHT.text
