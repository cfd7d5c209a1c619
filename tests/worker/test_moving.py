"""What a move is tried with leaves the machine only after somebody agreed, and is kept for it."""

import base64
import json
from pathlib import Path

import numpy as np
import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from embedcurate.collection import Collection
from embedcurate.errors import ConsentNeeded, QueryError
from embedcurate.indexing import index
from embedcurate.progress import ignore
from embedcurate.spaces.tiny import tiny_space
from embedcurate.testing import make_text
from embedcurate.worker.serving import VERBS
from embedcurate.worker.state import Arguments, Worker


def test_a_move_to_a_service_asks_first_and_then_sends_each_item_once(
    tmp_path: Path, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []

    def answer(request: Request) -> Response:
        texts = request.get_json()["input"]
        sent.extend(texts)
        row = base64.b64encode(np.ones(4, "<f4").tobytes()).decode()
        data = [{"index": at, "embedding": row} for at in range(len(texts))]
        return Response(json.dumps({"data": data}), content_type="application/json")

    httpserver.expect_request("/embeddings", "POST").respond_with_handler(answer)
    monkeypatch.delenv("EMBEDCURATE_SEND", raising=False)
    for name in ("red", "blue"):
        make_text(tmp_path / "in" / f"{name}.txt", f"a {name} disc")
    store = Collection.create(tmp_path / "old", tiny_space())
    index(store, tiny_space(), [tmp_path / "in"])
    worker = Worker()
    space = f"openai:model?dimension=4&url={httpserver.url_for('')}"
    told = {"collection": str(store.path), "space": space}
    new = {"collection": str(store.path), "target": str(tmp_path / "new")}
    with pytest.raises(ConsentNeeded, match="at most 2 items now, to localhost"):
        VERBS["plan"](worker, Arguments(told), ignore)
    assert sent == []
    with pytest.raises(QueryError, match="No move was planned"):
        VERBS["move"](worker, Arguments(new), ignore)

    plan = VERBS["plan"](worker, Arguments({**told, "send": True}), ignore)
    assert (plan["encoded"], plan["mapped"], plan["kept"]) == (2, {}, [])
    assert sorted(sent) == ["a blue disc", "a red disc"]
    made = VERBS["move"](worker, Arguments(new), ignore)
    assert made["target"] == str(tmp_path / "new")
    assert len(sent) == 2
    moved = Collection.open(tmp_path / "new")
    assert moved.settings.space == space
    assert moved.vectors(moved.catalogue.ids.astype(str).tolist(), "shared") == pytest.approx(0.5)
