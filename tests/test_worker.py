"""The resident process: an answer for every request, nothing else on its standard output."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from embedcurate import clusters, duplicates, evaluation, leaks, outliers, projection, quality
from embedcurate.collection import Collection
from embedcurate.indexing import index
from embedcurate.items import Modality, item_id
from embedcurate.query import parse_filter
from embedcurate.recipes import choose
from embedcurate.sources import Annotations
from embedcurate.testing import make_text, tiny_space
from tests.indexing.material import make_sources, new_collection
from tests.processes import start, with_tiny, with_troubled_decoders

WRONG: tuple[tuple[str, dict[str, object]], ...] = (
    ("duplicates", {"level": "nearly"}),
    ("duplicates", {"rules": ["beauty"]}),
    ("duplicates", {"folders": 3}),
    ("outliers", {"modalities": ["smell"]}),
    ("leaks", {"level": None}),
    ("map", {"method": "chart"}),
    ("decide", {"pairs": [["alone"]]}),
    ("decide", {"kind": "enemies", "pairs": []}),
    ("export", {"split_by": "mood", "out": "list.csv"}),
)
"""Requests that can't be understood, the argument at fault first."""


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

    def result(self, verb: str, **arguments: object) -> Any:
        self.ask(1, verb, **arguments)
        answer = self.answer()
        assert "error" not in answer, answer
        return answer["result"]


@contextmanager
def started(site: Path) -> Iterator[Client]:
    env = with_tiny(site)
    with_troubled_decoders(site)
    with start("worker", env=env, stderr=subprocess.DEVNULL) as process:
        yield Client(process)
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(60) == 0


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A worker that stays, as a window's does, whatever it is asked."""
    with started(tmp_path_factory.mktemp("resident") / "site") as client:
        yield client


