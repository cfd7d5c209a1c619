"""The way in by real drops, clicks and keys, with a real worker that looks at the sources."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from embedcurate_resources import FOLDER
from embedcurate_ui.preferences import Recent, Settings
from embedcurate_ui.session import Session
from embedcurate_ui.theme import Card
from embedcurate_ui.welcome import CreateDialog, WelcomeView
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.processes import TINY
from tests.strangers import install

pytestmark = pytest.mark.gui
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def recent(tmp_path: Path, qtbot: QtBot) -> Iterator[Recent]:
    settings = Settings(tmp_path / "window.ini")
    yield Recent(settings.store)
    settings.deleteLater()


@pytest.fixture
def view(blank_session: Session, recent: Recent, qtbot: QtBot) -> WelcomeView:
    made = WelcomeView(blank_session, recent)
    qtbot.addWidget(made)
    made.resize(1000, 700)
    made.show()
    return made


def drop(widget: QWidget, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    buttons, keys, copy = LEFT, Qt.KeyboardModifier.NoModifier, Qt.DropAction.CopyAction
    enter = QDragEnterEvent(QPoint(9, 9), copy, data, buttons, keys)
    QApplication.sendEvent(widget, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(widget, QDropEvent(QPointF(9, 9), copy, data, buttons, keys))


def collection(path: Path) -> Path:
    path.mkdir(parents=True)
    (path / "collection.toml").touch()
    return path


def card(widget: QWidget, name: str) -> Card:
    return next(one for one in widget.findChildren(Card) if one.accessibleName() == name)


def place(view: WelcomeView) -> QWidget:
    return next(one for one in view.findChildren(QWidget) if one.acceptDrops())


def test_a_folder_that_is_dropped_is_to_become_a_collection_and_one_that_is_one_opens(
    view: WelcomeView, tmp_path: Path, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(view.create_collection) as asked:
        drop(place(view), tmp_path, tmp_path / "list.txt")
    assert asked.args == [[tmp_path, tmp_path / "list.txt"]]
    there = collection(tmp_path / "c")
    with qtbot.waitSignal(view.open_collection) as opened:
        drop(place(view), there)
    assert opened.args == [there]


def test_a_recent_collection_opens_by_click_and_one_that_is_gone_is_told(
    view: WelcomeView, recent: Recent, tmp_path: Path, qtbot: QtBot
) -> None:
    there = collection(tmp_path / "birds")
    recent.opened(there)
    recent.opened(tmp_path / "gone")
    view.refresh()
    with qtbot.waitSignal(view.open_collection) as opened:
        qtbot.mouseClick(card(view, "birds"), LEFT)
    assert opened.args == [there]
    with qtbot.assertNotEmitted(view.open_collection):
        qtbot.keyClick(card(view, "gone"), Qt.Key.Key_Return)
    assert "no collection" in view.banner.text
    forget = next(
        one for one in view.findChildren(QWidget) if one.accessibleName().startswith("Take gone")
    )
    qtbot.mouseClick(forget, LEFT)
    assert recent.paths() == [there]


def test_the_sample_is_one_click_away(view: WelcomeView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.sample):
        qtbot.mouseClick(card(view, "Try the sample"), LEFT)


@pytest.fixture
def dialog(blank_session: Session, tmp_path: Path, qtbot: QtBot) -> Iterator[CreateDialog]:
    (tmp_path / "place").mkdir()
    made = CreateDialog(blank_session, tmp_path / "place")
    qtbot.addWidget(made)
    made.show()
    yield made
    made.reject()


def labels(widget: QWidget) -> str:
    return " | ".join(one.text() for one in widget.findChildren(QLabel))


def test_sources_are_looked_at_and_what_was_found_is_chosen_before_anything_runs(
    dialog: CreateDialog, tmp_path: Path, qtbot: QtBot
) -> None:
    assert not dialog.go.isEnabled()
    media = tmp_path / "sample" / "media"
    for name in ("birds", "drums"):
        shutil.copytree(FOLDER / "sample/media/sounds" / name, media / "sounds" / name)
    shutil.copy(FOLDER / "sample" / "captions.csv", media.parent)
    drop(dialog, media)
    qtbot.waitUntil(dialog.go.isEnabled, timeout=30_000)
    sounds = sum(1 for path in media.rglob("*") if path.is_file())
    assert f"{sounds} sounds" in labels(dialog.found)
    assert dialog.found.choices["captions"].currentText() == "captions.csv"
    assert dialog.found.choices["labels"].currentText() == "Names of folders"
    assert dialog.found.choices["splits"].currentText() == "None"
    assert dialog.where.name.text() == "media"
    assert card(dialog, "starter").selected
    with qtbot.waitSignal(dialog.accepted):
        qtbot.mouseClick(dialog.go, LEFT)
    assert dialog.creation.arguments() == {
        "collection": str(tmp_path / "place" / "media"),
        "sources": [str(media)],
        "captions": str(media.parent / "captions.csv"),
        "labels": "folder",
        "space": "starter",
    }
    assert list((tmp_path / "place").iterdir()) == []


def test_what_is_chosen_otherwise_counts(
    dialog: CreateDialog, tmp_path: Path, qtbot: QtBot
) -> None:
    for name in ("cats/1.jpg", "cats/2.jpg", "dogs/1.jpg", "dogs/2.jpg"):
        path = tmp_path / "media" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    dialog.add([tmp_path / "media"])
    qtbot.waitUntil(dialog.go.isEnabled, timeout=30_000)
    choice = dialog.found.choices["labels"]
    assert "2 values: cats 2, dogs 2" in labels(dialog.found)
    qtbot.keyClick(choice, Qt.Key.Key_Down)
    assert choice.currentText() == "None"
    assert "labels" not in dialog.creation.arguments()
    dialog.where.name.selectAll()
    qtbot.keyClicks(dialog.where.name, "pets")
    dialog.add([tmp_path / "place"])
    assert dialog.where.name.text() == "pets"
    assert not dialog.go.isEnabled()
    assert "lies in a source" in labels(dialog)


def test_a_source_that_is_gone_is_told_in_words(
    dialog: CreateDialog, tmp_path: Path, qtbot: QtBot
) -> None:
    dialog.add([tmp_path / "gone"])
    qtbot.waitUntil(dialog.banner.isVisible, timeout=30_000)
    assert "no file or folder" in dialog.banner.text
    remove = next(
        one for one in dialog.findChildren(QWidget) if one.accessibleName() == "Do not take gone"
    )
    qtbot.mouseClick(remove, LEFT)
    assert dialog.creation.sources == []


def test_all_that_takes_the_focus_has_a_name(
    view: WelcomeView, dialog: CreateDialog, qtbot: QtBot
) -> None:
    for root in (view, dialog):
        for one in root.findChildren(QWidget):
            takes_focus = one.focusPolicy() != Qt.FocusPolicy.NoFocus and one.isVisibleTo(root)
            if takes_focus and not one.objectName().startswith("qt_"):
                assert one.accessibleName(), one


def test_a_space_of_a_stranger_can_be_allowed_after_it_was_said_what_that_means(
    blank_session: Session, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path / "site", "ec-tiny", TINY, {"tiny": "Tiny"})
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "site"))
    monkeypatch.setenv("EMBEDCURATE_CONFIG", str(tmp_path / "config"))
    monkeypatch.delenv("EMBEDCURATE_PLUGINS")
    dialog = CreateDialog(blank_session, tmp_path)
    qtbot.addWidget(dialog)
    dialog.show()
    cards = dialog.spaces.cards.cards
    qtbot.waitUntil(lambda: "tiny" in cards, timeout=30_000)
    assert "It comes from the package ec-tiny 1.0." in labels(cards["tiny"])
    [button] = cards["tiny"].findChildren(QPushButton)
    assert button.accessibleName() == "Allow ec-tiny 1.0"
    qtbot.keyClick(button, Qt.Key.Key_Space)  # it may have to be scrolled to
    assert "it can read and change your files and use the network" in labels(cards["tiny"])
    qtbot.keyClick(button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not cards["tiny"].findChildren(QPushButton), timeout=30_000)
    qtbot.keyClick(cards["tiny"], Qt.Key.Key_Space)
    assert dialog.creation.arguments()["space"] == "tiny"
    dialog.reject()


def test_it_is_left_by_key(dialog: CreateDialog, qtbot: QtBot) -> None:
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.result() == QDialog.DialogCode.Rejected
    assert [one for one in dialog.findChildren(QPushButton) if one.isDefault()] == [dialog.go]
