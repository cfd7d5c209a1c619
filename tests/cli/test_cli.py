"""Every verb as a user runs it: documents, exit codes, one sentence where something is wrong."""

import csv
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest
from embedcurate_resources import FOLDER

from embedcurate.testing import make_text
from tests.indexing.material import make_sources
from tests.processes import complaint, embedcurate, start, with_tiny

Env = dict[str, str]


@pytest.fixture(scope="module")
def env(tmp_path_factory: pytest.TempPathFactory) -> Env:
    return with_tiny(tmp_path_factory.mktemp("site") / "site")


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
        *("index", path, sources, "--space", "tiny", "--json", "--progress", "json"), env=env
    )
    report = json.loads(done.stdout)
    assert {name: report[name] for name in ("seen", "ok", "skipped", "failed", "missing")} == {
        "seen": 17, "ok": 15, "skipped": 1, "failed": 1, "missing": 0,
    }  # fmt: skip
    assert (report["reused"], report["passed"]) == (0, {".xml": 1})
    assert report["seconds"] > 0
    [failure] = report["failures"]
    assert failure["path"] == str(sources / "broken.png")
    said, *lines = done.stderr.splitlines()
    assert said == "a library that prints"
    reports = [json.loads(line) for line in lines]
    assert {frozenset(one) for one in reports} == {frozenset({"done", "total", "doing"})}
    assert [one["done"] for one in reports] == sorted(one["done"] for one in reports)
    return path


def document(*arguments: object, env: Env) -> Any:
    """Return the JSON document of a verb: standard output has nothing else."""
    return json.loads(embedcurate(*arguments, "--json", env=env).stdout)


def test_indexing_again_is_told_in_words(collection: Path, sources: Path, env: Env) -> None:
    done = embedcurate("index", collection, sources, env=env)
    assert "15 ok (15 of them without encoding), 1 skipped, 1 failed, 0 missing" in done.stdout
    assert "broken.png: " in done.stderr


def test_status(collection: Path, env: Env) -> None:
    status = document("status", collection, env=env)
    assert status["items"] == {"audio": 3, "image": 8, "text": 4}
    assert status["outcomes"] == {"failed": 1, "ok": 15}
    assert (status["space"], status["channels"]) == ("tiny", {"shared": 32, "visual": 49})
    assert status["bytes"] > 0
    assert "items: 3 audio, 8 image, 4 text" in embedcurate("status", collection, env=env).stdout


def test_search(collection: Path, sources: Path, env: Env) -> None:
    found = document("search", collection, "red", "-k", "3", "--in", "image,text", env=env)
    assert found["query"] == "red"
    assert len(found["hits"]) == 3
    for hit in found["hits"]:
        assert {"id", "path", "modality", "cosine", "score", "segment"} <= set(hit)
        assert "red" in Path(hit["path"]).name
    words = embedcurate("search", collection, "red", "--where", "modality:text", env=env).stdout
    assert words.splitlines()[1].endswith(str(sources / "texts" / "red.txt"))
    [long] = document("search", collection, "silent name:long.wav", env=env)["hits"]
    assert set(long["segment"]) == {"start", "end"}


def test_a_file_of_queries_gives_a_document_a_line(
    collection: Path, tmp_path: Path, env: Env
) -> None:
    make_text(tmp_path / "queries", "red\n\nblue \u2028 modality:image\n")
    done = embedcurate("search", collection, "--queries", tmp_path / "queries", env=env)
    documents = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["query"] for one in documents] == ["red", "blue \u2028 modality:image"]


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet", "txt"])
def test_export(collection: Path, sources: Path, tmp_path: Path, env: Env, kind: str) -> None:
    out = tmp_path / f"list.{kind}"
    arguments = ("export", collection, out, "--where", "modality:text")
    assert document(*arguments, env=env).items() >= {"path": str(out), "items": 4}.items()
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
    assert "exists already" in complaint(*arguments, env=env)
    assert out.read_bytes() == before
    document(*arguments, "--overwrite", env=env)


