"""The window asks before anything leaves the machine."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pytest
from embedcurate_ui.jobs import State
from embedcurate_ui.preferences import Settings
from embedcurate_ui.session import Session
from embedcurate_ui.window import Window
from PySide6.QtWidgets import QMessageBox
from pytest_httpserver import HTTPServer
from pytestqt.qtbot import QtBot
from werkzeug import Request, Response

from embedcurate.testing import make_text

pytestmark = pytest.mark.gui

WAIT_MS = 60_000


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Window]:
    monkeypatch.setenv("EMBEDCURATE_CONFIG", str(tmp_path / "config"))
    monkeypatch.delenv("EMBEDCURATE_SEND", raising=False)
    session = Session()
    window = Window(session, Settings())
    with qtbot.waitActive(window):
        window.show()
    yield window
    window.close()
    session.end()
    window.deleteLater()


def test_nothing_is_sent_until_the_user_agrees_to_what_and_for_how_much(
    window: Window, qtbot: QtBot, tmp_path: Path, httpserver: HTTPServer
) -> None:
    sent: list[str] = []

    def answer(request: Request) -> Response:
        texts = request.get_json()["input"]
        sent.extend(texts)
        row = base64.b64encode(np.ones(4, "<f4").tobytes()).decode()
        data = [{"index": index, "embedding": row} for index in range(len(texts))]
        return Response(json.dumps({"data": data}), content_type="application/json")

    def pressed(label: str) -> str:
        qtbot.waitUntil(lambda: bool(window.findChildren(QMessageBox)), timeout=WAIT_MS)
        [box] = window.findChildren(QMessageBox)
        text = box.text()
        with qtbot.waitSignal(box.destroyed):
            next(one for one in box.buttons() if one.text() == label).click()
        return text

    httpserver.expect_request("/embeddings", "POST").respond_with_handler(answer)
    make_text(tmp_path / "texts" / "one.txt", "a red disc")
    space = f"openai:model?dimension=4&price=2&url={quote(httpserver.url_for(''))}"
    told = {"sources": [str(tmp_path / "texts")], "space": space}

    window.creating.index(tmp_path / "collection", told)
    assert "1 files, at most about" in pressed("Don't send")
    assert sent == []
    assert window.session.jobs.live == []
    assert not (tmp_path / "collection").exists()

    window.creating.index(tmp_path / "collection", told)
    assert "for about $0.0" in pressed("Send")
    qtbot.waitUntil(lambda: not window.session.jobs.live, timeout=WAIT_MS)
    assert list(window.session.jobs)[-1].state is State.DONE
    assert sent == ["a red disc"]
