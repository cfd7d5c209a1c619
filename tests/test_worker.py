"""The resident process: an answer for every request, nothing else on its standard output."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from embedcurate.testing import make_text
from tests.indexing.material import make_sources
from tests.processes import start, with_tiny, with_troubled_decoders


class Client:
    """Send requests to a worker and read what it says."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process

    def say(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def ask(self, number: int, verb: str, **arguments: object) -> None:
        self.say(json.dumps({"id": number, "verb": verb, "arguments": arguments}))

    def hear(self) -> Any:
        assert self.process.stdout is not None
        return json.loads(self.process.stdout.readline())

    def answer(self) -> Any:
        while "progress" in (said := self.hear()):
            assert set(said["progress"]) == {"done", "total", "doing"}
        return said


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[Client]:
    env = with_tiny(tmp_path / "site")
    with_troubled_decoders(tmp_path / "site")
    with start("worker", env=env, stderr=subprocess.DEVNULL) as process:
        yield Client(process)
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(10) == 0


def test_it_indexes_searches_tags_and_exports_with_a_library_that_prints(
    worker: Client, tmp_path: Path
) -> None:
    path = str(tmp_path / "c")
    sources = make_sources(tmp_path / "sources")
    worker.ask(1, "index", collection=path, sources=[str(sources)], space="tiny")
    worker.ask(2, "search", collection=path, query="red", k=3)
    worker.ask(3, "tag", collection=path, where="name:red*", add=["seen"])
    worker.ask(4, "search", collection=path, query="tag:seen", modalities=["text"])
    worker.ask(5, "status", collection=path)
    worker.ask(6, "export", collection=path, out=str(tmp_path / "list.txt"), where="tag:seen")
    answers = [worker.answer() for _ in range(6)]
    assert [answer["id"] for answer in answers] == [1, 2, 3, 4, 5, 6]
    indexed, found, tagged, of_tag, status, exported = (answer["result"] for answer in answers)
    assert (indexed["ok"], len(found["hits"]), tagged) == (15, 3, {"marked": 3})
    assert [Path(hit["path"]).name for hit in of_tag["hits"]] == ["red.txt"]
    assert status["items"] == {"audio": 3, "image": 8, "text": 4}
    assert exported["items"] == len((tmp_path / "list.txt").read_text().splitlines()) == 3


def test_a_running_and_a_waiting_request_can_be_cancelled(worker: Client, tmp_path: Path) -> None:
    make_text(tmp_path / "sources" / "hang-1.txt")
    path = str(tmp_path / "c")
    for number in (1, 2):
        worker.ask(
            number, "index", collection=path, sources=[str(tmp_path / "sources")], space="tiny"
        )
    assert worker.hear()["progress"]["done"] == 0
    worker.say('{"cancel": 2}')
    worker.say('{"cancel": 1}')
    for number in (1, 2):
        answer = worker.answer()
        assert (answer["id"], answer["error"]["kind"]) == (number, "Cancelled")
    worker.ask(3, "status", collection=path)
    assert worker.answer()["result"]["outcomes"] == {}


def test_what_can_not_be_understood_is_answered_with_a_sentence(
    worker: Client, tmp_path: Path
) -> None:
    cases = {
        "nonsense": "There is no verb None",
        "[1, 2]": "There is no verb None",
        '{"id": 1, "verb": "paint"}': "There is no verb 'paint'. Known: search, index",
        '{"id": 2, "verb": ["search"]}': "There is no verb ['search']",
        '{"id": 3, "verb": "search"}': "The argument 'collection' is missing.",
        '{"id": 4, "verb": "search", "arguments": 7}': "The arguments of 'search' are no object",
        '{"cancel": [1]}': "There is no verb None",
        json.dumps(
            {"id": 5, "verb": "status", "arguments": {"collection": str(tmp_path)}}
        ): "is not a collection",
    }
    for line, sentence in cases.items():
        worker.say(line)
        answer = worker.hear()
        assert answer["id"] == (json.loads(line).get("id") if line.startswith("{") else None)
        assert sentence in answer["error"]["message"]
        assert answer["error"]["kind"] in {"QueryError", "NotACollection"}


def test_it_ends_with_its_input_even_while_it_works_and_leaves_no_process(
    worker: Client, tmp_path: Path
) -> None:
    make_text(tmp_path / "sources" / "hang-1.txt")
    worker.ask(
        *(1, "index"),
        collection=str(tmp_path / "c"),
        sources=[str(tmp_path / "sources")],
        space="tiny",
    )
    assert worker.hear()["progress"]["done"] == 0
    children = psutil.Process(worker.process.pid).children(recursive=True)
    assert len(children) >= 2
    assert worker.process.stdin is not None
    worker.process.stdin.close()
    assert worker.answer()["error"]["kind"] == "Cancelled"
    assert worker.process.wait(10) == 0
    assert psutil.wait_procs(children, timeout=10)[1] == []
