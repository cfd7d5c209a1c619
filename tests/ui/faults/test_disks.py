"""Sources that vanish, disks that are read-only or full: said in words, and nothing is lost."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from embedcurate_ui.jobs import State
from embedcurate_ui.jobs.model import Job
from embedcurate_ui.window import Window
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from embedcurate.collection.verify import verify
from tests.processes import mounted
from tests.ui.faults.material import AT_GATE, BEFORE_GATE, WAIT_MS, Gate, opened

pytestmark = pytest.mark.gui

ITEMS = 15


@pytest.fixture
def sources(made: Path) -> Iterator[Path]:
    """The sources of the collection, to be moved and put back."""
    yield made / "sources"
    if (made / "elsewhere").exists():
        (made / "elsewhere").rename(made / "sources")


def fill(ballast: Path) -> None:
    """Write a file until its disk has no byte left."""
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"\0" * 4096)
    assert shutil.disk_usage(ballast).free == 0


def over(qtbot: QtBot, job: Job) -> Job:
    qtbot.waitUntil(lambda: job.state.is_over, timeout=WAIT_MS)
    return job


def index_again(window: Window, qtbot: QtBot) -> Job:
    window.creating.index_again()
    [job] = window.session.jobs.live
    return over(qtbot, job)


def read_anew(window: Window, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.session.shown, timeout=WAIT_MS):
        window.session.reread()


def labels(window: Window) -> str:
    return "\n".join(one.text() for one in window.findChildren(QLabel) if one.isVisible())


def row_of(window: Window, name: str) -> int:
    items = window.session.items
    [row] = [row for row in range(len(items)) if items.name(row) == name]
    return row


def test_sources_that_vanish_are_told_of_and_their_items_stay_until_they_are_back(
    window: Window, qtbot: QtBot, sources: Path
) -> None:
    session = window.session
    assert session.collection is not None
    picture, sound, text = (row_of(window, name) for name in ("red-disc.png", "low.wav", "red.txt"))
    session.mark([picture], stars=4)
    qtbot.waitUntil(lambda: session.thumbnails.is_idle, timeout=WAIT_MS)
    sources.rename(sources.with_name("elsewhere"))

    told = f"its folder is not there any more: plug its disk in, or put back '{sources}'"
    assert session.thumbnails.get(picture, 1024) is not None
    qtbot.waitUntil(lambda: session.thumbnails.is_idle, timeout=WAIT_MS)
    assert not session.thumbnails.get(picture).image.isNull()  # what was drawn once is kept
    session.thumbnails.stop()
    shutil.rmtree(session.collection / "thumbnails")
    assert session.thumbnails.get(picture) is None
    qtbot.waitUntil(lambda: session.thumbnails.is_idle, timeout=WAIT_MS)
    assert session.thumbnails.get(picture).reason == told
    session.select([sound])
    qtbot.waitUntil(lambda: f"Not to be shown: {told}" in labels(window), timeout=WAIT_MS)
    session.select([text])
    qtbot.waitUntil(
        lambda: "A red thing." in window.inspector.medium.text.toPlainText(), timeout=WAIT_MS
    )

    failed = index_again(window, qtbot)
    assert failed.state is State.FAILED
    assert failed.error == f"There is no file or folder '{sources}'. Check the path and try again."
    qtbot.waitUntil(lambda: window.banner.text == failed.error, timeout=WAIT_MS)
    read_anew(window, qtbot)
    assert len(session.rows) == ITEMS
    assert window.banner.text == failed.error

    sources.mkdir()  # the disk is gone, the folder that it was mounted at is there
    assert index_again(window, qtbot).state is State.DONE
    qtbot.waitUntil(lambda: not len(session.rows), timeout=WAIT_MS)
    assert window.banner.text.startswith("15 files are not where they were. What is known of them")
    assert "No file to show" in labels(window)
    with qtbot.waitSignal(session.shown, timeout=WAIT_MS):
        session.show("is:missing stars:4")
    assert session.rows.tolist() == [picture]

    sources.rmdir()
    sources.with_name("elsewhere").rename(sources)
    back = index_again(window, qtbot)
    assert back.result is not None
    assert (back.result["ok"], back.result["reused"]) == (ITEMS, ITEMS)
    with qtbot.waitSignal(session.shown, timeout=WAIT_MS):
        session.show("")
    assert len(session.rows) == ITEMS
    assert session.items.stars[picture] == 4
    session.thumbnails.get(picture)
    qtbot.waitUntil(lambda: session.thumbnails.is_idle, timeout=WAIT_MS)
    assert not session.thumbnails.get(picture).image.isNull()


def test_a_source_that_vanishes_while_it_is_indexed_costs_only_what_was_not_read_yet(
    window: Window, qtbot: QtBot, gate: Gate
) -> None:
    session = window.session
    assert session.collection is not None
    what = {"sources": [str(gate.folder)]}
    job = window.creating.index(session.collection, what)
    qtbot.waitUntil(lambda: job.done == BEFORE_GATE, timeout=WAIT_MS)
    away = gate.folder.rename(gate.folder.with_name("away"))
    gate.let_go(away)
    assert over(qtbot, job).state is State.DONE
    assert job.result is not None
    assert (job.result["ok"], job.result["missing"]) == (BEFORE_GATE, AT_GATE)
    assert window.banner.text.startswith("5 files are not where they were.")
    qtbot.waitUntil(lambda: len(session.rows) == ITEMS + BEFORE_GATE, timeout=WAIT_MS)

    away.rename(gate.folder)
    gate.take_down()
    over(qtbot, window.creating.index(session.collection, what))
    qtbot.waitUntil(lambda: len(session.rows) == ITEMS + BEFORE_GATE + AT_GATE, timeout=WAIT_MS)


def test_a_read_only_collection_is_shown_and_searched_and_says_that_marks_are_not_stored(
    collection: Path, qtbot: QtBot, tmp_path: Path
) -> None:
    with mounted(collection, "--bind", str(collection)):
        subprocess.run(["mount", "-o", "remount,bind,ro", collection], check=True)
        with opened(qtbot, collection) as window:
            session = window.session
            assert len(session.rows) == ITEMS
            with qtbot.waitSignal(session.shown, timeout=WAIT_MS):
                session.show("red")
            assert len(session.hits) > 0
            row = row_of(window, "red-disc.png")
            session.thumbnails.get(row)
            qtbot.waitUntil(lambda: session.thumbnails.is_idle, timeout=WAIT_MS)
            assert not session.thumbnails.get(row).image.isNull()

            refusal = (
                f"The collection '{collection}' can't be written: its folder or disk is read-only."
                " Searching still works."
            )
            session.mark([row], stars=4, add=["seen"])
            session.mark([row], stars=5)
            assert session.items.stars[row] == 5
            qtbot.waitUntil(lambda: session.items.stars[row] == 0, timeout=WAIT_MS)
            assert session.items.tags == {}
            assert window.banner.text == refusal
            window.banner.hide()
            kept = {"do": "save", "name": "some", "ids": session.items.ids_of([row])}
            with qtbot.waitSignal(session.said, timeout=WAIT_MS):
                session.ask("selections", kept, print)
            assert window.banner.text == refusal
            for verb in ("index", "clusters"):
                job = over(qtbot, session.run(verb, {"sources": [str(tmp_path)]}, verb))
                assert job.error == refusal
    with opened(qtbot, collection) as window:
        window.session.mark([row], stars=4)
        read_anew(window, qtbot)
        assert window.session.items.stars[row] == 4


def test_a_full_disk_is_told_and_when_there_is_space_the_work_goes_on(
    collection: Path, qtbot: QtBot, tmp_path: Path, gate: Gate
) -> None:
    gate.take_down()
    with mounted(tmp_path / "disk", "-t", "tmpfs", "-o", "size=24m", "tmpfs") as disk:
        path = shutil.copytree(collection, disk / "collection")
        with opened(qtbot, path) as window:
            session, row = window.session, row_of(window, "red-disc.png")
            session.mark([row], stars=1)
            read_anew(window, qtbot)
            shutil.rmtree(path / "thumbnails", ignore_errors=True)
            ballast = disk / "ballast"
            fill(ballast)
            full = (
                f"The disk that holds '{path}' is full. What was stored before is safe; free some"
            )
            session.mark([row], stars=2)
            qtbot.waitUntil(lambda: session.items.stars[row] == 1, timeout=WAIT_MS)
            assert window.banner.text.startswith(full)
            session.thumbnails.stop()
            session.thumbnails.get(row)
            qtbot.waitUntil(lambda: session.thumbnails.is_idle, timeout=WAIT_MS)
            assert not session.thumbnails.get(row).image.isNull()
            more, out = {"sources": [str(gate.folder)]}, disk / "list.csv"
            job = over(qtbot, window.creating.index(path, more))
            assert job.error.startswith(full)
            job = over(qtbot, session.run("export", {"out": str(out)}, "Export"))
            assert job.error == f"'{out}' can't be written: No space left on device."
            assert not out.exists()

            ballast.unlink()
            session.mark([row], stars=2)
            assert over(qtbot, window.creating.index(path, more)).state is State.DONE
            qtbot.waitUntil(
                lambda: len(session.rows) == ITEMS + BEFORE_GATE + AT_GATE, timeout=WAIT_MS
            )
            assert session.items.stars[row_of(window, "red-disc.png")] == 2
            over(qtbot, session.run("export", {"out": str(out)}, "Export"))
            assert len(out.read_text().splitlines()) == 1 + len(session.rows)
        assert verify(path).is_whole
