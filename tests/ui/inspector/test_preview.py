"""Previews from the real worker."""

import wave
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from embedcurate_ui.inspector.preview import Picture, Preview, Reading, Sound, Unshown
from embedcurate_ui.session import Session
from pytestqt.qtbot import QtBot

from tests.ui.inspector.material import workers

pytestmark = pytest.mark.gui

WAIT_MS = 60_000


def named(session: Session, name: str) -> int:
    return next(row for row in range(len(session.items)) if session.items.name(row) == name)


def shown(
    session: Session, qtbot: QtBot, row: int, kind: type, is_enough: Callable[[Any], bool]
) -> Any:
    """Return the first medium of the kind that is enough."""
    preview = Preview(session, session)
    with qtbot.waitSignal(
        preview.arrived,
        timeout=WAIT_MS,
        check_params_cb=lambda medium: isinstance(medium, kind) and is_enough(medium),
    ) as told:
        preview.show(row)
    assert told.args is not None
    return told.args[0]


def test_a_picture_comes_in_its_own_size_and_sharper_when_that_is_wanted(
    session: Session, qtbot: QtBot
) -> None:
    row = named(session, "kingfisher.jpg")
    picture = shown(session, qtbot, row, Picture, lambda one: one.is_final)
    assert (picture.width_px, picture.height_px) == (700, 394)
    assert (picture.image.width(), picture.image.height()) == (700, 394)


def test_a_sound_comes_with_wave_spectrogram_and_a_file_to_play(
    session: Session, qtbot: QtBot
) -> None:
    row = next(row for row in range(len(session.items)) if session.items.modality[row] == 2)
    sound = shown(session, qtbot, row, Sound, lambda one: True)
    assert sound.duration_s == pytest.approx(session.items.value("duration_s", row), abs=0.01)
    assert np.all(sound.peaks[:, 0] <= sound.peaks[:, 1])
    assert np.abs(sound.peaks).max() > 0.01
    assert sound.spectrogram.dtype == np.uint8
    with wave.open(str(sound.wav), "rb") as file:
        seconds = file.getnframes() / file.getframerate()
    assert seconds == pytest.approx(sound.duration_s, rel=0.01)


def test_a_text_comes_with_the_passage_that_was_found(session: Session, qtbot: QtBot) -> None:
    row = named(session, "kingfisher.md")
    session.hits = {row: {"segment": {"start": 4.0, "end": 40.0}}}
    text = shown(session, qtbot, row, Reading, lambda one: True)
    assert text.text == session.items.path(row).read_text()
    assert text.hit == (4.0, 40.0)


def test_a_file_that_went_away_is_told_in_a_sentence(session: Session, qtbot: QtBot) -> None:
    row = named(session, "kingfisher.jpg")
    original = session.items.path(row)
    kept = original.rename(original.with_name("elsewhere.jpg"))
    try:
        told = shown(session, qtbot, row, Unshown, lambda one: True)
        assert "no longer there" in told.reason
    finally:
        kept.rename(original)


def test_of_many_that_are_passed_only_the_last_is_asked_for(
    session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    ask = session.ask

    def counting(verb: str, arguments: dict[str, Any], *rest: Any, **more: Any) -> int:
        asked.append(arguments.get("id", verb))
        return ask(verb, arguments, *rest, **more)

    monkeypatch.setattr(session, "ask", counting)
    preview = Preview(session, session)
    arrived: list[int] = []
    preview.arrived.connect(lambda medium: arrived.append(medium.row))
    last = int(session.rows[-1])
    for row in session.rows.tolist():
        preview.show(row)
    qtbot.waitUntil(lambda: last in arrived, timeout=WAIT_MS)
    assert asked == [session.items.id_of(last)]
    assert set(arrived) == {last}


def test_nothing_is_asked_for_while_the_session_ends(session: Session, qtbot: QtBot) -> None:
    preview = Preview(session, session)
    with qtbot.assertNotEmitted(preview.arrived, wait=200):
        preview.show(int(session.rows[0]))
        session.end()
    assert not workers()
