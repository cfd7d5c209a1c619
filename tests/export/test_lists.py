import csv
import json
import os
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pytest

from embedcurate.collection import Collection
from embedcurate.errors import ExportError, ResultMissing, TargetExists
from embedcurate.export import Format, SplitBy, export
from embedcurate.filters import Compare, Tagged
from embedcurate.items import FIGURES
from embedcurate.testing import make_text
from tests.export.material import collected, indexed
from tests.test_sources import ODD_NAMES

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "\uff1d1"]
HOSTILE = [*FORMULAS, "a,b", 'say "x"', "'=1", "a\r\nb"]


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", errors="surrogateescape", newline="") as file:
        return list(csv.DictReader(file))


def read_jsonl(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.fixture
def hostile(tmp_path: Path) -> Collection:
    """Items whose captions are what spreadsheets take for formulas and what CSV has to quote."""
    return collected(
        tmp_path / "hostile",
        [
            indexed(make_text(tmp_path / "texts" / f"{place:02}.txt"), caption=cell)
            for place, cell in enumerate(HOSTILE)
        ],
    )


def test_all_lists_say_the_same_of_the_same_items(shared: Collection, tmp_path: Path) -> None:
    for kind in ("csv", "jsonl", "parquet"):
        report = export(shared, tmp_path / f"list.{kind}")
        assert (report.items, report.files, report.failures) == (17, 2, ())
    rows = read_jsonl(tmp_path / "list.jsonl")
    by_arrow = pyarrow.parquet.read_table(tmp_path / "list.parquet")
    assert by_arrow.drop("path_bytes").to_pylist() == rows
    by_pandas = pd.read_csv(tmp_path / "list.csv")
    assert by_pandas["id"].tolist() == [row["id"] for row in rows]
    assert by_pandas["content"].tolist() == [row["content"] for row in rows]
    items = {item.id: item for item in shared.items([row["id"] for row in rows])}
    for row in rows:
        item = items[row["id"]]
        assert (row["path"], row["content"], row["caption"]) == (
            *(str(item.path), item.content),
            item.caption,
        )
    assert rows == sorted(rows, key=lambda row: (row["path"], row["row"] or 0))


def test_lists_have_those_figures_that_were_measured_of_any_item(
    shared: Collection, tmp_path: Path
) -> None:
    figures = {name for names in FIGURES.values() for name in names}
    export(shared, tmp_path / "all.jsonl")
    export(shared, tmp_path / "sounds.jsonl", where=Compare("modality", "=", "audio"))
    rows = read_jsonl(tmp_path / "all.jsonl")
    assert set(rows[0]) & figures == {"sharpness"}
    assert {row["sharpness"] for row in rows} == {0.5, None}
    assert "fingerprint" not in rows[0]
    assert not set(read_jsonl(tmp_path / "sounds.jsonl")[0]) & figures


def test_a_parquet_list_has_the_vectors_of_the_channels_asked_for(
    shared: Collection, tmp_path: Path
) -> None:
    names = [channel.name for channel in shared.channels]
    export(shared, tmp_path / "list.parquet", with_vectors=names)
    table = pyarrow.parquet.read_table(tmp_path / "list.parquet")
    ids, modalities = table["id"].to_pylist(), table["modality"].to_pylist()
    for channel in shared.channels:
        column = table[f"vector_{channel.name}"]
        assert column.type.list_size == channel.dimension
        has = [modality in channel.modalities for modality in modalities]
        assert column.is_valid().to_pylist() == has
        inside = [id_ for id_, there in zip(ids, has, strict=True) if there]
        vectors = np.array(column.drop_null().to_pylist(), np.float32)
        assert (vectors == shared.vectors(inside, channel.name)).all()
    with pytest.raises(ExportError, match="no channel 'sound'"):
        export(shared, tmp_path / "other.parquet", with_vectors=["sound"])
    with pytest.raises(ExportError, match="can't hold vectors"):
        export(shared, tmp_path / "other.csv", with_vectors=["shared"])


def test_hostile_cells_come_back_as_they_were(hostile: Collection, tmp_path: Path) -> None:
    for kind in ("csv", "jsonl", "parquet"):
        export(hostile, tmp_path / f"list.{kind}")
    table = pyarrow.parquet.read_table(tmp_path / "list.parquet")
    assert [row["caption"] for row in read_csv(tmp_path / "list.csv")] == HOSTILE
    assert [row["caption"] for row in read_jsonl(tmp_path / "list.jsonl")] == HOSTILE
    assert table["caption"].to_pylist() == HOSTILE


def test_in_a_csv_for_spreadsheets_no_cell_is_a_formula(
    hostile: Collection, tmp_path: Path
) -> None:
    export(hostile, tmp_path / "list.csv", spreadsheet_safe=True)
    cells = [row["caption"] for row in read_csv(tmp_path / "list.csv")]
    assert cells == [f"'{cell}" for cell in FORMULAS] + HOSTILE[len(FORMULAS) :]
    with pytest.raises(ExportError, match="Only csv"):
        export(hostile, tmp_path / "list.jsonl", spreadsheet_safe=True)


def test_eighteen_odd_names_are_exported_and_come_back_from_each_kind_of_manifest(
    tmp_path: Path,
) -> None:
    folder = os.fsencode(tmp_path) + b"/originals/"
    paths = sorted(folder + name for name in ODD_NAMES)
    items = [
        indexed(make_text(Path(os.fsdecode(path)), f"text {number}"))
        for number, path in enumerate(paths)
    ]
    collection = collected(tmp_path / "collection", items)
    expected = {(os.fsencode(item.path), item.content) for item in items}
    for kind in (Format.COPY, Format.SYMLINK, Format.WEBDATASET, Format.LABELSTUDIO):
        report = export(collection, tmp_path / kind, format=kind)
        assert (report.items, report.failures) == (18, ())
        listed = read_jsonl(tmp_path / kind / "manifest.items.jsonl")
        assert {(os.fsencode(one["path"]), one["content"]) for one in listed} == expected
    copies = {path.read_text() for path in (tmp_path / "copy").glob("*") if "man" not in path.name}
    assert copies >= {f"text {number}" for number in range(18)}


def test_ids_give_the_order_and_a_filter_may_thin_them(
    collection: Collection, tmp_path: Path
) -> None:
    ids = collection.catalogue.ids.astype(str).tolist()[::-1]
    asked = [*ids, ids[0], "f" * 32]
    report = export(collection, tmp_path / "list.jsonl", ids=asked)
    assert [row["id"] for row in read_jsonl(tmp_path / "list.jsonl")] == ids
    assert report.left_out == {"gone": 1}
    export(collection, tmp_path / "seen.jsonl", ids=asked, where=Tagged("seen"))
    seen = [row["id"] for row in read_jsonl(tmp_path / "seen.jsonl")]
    assert seen == [id_ for id_ in ids if id_ in set(seen)]
    assert len(seen) == 8


def test_an_empty_list_is_a_list(shared: Collection, tmp_path: Path) -> None:
    for kind in ("csv", "jsonl", "parquet", "txt"):
        assert export(shared, tmp_path / f"list.{kind}", ids=[]).items == 0
    assert read_csv(tmp_path / "list.csv") == []
    assert pyarrow.parquet.read_table(tmp_path / "list.parquet").num_rows == 0


def test_a_dry_run_says_what_there_is_and_writes_nothing(
    shared: Collection, tmp_path: Path
) -> None:
    for kind in Format:
        before = sorted(tmp_path.iterdir())
        splits = {"train": 0.5, "test": 0.5}
        told = export(shared, tmp_path / "out", format=kind, splits=splits, dry_run=True)
        assert sorted(tmp_path.iterdir()) == before
        done = export(shared, tmp_path / kind, format=kind, splits=splits)
        assert told.dry_run
        assert not done.dry_run
        assert (told.items, told.splits, told.left_out) == (done.items, done.splits, done.left_out)
        assert told.bytes <= done.bytes
    with pytest.raises(TargetExists):
        export(shared, tmp_path / "csv", format=Format.CSV, dry_run=True)


def test_the_manifest_tells_where_a_list_is_from(shared: Collection, tmp_path: Path) -> None:
    export(
        shared,
        tmp_path / "list.txt",
        splits={"a": 3.0, "b": 1.0},
        recipe='order = "path"\n',
        random_state=7,
    )
    told = json.loads((tmp_path / "list.txt.manifest.json").read_text())
    assert told["collection"]["version"] == shared.contents()
    assert told["collection"]["encoders"] == dict(shared.settings.fingerprints)
    assert told["recipe"] == 'order = "path"\n'
    assert told["modalities"] == {"audio": 4, "image": 8, "text": 5}
    assert sum(part["items"] for part in told["splits"].values()) == told["items"] == 17
    assert told["splitting"]["shares"] == {"a": 3.0, "b": 1.0}
    assert told["splitting"]["seed"] == 7


def test_identical_files_and_duplicates_and_clusters_are_not_torn_apart(tmp_path: Path) -> None:
    items = [
        indexed(make_text(tmp_path / "texts" / f"{number:03}.txt", f"text {number // 2}"))
        for number in range(200)
    ]
    collection = collected(tmp_path / "collection", items)

    def found(verb: str, column: str, size: int) -> None:
        """Keep a run that puts each `size` of the first half together."""
        numbers = [place // size if place < 100 else None for place in range(200)]
        table = pa.table({"id": [item.id for item in items], column: pa.array(numbers, pa.int64())})
        told = {"parameters": {}, "summary": {}, "seconds": 0.0}
        collection.results.save(verb, {"items": table}, version=collection.contents(), **told)

    def assert_whole(size: int, by: SplitBy) -> list[str]:
        path = tmp_path / f"{size}-{by}.jsonl"
        report = export(collection, path, splits={"a": 0.5, "b": 0.5}, split_by=by)
        splits = {row["id"]: row["split"] for row in read_jsonl(path)}
        for place in range(0, 100, size):
            assert len({splits[item.id] for item in items[place : place + size]}) == 1
        assert abs(report.splits["a"] - 100) <= size
        return list(report.notes)

    [note] = assert_whole(2, SplitBy.GROUP)
    assert "no duplicates have been looked for" in note
    found("duplicates", "group", 4)
    assert assert_whole(4, SplitBy.GROUP) == []
    with pytest.raises(ResultMissing, match="embedcurate clusters"):
        assert_whole(10, SplitBy.CLUSTER)
    found("clusters", "cluster", 10)
    assert assert_whole(10, SplitBy.CLUSTER) == []
    late = collected(tmp_path / "late", [])
    assert export(late, tmp_path / "none.csv", splits={"a": 1.0}).splits == {}


def test_duplicates_of_an_earlier_version_are_kept_together_with_a_note(tmp_path: Path) -> None:
    items = [indexed(make_text(tmp_path / "texts" / f"{n}.txt", str(n))) for n in range(3)]
    collection = collected(tmp_path / "collection", items)
    table = pa.table({"id": [item.id for item in items[:2]], "group": [0, 0]})
    told = {"parameters": {}, "summary": {}, "seconds": 0.0}
    collection.results.save("duplicates", {"items": table}, version="older", **told)
    report = export(collection, tmp_path / "list.csv", splits={"a": 0.5, "b": 0.5})
    assert sorted(report.splits.values()) == [1, 2]
    assert "an earlier version" in report.notes[0]


def test_each_label_is_divided_alike(tmp_path: Path) -> None:
    items = [
        indexed(make_text(tmp_path / "texts" / f"{n}.txt", str(n)), label=("x", "y", None)[n % 3])
        for n in range(300)
    ]
    collection = collected(tmp_path / "collection", items)
    splits = {"train": 0.8, "test": 0.2}
    export(collection, tmp_path / "list.jsonl", splits=splits, split_by=SplitBy.LABEL)
    counts = Counter((row["label"], row["split"]) for row in read_jsonl(tmp_path / "list.jsonl"))
    assert {counts[label, "test"] for label in ("x", "y", None)} <= {19, 20, 21}


def test_without_splits_items_keep_those_they_have(tmp_path: Path) -> None:
    items = [
        indexed(make_text(tmp_path / "texts" / f"{name}.txt", name), split=split)
        for name, split in (("in", "train"), ("out", "../out"), ("none", None))
    ]
    collection = collected(tmp_path / "collection", items)
    report = export(collection, tmp_path / "out", format=Format.COPY)
    assert report.splits == {"../out": 1, "train": 1}
    files = {str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*.txt")}
    assert files == {"train/in.txt", "..%2Fout/out.txt", "unsplit/none.txt"}
