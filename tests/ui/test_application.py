"""What nobody foresaw is told, logged and survived."""

import logging
import sys
from pathlib import Path

import pytest
from embedcurate_ui.application import Unforeseen
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.gui


def test_an_exception_is_shown_with_its_details_and_so_is_the_next_one(
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    unforeseen = Unforeseen(tmp_path / "window.log")
    for wrong in ("first", "second"):
        with caplog.at_level(logging.ERROR, "embedcurate_ui"):
            try:
                raise RuntimeError(wrong)
            except RuntimeError as error:
                sys.excepthook(type(error), error, error.__traceback__)
        box = unforeseen._box
        assert isinstance(box, QMessageBox)
        assert f"RuntimeError: {wrong}" in box.informativeText()
        assert str(tmp_path / "window.log") in box.informativeText()
        for told in (box.detailedText(), caplog.text, capsys.readouterr().err):
            assert f"RuntimeError: {wrong}" in told
            assert __file__ in told
        box.accept()
