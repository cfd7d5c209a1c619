import json

import pytest
import typer
from typer.testing import CliRunner

from embedcurate.cli.decide import decide
from embedcurate.cli.duplicates import duplicates
from embedcurate.cli.leaks import leaks
from tests.duplicates.material import id_of, picture, scene, stored

app = typer.Typer()
for command in (decide, duplicates, leaks):
    app.command()(command)


@pytest.fixture
def collection(tmp_path):
    return stored(
        tmp_path / "c",
        picture("big.png", scene(1, 256), split="train"),
        picture("small.png", scene(1, 256).resize((100, 100)), split="test"),
        *(picture(f"other{seed}.png", scene(seed)) for seed in range(2, 8)),
    )


def run(*arguments):
    return CliRunner().invoke(app, [*map(str, arguments), "--progress", "none"])


def document(*arguments):
    done = run(*arguments, "--json")
    assert done.exit_code == 0, done.exception
    return json.loads(done.stdout)


def test_groups_are_decided_by_ids_and_from_a_file(collection, tmp_path):
    (group,) = document("duplicates", collection.path)["groups"]
    keep, other = group["items"]
    assert (keep["id"], keep["path"]) == (group["keep"], "/originals/big.png")
    assert document("decide", collection.path, keep["id"], other["id"][:8], "different") == {
        "decided": 1
    }
    assert document("duplicates", collection.path)["groups"] == []
    line = {"pair": [keep["id"], other["id"]], "kind": "duplicate", "keep": other["id"]}
    (tmp_path / "said.jsonl").write_text(f"{json.dumps(line)}\n\n")
    document("decide", collection.path, "--from", tmp_path / "said.jsonl")
    (group,) = document("duplicates", collection.path)["groups"]
    assert group["keep"] == other["id"]
    assert document("duplicates", collection.path)["asked"] == 0


def test_people_read_what_stays_and_why(collection):
    done = run("duplicates", collection.path)
    assert "keep 1.000  /originals/big.png  (stays: 256x256 against 100x100)" in done.stdout
    assert "1 duplicates in 1 groups, 1 pairs; 1 pairs to decide" in done.stdout
    done = run("leaks", collection.path)
    assert "/originals/big.png (train)  /originals/small.png (test)" in done.stdout


def test_leaks_as_a_document(collection):
    found = document("leaks", collection.path, "--between", "train,test", "--flag", "last")
    (leak,) = found["leaks"]
    assert (leak["id"], leak["partner"]["id"]) == (id_of("small.png"), id_of("big.png"))
    assert leak["kind"] == "near"


@pytest.mark.parametrize(
    "arguments",
    [
        ("duplicates", "--level", "nearly"),
        ("duplicates", "--rules", "resolution,beauty"),
        ("leaks", "--flag", "none"),
        ("leaks", "--between", "train,valid"),
    ],
)
def test_a_word_that_is_not_known_is_named_with_those_that_are(collection, arguments):
    done = run(arguments[0], collection.path, *arguments[1:])
    assert arguments[-1].split(",")[-1] in str(done.exception)


def test_a_damaged_list_of_decisions_decides_nothing(collection, tmp_path):
    good = {"pair": [id_of("big.png"), id_of("small.png")], "kind": "different"}
    for bad in ("{", '{"pair": ["1"]}', '{"pair": 3, "kind": "different"}'):
        (tmp_path / "said.jsonl").write_text(f"{json.dumps(good)}\n{bad}\n")
        done = run("decide", collection.path, "--from", tmp_path / "said.jsonl")
        assert "line 2" in str(done.exception)
    strange = good | {"kind": "enemies"}
    (tmp_path / "said.jsonl").write_text(f"{json.dumps(good)}\n{json.dumps(strange)}\n")
    done = run("decide", collection.path, "--from", tmp_path / "said.jsonl")
    assert "enemies" in str(done.exception)
    assert dict(collection.decisions()) == {}
