"""Every verb as a user runs it: documents, exit codes, one sentence where something is wrong."""

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet
import pytest
from embedcurate_resources import FOLDER

from embedcurate.testing import make_text
from tests.commands import complaint, document, ended, said, tiny_here
from tests.indexing.material import make_sources
from tests.processes import embedcurate, start, with_tiny

Env = dict[str, str]


@pytest.fixture(scope="module")
def env(tmp_path_factory: pytest.TempPathFactory) -> Env:
    return with_tiny(tmp_path_factory.mktemp("site") / "site")


@pytest.fixture(scope="module", autouse=True)
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with tiny_here(tmp_path_factory.mktemp("here") / "site"):
        yield


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = make_sources(tmp_path_factory.mktemp("sources"))
    make_text(root / "broken.png", "no picture")
    make_text(root / "other.xml", "<a/>")
    return root


@pytest.fixture(scope="module")
def collection(env: Env, sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("collections") / "c"
    done = embedcurate(
        *("index", path, sources, "--space", "tiny", "--storage", "float16"),
        *("--json", "--progress", "json"),
        env=env,
    )
    report = json.loads(done.stdout)
    assert {name: report[name] for name in ("seen", "ok", "skipped", "failed", "missing")} == {
        "seen": 17, "ok": 15, "skipped": 1, "failed": 1, "missing": 0,
    }  # fmt: skip
    assert (report["reused"], report["passed"]) == (0, {".xml": 1})
    assert report["seconds"] > 0
    [failure] = report["failures"]
    assert failure["path"] == str(sources / "broken.png")
    first, *lines = done.stderr.splitlines()
    assert first == "a library that prints"
    reports = [json.loads(line) for line in lines]
    assert {frozenset(one) for one in reports} == {frozenset({"done", "total", "doing"})}
    assert [one["done"] for one in reports] == sorted(one["done"] for one in reports)
    return path


def test_indexing_again_is_told_in_words(collection: Path, sources: Path) -> None:
    done = said("index", collection, sources)
    assert "15 ok (15 of them without encoding), 1 skipped, 1 failed, 0 missing" in done.out
    assert "broken.png: " in done.err


def test_status(collection: Path) -> None:
    status = document("status", collection)
    assert status["items"] == {"audio": 3, "image": 8, "text": 4}
    assert status["outcomes"] == {"failed": 1, "ok": 15}
    assert (status["space"], status["channels"]) == ("tiny", {"shared": 32, "visual": 49})
    assert (status["bytes"] > 0, status["storage"]) == (True, "float16")
    told = said("status", collection).out
    assert "items: 3 audio, 8 image, 4 text" in told
    assert "vectors: float16" in told


def test_search(collection: Path, sources: Path) -> None:
    found = document("search", collection, "red", "-k", "3", "--in", "image,text")
    assert found["query"] == "red"
    assert len(found["hits"]) == 3
    for hit in found["hits"]:
        assert {"id", "path", "modality", "cosine", "score", "segment"} <= set(hit)
        assert "red" in Path(hit["path"]).name
    words = said("search", collection, "red", "--where", "modality:text").out
    assert words.splitlines()[0].endswith(str(sources / "texts" / "red.txt"))
    [long] = document("search", collection, "silent name:long.wav")["hits"]
    assert set(long["segment"]) == {"start", "end"}


def test_a_file_of_queries_gives_a_document_a_line(collection: Path, tmp_path: Path) -> None:
    make_text(tmp_path / "queries", "red\n\nblue \u2028 modality:image\n")
    done = said("search", collection, "--queries", tmp_path / "queries")
    documents = [json.loads(line) for line in done.out.splitlines()]
    assert [one["query"] for one in documents] == ["red", "blue \u2028 modality:image"]


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet", "txt"])
def test_export(collection: Path, sources: Path, tmp_path: Path, kind: str) -> None:
    out = tmp_path / f"list.{kind}"
    arguments = ("export", collection, out, "--where", "modality:text")
    assert document(*arguments).items() >= {"path": str(out), "items": 4}.items()
    match kind:
        case "csv":
            with out.open(newline="") as file:
                paths = [row["path"] for row in csv.DictReader(file)]
        case "jsonl":
            paths = [json.loads(line)["path"] for line in out.read_text().splitlines()]
        case "parquet":
            paths = pyarrow.parquet.read_table(out)["path"].to_pylist()
        case _:
            paths = out.read_text().splitlines()
    assert paths == sorted(map(str, (sources / "texts").iterdir()))
    before = out.read_bytes()
    assert "exists already" in complaint(*arguments)
    assert out.read_bytes() == before
    document(*arguments, "--overwrite")


@pytest.mark.parametrize(
    "out", ["missing/list.csv", "file/list.csv", "list.pdf", f"{'x' * 250}.csv"]
)
def test_an_export_that_can_not_be_written_says_why(
    collection: Path, tmp_path: Path, out: str
) -> None:
    make_text(tmp_path / "file")
    assert Path(out).name in complaint("export", collection, tmp_path / out)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_tags_are_put_on_found_and_taken_off(collection: Path) -> None:
    marked = document(*("tag", collection, "name:red*", "--add", "a, b", "--stars", "3", "--pick"))
    assert marked == {"marked": 3}
    tagged = "tag:a tag:b stars:3 is:pick"
    assert len(document("search", collection, tagged)["hits"]) == 3
    document("tag", collection, "tag:a", "--remove", "a,b", "--stars", "0", "--unflag")
    assert document("search", collection, "is:marked")["hits"] == []


def test_the_verbs_of_upkeep(collection: Path) -> None:
    verified = document("verify", collection)
    assert verified["whole"]
    assert verified["findings"] == []
    compacted = document("compact", collection)
    assert set(compacted) == {"bytes_before", "bytes_after"}
    repaired = document("repair", collection)
    assert (repaired["done"], repaired["to_index"], repaired["aside"]) == ([], 0, None)
    assert document("evaluate", collection)["retrieval"] == {}


def test_what_is_installed_is_listed(collection: Path, env: Env) -> None:
    listed = json.loads(embedcurate("spaces", "--json", env=env).stdout)
    by_name = {space["name"]: space for space in listed["spaces"]}
    assert by_name["tiny"]["modalities"] == ["audio", "image", "text"]
    assert by_name["tiny"]["problem"] is None
    assert by_name["starter"]["package"] == "embedcurate"
    found = json.loads(embedcurate("doctor", collection, "--json", env=env).stdout)
    assert found["spaces"]["tiny"] is None
    assert {table["recall@50"] for table in found["search"].values()} == {1.0}


def test_what_is_wrong_is_said_in_one_sentence(
    collection: Path, sources: Path, tmp_path: Path
) -> None:
    new = tmp_path / "new"
    table = make_text(tmp_path / "table.csv", "path,caption\na.png\n")
    cases = {
        ("search", tmp_path, "red"): "is not a collection. Make one with: embedcurate index",
        ("search", collection, "--queries", new): "no file or folder",
        ("search", collection, "--queries", sources): "can't be used as a source",
        ("search", collection, "red", "--in", "picture"): "There is no modality 'picture'",
        ("search", collection, "colour:red"): "There is no filter 'colour:'",
        ("search", collection, "red", "--where", "blue"): "'blue' is not a filter",
        ("search", collection, "is:piked"): "'is:' does not know 'piked'. Did you mean 'pick'?",
        ("search", collection, "@gone.png"): "no file or folder 'gone.png'",
        ("index", new, sources, "--space", "tinny"): "Did you mean 'tiny'?",
        ("index", new, tmp_path / "gone", "--space", "tiny"): "no file or folder",
        ("index", sources, sources, "--space", "tiny"): "is not empty",
        ("index", collection, sources, "--space", "starter"): "was made with the space 'tiny'",
        ("index", collection, sources, "--storage", "int8"): "as float16, not as int8",
        ("index", collection, table): "line 2 has 1 fields, its header 2",
        ("tag", collection, "tag:"): "'tag:' lacks a value here",
    }
    for arguments, sentence in cases.items():
        assert sentence in complaint(*arguments)


def test_wrong_usage_has_exit_code_2(collection: Path) -> None:
    for arguments in (
        ("search", collection),
        ("search", collection, "red", "-k", "0"),
        ("tag", collection, "red", "--pick", "--reject"),
        ("export", collection, "out", "--format", "pdf"),
        ("paint",),
    ):
        done = ended(*arguments)
        assert done.code == 2
        assert "Usage" in done.err


def test_a_damaged_collection_has_exit_code_1(collection: Path, tmp_path: Path) -> None:
    path = shutil.copytree(collection, tmp_path / "c")
    data = next((path / "lance" / "items.lance" / "data").iterdir())
    data.write_bytes(data.read_bytes()[: data.stat().st_size // 2])
    done = ended("verify", path, "--json")
    assert done.code == 1
    assert not json.loads(done.out)["whole"]


def test_ctrl_c_has_exit_code_130(env: Env) -> None:
    with start("worker", env=env) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write('{"id": 1, "verb": "none"}\n')
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["id"] == 1
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130


def test_help_and_version_load_nothing_heavy() -> None:
    script = """
import sys
from embedcurate.cli import main
sys.argv = ["embedcurate", sys.argv[1]]
try:
    main()
except SystemExit as end:
    assert not end.code
print(sorted({"torch", "numpy", "pyarrow", "lancedb", "PIL"} & set(sys.modules)))
"""
    for option in ("--help", "--version"):
        done = subprocess.run(
            [sys.executable, "-c", script, option], capture_output=True, text=True, check=True
        )
        assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.model
def test_the_demo_finds_birds_drums_and_the_ocean_in_all_kinds_of_media(tmp_path: Path) -> None:
    found = json.loads(
        embedcurate("demo", tmp_path / "c", "--no-window", "--json", env=os.environ).stdout
    )
    damaged = {Path(failure["path"]).parent.name for failure in found["index"]["failures"]}
    assert damaged == {"damaged"}
    media = FOLDER / "sample" / "media"
    themes = {"a bird": "bird", "drums": "drum", "ocean at night": "ocean"}
    seen = set()
    for search in found["searches"]:
        kinds = {hit["modality"] for hit in search["hits"]}
        folders = [Path(hit["path"]).relative_to(media) for hit in search["hits"]]
        assert any(themes[search["query"]] in str(folder) for folder in folders), search
        seen |= {(search["query"], kind) for kind in kinds}
    assert len(seen) == 9
