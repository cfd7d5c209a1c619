"""Thumbnails from a real worker: what comes, in what order, and what stays in memory."""

import os
import signal

import numpy as np
import pytest
from embedcurate_ui.grid.passages import Passage
from embedcurate_ui.grid.thumbnails import Thumbnails
from embedcurate_ui.items import MODALITIES
from embedcurate_ui.processes import wait_for_all
from embedcurate_ui.session import Session
from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.gui

WAIT_MS = 60_000


def rows_of(session: Session, kind: str) -> list[int]:
    return np.flatnonzero(session.items.modality == MODALITIES.index(kind)).tolist()


def all_come(qtbot: QtBot, thumbnails: Thumbnails, rows: list[int], size_px: int = 128) -> None:
    for row in rows:
        thumbnails.get(row, size_px)
    qtbot.waitUntil(lambda: thumbnails.is_idle, timeout=WAIT_MS)


def test_each_kind_of_item_has_a_face_of_its_own_kind(session: Session, qtbot: QtBot) -> None:
    thumbnails = session.thumbnails
    picture, sound = (rows_of(session, kind)[0] for kind in ("image", "audio"))
    plain = session.items.path
    text = next(row for row in rows_of(session, "text") if plain(row).suffix == ".txt")
    assert thumbnails.get(picture) is None
    all_come(qtbot, thumbnails, [picture, sound, text])
    seen = thumbnails.get(picture)
    heard, read = thumbnails.get(sound), thumbnails.get(text)
    assert seen
    assert heard
    assert read
    assert max(seen.image.width(), seen.image.height()) <= 256
    assert heard.image.isNull()
    assert len(heard.peaks) > 50
    assert 0 <= heard.peaks.min() <= heard.peaks.max() <= 1
    assert plain(text).read_text().startswith(read.text[:40].strip())
    assert [one.reason for one in (seen, heard, read)] == ["", "", ""]


def test_a_larger_one_takes_the_place_of_a_smaller_one(session: Session, qtbot: QtBot) -> None:
    row = rows_of(session, "image")[0]
    all_come(qtbot, session.thumbnails, [row], 100)
    small = session.thumbnails.get(row, 400)
    assert small
    assert small.size_px == 128
    qtbot.waitUntil(lambda: session.thumbnails.is_idle, timeout=WAIT_MS)
    large = session.thumbnails.get(row, 400)
    assert large
    assert large.size_px == 512
    assert large.image.width() > small.image.width()
    assert session.thumbnails.get(row, 100) is large


def test_what_is_looked_at_last_comes_before_what_waits(session: Session, qtbot: QtBot) -> None:
    thumbnails, rows = session.thumbnails, session.rows.tolist()
    made: list[int] = []
    thumbnails.made.connect(made.append)
    for row in rows[:-1]:
        thumbnails.get(row)
    qtbot.waitUntil(lambda: not thumbnails._asked)
    thumbnails.get(rows[-1])
    qtbot.waitUntil(lambda: thumbnails.is_idle, timeout=WAIT_MS)
    assert sorted(made) == sorted(rows)
    assert made[:8] == rows[:8]
    assert made.index(rows[-1]) <= 16


def test_what_scrolled_away_is_not_made(session: Session, qtbot: QtBot) -> None:
    thumbnails, rows = session.thumbnails, session.rows.tolist()
    made: list[int] = []
    thumbnails.made.connect(made.append)
    for row in rows:
        thumbnails.get(row)
    thumbnails.drop(rows[10:])
    qtbot.waitUntil(lambda: thumbnails.is_idle, timeout=WAIT_MS)
    assert made == rows[:10]


def test_memory_stays_within_the_budget_and_the_last_used_ones_stay(
    session: Session, qtbot: QtBot
) -> None:
    thumbnails = Thumbnails(session, budget_bytes=400_000)
    rows = rows_of(session, "image")
    assert len(rows) > 12
    all_come(qtbot, thumbnails, rows[:1])
    for row in rows[1:]:
        thumbnails.get(rows[0], 128)
        all_come(qtbot, thumbnails, [row])
    assert 100_000 < thumbnails.bytes <= 400_000
    assert thumbnails.get(rows[0], 128)
    assert thumbnails.get(rows[1], 128) is None
    thumbnails.stop()
    wait_for_all()


def test_a_worker_that_dies_takes_no_thumbnail_with_it(session: Session, qtbot: QtBot) -> None:
    thumbnails = session.thumbnails
    rows = session.rows.tolist()[:12]
    made: list[int] = []
    thumbnails.made.connect(made.append)
    for row in rows:
        thumbnails.get(row)
    qtbot.waitUntil(lambda: thumbnails._worker.pid > 0)
    os.kill(thumbnails._worker.pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: len(made) == len(rows), timeout=WAIT_MS)
    kept = [thumbnails.get(row) for row in rows]
    assert all(one and not one.reason for one in kept)


def test_another_collection_forgets_all_of_them(session: Session, qtbot: QtBot) -> None:
    all_come(qtbot, session.thumbnails, session.rows.tolist()[:3])
    assert session.thumbnails.bytes > 0
    session.close()
    assert session.thumbnails.bytes == 0
    assert session.thumbnails.get(0) is None


def test_the_passage_of_a_long_text_is_fetched(session: Session, qtbot: QtBot) -> None:
    texts = rows_of(session, "text")
    row = next(row for row in texts if session.items.path(row).suffix == ".txt")
    whole = session.items.path(row).read_text()
    segment = {"start": 200, "end": 260}
    assert session.thumbnails.passages.get(row, segment) is None
    with qtbot.waitSignal(session.thumbnails.made, timeout=WAIT_MS):
        pass
    passage = session.thumbnails.passages.get(row, segment)
    assert passage
    shown = passage.text[passage.marked.start : passage.marked.stop]
    assert shown == whole[200:260]


@given(st.text(st.sampled_from("ab \n"), min_size=1, max_size=900), st.data())
def test_what_stands_out_of_a_passage_is_its_segment(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    passage = Passage.cut(text, {"start": start, "end": end})
    shown = passage.text[passage.marked.start : passage.marked.stop]
    assert text[start:end].startswith(shown)
    assert shown == text[start:end] or len(passage.text) > 500
    assert shown