def test_it_indexes_searches_tags_and_exports_with_a_library_that_prints(
    worker: Client, tmp_path: Path
) -> None:
    path = str(tmp_path / "c")
    sources = make_sources(tmp_path / "sources")
    asked = {"sources": [str(sources)], "space": "tiny", "storage": "int8"}
    worker.ask(1, "index", collection=path, **asked)
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
    assert (status["items"], status["storage"]) == ({"audio": 3, "image": 8, "text": 4}, "int8")
    assert exported["items"] == len((tmp_path / "list.txt").read_text().splitlines()) == 3


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a collection of the same media in two splits, captioned and labelled."""
    root = tmp_path_factory.mktemp("made")
    for split in ("train", "test"):
        folder = make_sources(root / "media" / split)
        make_text(folder / "pictures" / "red-disc.txt", "something red")
    annotations = Annotations("sidecar", "folder", "folder")
    index(new_collection(root / "c"), tiny_space(), [root / "media"], annotations=annotations)
    return root


@pytest.fixture
def collection(made: Path, tmp_path: Path) -> Collection:
    return Collection.open(shutil.copytree(made / "c", tmp_path / "c"))


def test_it_analyses_with_the_options_that_it_is_given_as_the_library_does(
    worker: Client, collection: Collection, made: Path
) -> None:
    kinds = frozenset({Modality.IMAGE, Modality.AUDIO})
    folder = made / "media" / "test"
    found: dict[str, Any] = {
        "duplicates": duplicates.find(
            collection, level="similar", threshold=0.99, modalities=kinds, folders=[folder]
        ),
        "leaks": leaks.find(collection, between=["test", "train"], level="exact", flagged="last"),
        "clusters": clusters.label(
            collection, min_cluster_size=3, modalities=kinds, space=tiny_space(), random_state=3
        ),
        "map": projection.place(collection, method=projection.Method.PCA, channel="visual"),
        "outliers": outliers.score(collection, k=4, channel="shared", modalities=kinds),
        "quality": quality.check(collection, thresholds={"dark": 0.3}, k=2),
        "evaluate": evaluation.evaluate(collection, tiny_space(), random_state=3),
    }
    few: dict[str, object] = {"modalities": ["image", "audio"]}
    options: dict[str, dict[str, object]] = {
        "duplicates": {"level": "similar", "threshold": 0.99, "folders": [str(folder)], **few},
        "leaks": {"between": ["test", "train"], "level": "exact", "flagged": "last"},
        "clusters": {"min_cluster_size": 3, "random_state": 3, "anew": True, **few},
        "map": {"method": "pca", "channel": "visual", "anew": True},
        "outliers": {"k": 4, "channel": "shared", **few},
        "quality": {"thresholds": {"dark": 0.3}, "k": 2},
        "evaluate": {"random_state": 3},
    }
    for verb, expected in found.items():
        said = worker.result(verb, collection=str(collection.path), **options[verb])
        assert said == json.loads(json.dumps(expected.as_document())), verb


def test_it_decides_samples_saves_exports_and_turns_back(
    worker: Client, collection: Collection, made: Path, tmp_path: Path
) -> None:
    path = str(collection.path)
    options: dict[str, object] = {"level": "near", "where": "split:train"}
    pictures = made / "media" / "train" / "pictures"
    first, second = (item_id(pictures / f"{colour}-disc.png") for colour in ("red", "blue"))
    decision: dict[str, object] = {"pairs": [[first, second]], "kind": "duplicate", "keep": second}
    assert worker.result("decide", collection=path, **decision) == {"decided": 1}
    assert worker.result("decide", collection=path, **decision) == {"decided": 0}
    [group] = worker.result("duplicates", collection=path, **options)["groups"]
    assert [item["id"] for item in group["items"]] == [second, first]
    undone = worker.result("undo", collection=path)["entry"]
    assert (undone["kind"], undone["pairs"]) == ("undo", 1)
    assert worker.result("duplicates", collection=path, **options)["groups"] == []
    assert worker.result("undo", collection=path)["entry"] is None
    assert worker.result("redo", collection=path)["entry"]["pairs"] == 1
    assert len(worker.result("duplicates", collection=path, **options)["groups"]) == 1

    train = parse_filter("split:train")
    one, *others = choose(collection, where=train, sample={"size": 6}).ids
    arguments: dict[str, object] = {"where": "split:train", "remove": [one], "save": "few"}
    said = worker.result("sample", collection=path, sample={"size": 6}, **arguments)
    assert said["ids"] == others
    assert [item["id"] for item in said["items"]] == [one, *others]
    story = collection.selections.get("few").story
    replayed = worker.result("recipe", collection=path, recipe=story, save="again")
    assert (replayed["ids"], replayed["as_written"]) == (said["ids"], True)
    assert list(collection.selections.get("again").ids) == said["ids"]
    out = tmp_path / "few.txt"
    worker.result("export", collection=path, out=str(out), selection="few")
    paths = [str(item.path) for item in collection.items(said["ids"])]
    assert out.read_text().splitlines() == paths


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
    path = str(new_collection(tmp_path / "c").path)
    cases = {
        "nonsense": "There is no verb None",
        "[1, 2]": "There is no verb None",
        '{"id": 1, "verb": "paint"}': "There is no verb 'paint'. Known: search, index",
        '{"id": 2, "verb": ["search"]}': "There is no verb ['search']",
        '{"id": 3, "verb": "search"}': "The argument 'collection' is missing.",
        '{"id": 4, "verb": "search", "arguments": 7}': "The arguments of 'search' are no object",
        '{"cancel": [1]}': "There is no verb None",
        **{
            json.dumps(
                {"id": 6, "verb": verb, "arguments": {"collection": path, **wrong}}
            ): f"The argument '{next(iter(wrong))}' can't be"
            for verb, wrong in WRONG
        },
        json.dumps(
            {
                "id": 8,
                "verb": "export",
                "arguments": {"collection": path, "format": "cvs", "out": "list.cvs"},
            }
        ): "There is no format 'cvs'. Did you mean 'csv'?",
        json.dumps(
            {
                "id": 7,
                "verb": "recipe",
                "arguments": {"collection": path, "recipe": "format = 1\n[sample]\n"},
            }
        ): "its 'size' is missing",
        json.dumps(
            {"id": 5, "verb": "status", "arguments": {"collection": str(tmp_path)}}
        ): "is not a collection",
    }
    for line, sentence in cases.items():
        worker.say(line)
        answer = worker.hear()
        assert answer["id"] == (json.loads(line).get("id") if line.startswith("{") else None)
        assert sentence in answer["error"]["message"]
        assert answer["error"]["kind"] in {
            "ExportError", "NotACollection", "QueryError", "RecipeError",
        }  # fmt: skip


def test_it_ends_with_its_input_even_while_it_works_and_leaves_no_process(tmp_path: Path) -> None:
    make_text(tmp_path / "sources" / "hang-1.txt")
    with started(tmp_path / "site") as worker:
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
    assert psutil.wait_procs(children, timeout=10)[1] == []


@pytest.mark.skipif(psutil.WINDOWS, reason="Windows has no niceness")
def test_in_the_background_it_leaves_the_processor_to_others(tmp_path: Path) -> None:
    own = psutil.Process().nice()
    with start("worker", "--background", env=with_tiny(tmp_path / "site")) as process:
        client = Client(process)
        client.ask(1, "nothing")
        assert "error" in client.hear()
        assert psutil.Process(process.pid).nice() == min(own + 10, 19)
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(60) == 0