@pytest.mark.parametrize(
    "out", ["missing/list.csv", "file/list.csv", "list.pdf", f"{'x' * 250}.csv"]
)
def test_an_export_that_can_not_be_written_says_why(
    collection: Path, tmp_path: Path, env: Env, out: str
) -> None:
    make_text(tmp_path / "file")
    assert Path(out).name in complaint("export", collection, tmp_path / out, env=env)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_tags_are_put_on_found_and_taken_off(collection: Path, env: Env) -> None:
    marked = document(
        *("tag", collection, "name:red*", "--add", "a, b", "--stars", "3", "--pick"), env=env
    )
    assert marked == {"marked": 3}
    tagged = "tag:a tag:b stars:3 is:pick"
    assert len(document("search", collection, tagged, env=env)["hits"]) == 3
    document("tag", collection, "tag:a", "--remove", "a,b", "--stars", "0", "--unflag", env=env)
    assert document("search", collection, "is:marked", env=env)["hits"] == []


def test_the_verbs_of_upkeep(collection: Path, env: Env) -> None:
    verified = document("verify", collection, env=env)
    assert verified["whole"]
    assert verified["findings"] == []
    compacted = document("compact", collection, env=env)
    assert set(compacted) == {"bytes_before", "bytes_after"}
    repaired = document("repair", collection, env=env)
    assert (repaired["done"], repaired["to_index"], repaired["aside"]) == ([], 0, None)
    assert document("evaluate", collection, env=env)["retrieval"] == {}


def test_what_is_installed_is_listed(collection: Path, env: Env) -> None:
    listed = document("spaces", env=env)
    by_name = {space["name"]: space for space in listed["spaces"]}
    assert by_name["tiny"]["modalities"] == ["audio", "image", "text"]
    assert by_name["tiny"]["problem"] is None
    assert by_name["starter"]["package"] == "embedcurate"
    found = document("doctor", collection, env=env)
    assert found["spaces"]["tiny"] is None
    assert {table["recall@50"] for table in found["search"].values()} == {1.0}


def test_what_is_wrong_is_said_in_one_sentence(
    collection: Path, sources: Path, tmp_path: Path, env: Env
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
        ("search", collection, "@gone.png"): "no file or folder 'gone.png'",
        ("index", new, sources, "--space", "tinny"): "Did you mean 'tiny'?",
        ("index", new, tmp_path / "gone", "--space", "tiny"): "no file or folder",
        ("index", sources, sources, "--space", "tiny"): "is not empty",
        ("index", collection, sources, "--space", "starter"): "was made with the space 'tiny'",
        ("index", collection, table): "line 2 has 1 fields, its header 2",
        ("tag", collection, "tag:"): "'tag:' lacks a value here",
    }
    for arguments, sentence in cases.items():
        assert sentence in complaint(*arguments, env=env)


def test_wrong_usage_has_exit_code_2(collection: Path, env: Env) -> None:
    for arguments in (
        ("search", collection),
        ("search", collection, "red", "-k", "0"),
        ("tag", collection, "red", "--pick", "--reject"),
        ("export", collection, "out", "--format", "pdf"),
        ("paint",),
    ):
        assert "Usage" in embedcurate(*arguments, env=env, code=2).stderr


def test_a_damaged_collection_has_exit_code_1(env: Env, sources: Path, tmp_path: Path) -> None:
    path = tmp_path / "c"
    embedcurate("index", path, sources / "texts", "--space", "tiny", env=env)
    data = next((path / "lance" / "items.lance" / "data").iterdir())
    data.write_bytes(data.read_bytes()[: data.stat().st_size // 2])
    done = embedcurate("verify", path, "--json", env=env, code=1)
    assert not json.loads(done.stdout)["whole"]


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
    found = document("demo", tmp_path / "c", "--no-window", env=dict(os.environ))
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
