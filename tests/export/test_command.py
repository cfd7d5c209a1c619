import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from embedcurate.cli.app import app
from embedcurate.collection import Collection


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["export", *map(str, arguments)])


def test_a_selection_is_exported_in_its_order_and_its_story_is_in_the_manifest(
    collection: Collection, tmp_path: Path
) -> None:
    ids = collection.catalogue.ids.astype(str).tolist()[5:0:-1]
    with collection.writer() as writer:
        writer.save_selection("best", ids, 'order = "drawn"\n')
    done = run(collection.path, tmp_path / "list.jsonl", "--selection", "best", "--json")
    assert json.loads(done.stdout)["items"] == 5
    lines = (tmp_path / "list.jsonl").read_text().splitlines()
    assert [json.loads(line)["id"] for line in lines] == ids
    told = json.loads((tmp_path / "list.jsonl.manifest.json").read_text())
    assert told["recipe"] == 'order = "drawn"\n'
    assert told["list"] == collection.selections.get("best").digest


def test_a_dry_run_prints_counts_splits_and_what_is_left_out(
    collection: Collection, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    options = ("--format", "imagefolder", "--splits", "train=3,test=1", "--dry-run")
    done = run(collection.path, out, *options, "--progress", "none")
    assert done.exit_code == 0
    assert "8 items would go to" in done.stdout
    assert "train: 6 (75.0%)" in done.stdout
    assert "left out: 4 audio" in done.stdout
    assert not out.exists()


def test_originals_that_are_gone_are_in_the_report_of_an_export_that_is_done(
    collection: Collection, tmp_path: Path
) -> None:
    (tmp_path / "originals" / "texts" / "1st.txt").unlink()
    done = run(collection.path, tmp_path / "out", "--format", "copy", "--json")
    assert done.exit_code == 0
    document = json.loads(done.stdout)
    assert (document["items"], document["failed"]) == (16, 1)
    assert "no longer there" in document["failures"][0]["reason"]


@pytest.mark.parametrize("splits", ["train", "train=", "=1", "train=x", "train=0.5,"])
def test_splits_that_can_not_be_read_are_wrong_usage(
    collection: Collection, tmp_path: Path, splits: str
) -> None:
    done = run(collection.path, tmp_path / "list.csv", "--splits", splits)
    assert done.exit_code == 2
    assert "train=0.8,val=0.1,test=0.1" in " ".join(done.stderr.split())
