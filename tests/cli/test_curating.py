"""`sample` and `outliers` as commands: options, documents, what is said beside them."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from embedcurate.cli.app import app
from embedcurate.collection import Collection
from embedcurate.errors import QueryError
from embedcurate.items import Modality
from tests.collection.store_material import SPACE, encoded


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("curating") / "c"
    with Collection.create(path, SPACE).writer() as writer:
        writer.store(
            [
                encoded(f"{label}{number}", modality, label=label)
                for label, count in (("cat", 20), ("dog", 10))
                for modality, number in zip(list(Modality) * 7, range(count), strict=False)
            ]
        )
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [*map(str, arguments), "--progress", "none"])


def document(*arguments: object) -> dict:
    done = run(*arguments, "--json")
    assert done.exit_code == 0, done.output
    found: dict = json.loads(done.stdout)
    return found


def test_a_sample_is_printed_with_what_picked_each_item_and_how_well_it_covers(path: Path) -> None:
    done = run("sample", path, "--size", 9, "--strategy", "diverse:2", "--strategy", "random")
    lines = done.stdout.splitlines()
    assert [line.split()[0] for line in lines].count("diverse") == 6
    assert [line.split()[0] for line in lines].count("random") == 3
    assert "Of 30 eligible items, each is within" in done.stderr


def test_a_sample_that_is_saved_is_a_selection_with_its_recipe(path: Path) -> None:
    options = ("--by", "label", "--quota", "cat=1", "--each", "random", "--save", "few cats")
    ids = [item["id"] for item in document("sample", path, "--size", 7, *options)["items"]]
    kept = Collection.open(path).selections.get("few cats")
    assert list(kept.ids) == ids
    assert len(ids) == 7
    assert "[sample.quotas]\ncat = 1" in kept.story


def test_a_dry_run_says_what_a_sample_would_be_and_keeps_nothing(path: Path) -> None:
    before = [run.id for run in Collection.open(path).results.runs("sample")]
    options = ("--size", 4, "--in", "image", "--save", "never", "--dry-run")
    told = document("sample", path, *options)
    assert {item["modality"] for item in told["items"]} == {"image"}
    assert told["is_of_a_part"] is False
    done = run("sample", path, *options)
    assert "(random samples: " in done.stderr
    assert "medoids" not in done.stderr
    collection = Collection.open(path)
    assert [run.id for run in collection.results.runs("sample")] == before
    assert "never" not in collection.selections.names()
    told = document("sample", path, *options[:-1])
    assert [item["id"] for item in told["items"]] == list(
        Collection.open(path).selections.get("never").ids
    )


def test_filters_say_what_is_in_what_is_out_and_where_to_start(path: Path) -> None:
    found = document(
        *("sample", path, "--size", 12, "--within", "label:dog", "--must", "name:cat0"),
        *("--must-not", "name:dog1", "--start", "name:dog2", "--no-compare"),
    )
    names = [Path(item["path"]).name for item in found["items"]]
    assert names[0] == "cat0"
    assert sorted(names[1:]) == ["dog0", *(f"dog{number}" for number in range(3, 10))]
    assert found["notes"] == ["Only 9 items are eligible, fewer than the 12 asked for: all are in."]
    assert found["coverage"]["beside"] is None


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--strategy", "diverse:x"), "write it as 'diverse:2'"),
        (("--by", "label", "--quota", "cat"), "write it as 'birds=20'"),
        (("--strategy", "best"), "There is no strategy 'best'"),
    ],
)
def test_options_that_make_no_sense_are_explained(
    path: Path, options: tuple[str, ...], message: str
) -> None:
    error = run("sample", path, "--size", 3, *options).exception
    assert isinstance(error, QueryError)
    assert message in str(error)


def test_outliers_are_listed_by_score(path: Path) -> None:
    found = document("outliers", path, "-k", 4, "--in", "image,text")
    assert len(found["items"]) == 4
    assert found["scored"] == 21
    marks = [item["score"] for item in found["items"]]
    assert marks == sorted(marks, reverse=True)
    done = run("outliers", path, "-k", 4)
    assert len(done.stdout.splitlines()) == 4 + len(document("outliers", path)["labels"])
    assert "of 30 items are outliers." in done.stderr
