"""A space with a model and options, its weights from a hub that runs here, by a real worker."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from embedcurate_ui.jobs import State
from embedcurate_ui.jobs.view import JobsPanel
from embedcurate_ui.preferences import Fetched, PreferencesDialog, Settings, Shortcuts
from embedcurate_ui.session import Session
from embedcurate_ui.spaces import SpacePicker
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox
from pytest_httpserver import HTTPServer
from pytestqt.qtbot import QtBot

from tests.spaces.hub import Hub

pytestmark = pytest.mark.gui
WAIT_MS = 60_000
LEFT = Qt.MouseButton.LeftButton
MB = 1 << 20
REPO = "laion/CLIP-ViT-B-32-laion2B-s34B-b79K"
FILE = "open_clip_model.safetensors"


@pytest.fixture(autouse=True)
def hub(httpserver: HTTPServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Hub:
    """The only hub that there is for the processes of the test; its file is no model."""
    served = Hub(httpserver, {REPO: {FILE: bytes(range(256)) * (24 * MB // 256)}})
    monkeypatch.setenv("HF_ENDPOINT", served.url.rstrip("/"))
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hub"))
    monkeypatch.setenv("EMBEDCURATE_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("OPENAI_API_KEY", "of nobody")
    return served


@pytest.fixture
def picker(blank_session: Session, qtbot: QtBot) -> Iterator[SpacePicker]:
    made = SpacePicker(blank_session)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: bool(made.cards.cards), timeout=WAIT_MS)
    yield made
    made.stop()


def choose(picker: SpacePicker, name: str, qtbot: QtBot) -> None:
    qtbot.keyClick(picker.cards.cards[name], Qt.Key.Key_Space)
    known(picker, qtbot)


def known(picker: SpacePicker, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not picker.choice.is_asked, timeout=WAIT_MS)


def write(picker: SpacePicker, option: str, text: str, qtbot: QtBot) -> None:
    assert picker.cards.form is not None
    field = picker.cards.form.fields[option]
    qtbot.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(field, Qt.Key.Key_Delete)
    qtbot.keyClicks(field, text)
    known(picker, qtbot)


def beside(picker: SpacePicker, option: str) -> str:
    assert picker.cards.form is not None
    field = picker.cards.form.fields[option]
    return field.accessibleDescription() if field.property("wrong") else ""


def test_what_a_space_does_not_take_is_told_beside_the_field(
    picker: SpacePicker, qtbot: QtBot
) -> None:
    choose(picker, "openai", qtbot)
    assert picker.choice.is_ready
    write(picker, "dimension", "long", qtbot)
    assert "does not take 'dimension=long'" in beside(picker, "dimension")
    assert not picker.choice.is_ready
    write(picker, "dimension", "256", qtbot)
    write(picker, "pca", "few", qtbot)
    assert "does not take 'pca=few'" in beside(picker, "pca")
    assert beside(picker, "dimension") == ""
    write(picker, "pca", "", qtbot)
    assert (picker.choice.name, picker.choice.is_ready) == ("openai?dimension=256", True)


def test_a_model_is_a_folder_that_is_chosen_and_what_lacks_in_it_is_told(
    picker: SpacePicker, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(picker, "clip", qtbot)
    assert picker.cards.form is not None
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    picker.cards.form._choose_folder()
    known(picker, qtbot)
    assert not picker.choice.is_ready
    assert f"{tmp_path / 'open_clip_config.json'}" in beside(picker, "")
    write(picker, "", "", qtbot)
    write(picker, "template", "a photo", qtbot)
    assert "does not take 'template=a photo'" in beside(picker, "template")


def test_weights_are_fetched_with_a_pause_after_a_first_try_and_the_space_can_be_used_then(
    picker: SpacePicker, blank_session: Session, hub: Hub, qtbot: QtBot
) -> None:
    panel, go = JobsPanel(blank_session), Event()
    qtbot.addWidget(panel)
    panel.show()

    def cut(rest: bytes) -> bytes:
        """Let some come, then nothing before the user has pressed, then very much."""
        if len(rest) == len(hub.contents[REPO][FILE]):
            return rest[: 2 * MB + 1]
        go.wait(WAIT_MS / 1000)
        return rest

    hub.cut = cut
    choose(picker, "clip", qtbot)
    row = picker.cards.weights
    assert row is not None
    assert row.button.text() == "Download (605 MB)"
    assert f"{REPO} from Hugging Face, licence: MIT" in row.said.text()
    assert not picker.choice.is_ready
    qtbot.keyClick(row.button, Qt.Key.Key_Space)
    [job] = blank_session.jobs
    qtbot.waitUntil(lambda: job.done >= MB, timeout=WAIT_MS)
    assert "/ 25.2 MB" in row.said.text()
    with qtbot.waitSignal(job.over, timeout=WAIT_MS):
        qtbot.keyClick(row.button, Qt.Key.Key_Space)
        assert job.state is State.STOPPING
        go.set()
    assert job.state is State.CANCELLED
    assert row.said.text() == "Cancelled. Files that came as a whole stay."
    assert not picker.choice.is_ready
    go.clear()
    qtbot.mouseClick(panel.row_of(job).retry, LEFT)
    [done] = panel.rows
    qtbot.waitUntil(lambda: done.job.done >= MB, timeout=WAIT_MS)
    qtbot.mouseClick(done.pause, LEFT)
    assert row.said.text().startswith("Paused")
    go.set()
    with qtbot.waitSignal(blank_session.jobs.ended, timeout=WAIT_MS):
        qtbot.mouseClick(done.resume, LEFT)
    assert int(str(hub.ranges[-1]).removeprefix("bytes=").removesuffix("-")) >= MB
    assert done.said.text().startswith("'clip' can be used now; its files take 25.2 MB.")
    qtbot.waitUntil(lambda: picker.choice.is_ready, timeout=WAIT_MS)
    assert picker.choice.name == "clip"
    assert not picker.cards.weights.isVisible()


def test_a_download_waits_for_no_analysis_and_outlives_a_collection_that_is_closed(
    blank_session: Session, hub: Hub, qtbot: QtBot
) -> None:
    go, session = Event(), blank_session

    def cut(rest: bytes) -> bytes:
        go.wait(WAIT_MS / 1000)
        return rest

    hub.cut = cut
    analysis = session.run("quality", {"collection": "another"}, "Check the quality")
    download = session.jobs.start("pull", {"space": "clip"}, "Download clip")
    assert (analysis.state, download.state) == (State.RUNNING, State.RUNNING)
    session.close()
    assert (analysis.state, download.state) == (State.CANCELLED, State.RUNNING)
    with qtbot.waitSignal(download.over, timeout=WAIT_MS):
        go.set()
    assert download.state is State.DONE


def test_weights_that_lie_here_are_listed_and_removed_after_a_question(
    blank_session: Session, tmp_path: Path, qtbot: QtBot
) -> None:
    settings = Settings(tmp_path / "window.ini")
    Fetched(settings.store).keep("clip?template=a {}")
    dialog = PreferencesDialog(settings, Shortcuts(settings.store), blank_session)
    qtbot.addWidget(dialog)
    dialog.show()
    page = dialog.models

    def rows() -> dict[str, tuple[str, str]]:
        found = [page.list.topLevelItem(at) for at in range(page.list.topLevelItemCount())]
        return {row.text(0): (row.text(1), row.text(2)) for row in found if row is not None}

    dialog.pages.setCurrentWidget(page)
    qtbot.waitUntil(lambda: rows().get("clip") == ("no", "MIT"), timeout=WAIT_MS)
    assert not page.button.isVisible()
    page.list.setCurrentItem(page.list.findItems("clip", Qt.MatchFlag.MatchExactly)[0])
    qtbot.keyClick(page.weights.button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: rows().get("clip") == ("25 MB", "MIT"), timeout=WAIT_MS)
    assert rows()["clip?template=a {}"] == ("25 MB", "MIT")
    assert page.about.text().endswith(FILE)
    assert not page.weights.isVisible()

    def pressed(text: str) -> str:
        qtbot.keyClick(page.button, Qt.Key.Key_Space)
        [box] = page.findChildren(QMessageBox)
        told = box.informativeText()
        with qtbot.waitSignal(box.destroyed):
            next(one for one in box.buttons() if one.text() == text).click()
        return told

    assert "So do these spaces: clip-clap, clip?template=a {}." in pressed("Keep")
    assert rows()["clip"] == ("25 MB", "MIT")
    pressed("Remove")
    qtbot.waitUntil(lambda: rows().get("clip") == ("no", "MIT"), timeout=WAIT_MS)
    assert not list((tmp_path / "hub").rglob(FILE))
