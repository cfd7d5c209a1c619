"""Pictures decoded in a thread: in turn, whatever is wrong with them, and none after the end."""

import threading
from pathlib import Path

import pytest
from embedcurate_ui.decoding import Decoder, decoded
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.gui

WAIT_MS = 30_000


def picture(path: Path, side: int) -> Path:
    image = QImage(side, side, QImage.Format.Format_RGB32)
    image.fill(QColor("teal"))
    assert image.save(str(path))
    return path


def test_files_come_decoded_in_their_order_with_what_is_wrong(qtbot: QtBot, tmp_path: Path) -> None:
    large, small = picture(tmp_path / "large.png", 900), picture(tmp_path / "small.png", 3)
    (tmp_path / "none.png").write_text("this is no picture")
    decoder, told = Decoder(), []
    for file in (large, tmp_path / "gone.png", tmp_path / "none.png", small):
        decoder.decode(file, lambda image, trouble: told.append((image.width(), trouble)))
    assert len(decoder) == 4
    qtbot.waitUntil(lambda: not len(decoder), timeout=WAIT_MS)
    assert told == [(900, ""), (0, "No such file or directory"), (0, ""), (3, "")]
    decoder.stop()


def test_what_is_forgotten_is_never_told_and_the_next_still_is(
    qtbot: QtBot, tmp_path: Path
) -> None:
    file = picture(tmp_path / "a.png", 400)
    decoder, told = Decoder(), []
    for _ in range(20):
        decoder.decode(file, lambda *_: told.append("old"))
    decoder.stop()
    assert not any(one.name.startswith("decoder") for one in threading.enumerate())
    decoder.decode(file, lambda *_: told.append("new"))
    qtbot.waitUntil(lambda: bool(told), timeout=WAIT_MS)
    assert told == ["new"]
    decoder.stop()


def test_a_name_that_is_no_text_is_decoded(tmp_path: Path) -> None:
    odd = Path(f"{tmp_path}/\udcff.png")
    odd.write_bytes(picture(tmp_path / "a.png", 5).read_bytes())
    image, trouble = decoded(odd)
    assert (image.width(), trouble) == (5, "")
