"""What is exported, read back by the libraries that others read it with."""

import io
import json
import os
import warnings
from pathlib import Path

import pytest
from blake3 import blake3

from embedcurate.collection import Collection
from embedcurate.export import Format, export
from embedcurate.filters import Compare
from embedcurate.items import Item, Modality
from embedcurate.testing import make_picture
from tests.export.material import collected, indexed

SHARES = {"train": 0.5, "val": 0.25, "test": 0.25}


def items_of(collection: Collection, modality: Modality | None = None) -> dict[str, Item]:
    catalogue = collection.catalogue
    where = [Compare("modality", "=", str(modality))] if modality else []
    ids = catalogue.ids_where(*where) if where else catalogue.ids.astype(str).tolist()
    return {item.id: item for item in collection.items(ids)}


def lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def hashed(path: Path) -> str:
    return blake3(path.read_bytes()).hexdigest()


def assert_the_manifest_holds(out: Path, report) -> dict:
    """Check that each item's file is there with its hash, and that nothing else is."""
    manifest = json.loads((out / "manifest.json").read_text())
    listed = lines(out / "manifest.items.jsonl")
    there = {str(path.relative_to(out)) for path in out.rglob("*") if not path.is_dir()}
    named = {one["file"] for one in listed}
    assert there == named | {"manifest.json", "manifest.items.jsonl", *manifest["files"]}
    assert report.items == manifest["items"] == len(listed)
    assert report.files == len(there)
    assert report.bytes == sum(os.lstat(out / name).st_size for name in there)
    return {one["id"]: one for one in listed}


@pytest.mark.parametrize("splits", [None, SHARES])
def test_datasets_loads_an_imagefolder(
    shared: Collection, tmp_path: Path, splits: dict[str, float] | None
) -> None:
    import datasets

    out = tmp_path / "test out"  # `datasets` must not take the target's own name for a split
    report = export(shared, out, format=Format.IMAGEFOLDER, splits=splits)
    assert_the_manifest_holds(out, report)
    assert report.left_out == {"audio": 4, "text": 5}
    pictures = items_of(shared, Modality.IMAGE)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for arguments in ({"path": "imagefolder", "data_dir": str(out)}, {"path": str(out)}):
            loaded = datasets.load_dataset(**arguments, cache_dir=str(tmp_path / "cache"))
            assert set(loaded) == (
                {"train"}
                if splits is None
                else {"train", "validation", "test"}
                if arguments["path"] == "imagefolder"
                else set(splits)
            )
            found = {}
            for part in loaded.values():
                part = part.cast_column("image", datasets.Image(decode=False))
                found |= {row["id"]: row for row in part}
            assert set(found) == set(pictures)
            for id_, row in found.items():
                item = pictures[id_]
                assert hashed(Path(row["image"]["path"])) == row["content"] == item.content
                assert (row["caption"], row["label"]) == (item.caption, item.label)


def test_labels_that_look_like_dates_in_one_split_only_are_still_labels(tmp_path: Path) -> None:
    import datasets

    items = [
        indexed(
            make_picture(tmp_path / "originals" / f"{split}.png", colour=colour),
            label=label,
            split=split,
        )
        for split, colour, label in (("train", "red", "2024-05-01"), ("test", "blue", "beach"))
    ]
    out = tmp_path / "out"
    report = export(collected(tmp_path / "collection", items), out, format=Format.IMAGEFOLDER)
    assert_the_manifest_holds(out, report)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        loaded = datasets.load_dataset("imagefolder", data_dir=str(out), cache_dir=str(tmp_path))
    assert loaded["train"]["label"][:] == ["2024-05-01"]
    assert loaded["test"]["label"][:] == ["beach"]


def test_an_audiofolder_has_the_layout_that_its_readers_document(
    shared: Collection, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert_the_manifest_holds(out, export(shared, out, format=Format.AUDIOFOLDER, splits=SHARES))
    sounds = items_of(shared, Modality.AUDIO)
    found = {}
    for metadata in out.glob("*/metadata.jsonl"):
        for row in lines(metadata):
            assert hashed(metadata.parent / row["file_name"]) == sounds[row["id"]].content
            assert row["label"] == sounds[row["id"]].label
            found[row["id"]] = metadata.parent.name
    assert set(found) == set(sounds)


@pytest.mark.parametrize("splits", [None, SHARES])
def test_webdataset_reads_the_shards(
    shared: Collection, tmp_path: Path, splits: dict[str, float] | None
) -> None:
    import webdataset

    out = tmp_path / "out"
    report = export(shared, out, format=Format.WEBDATASET, splits=splits, shard_bytes=8192)
    assert_the_manifest_holds(out, report)
    assert len(list(out.glob("*.tar"))) > 2
    assert all(path.stat().st_size <= 8192 for path in out.glob("*.tar"))
    classes = [json.loads(line) for line in (out / "classes.jsonl").read_text().splitlines()]
    shards = [str(path) for path in sorted(out.glob("*.tar"))]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        samples = list(webdataset.WebDataset(shards, shardshuffle=False, empty_check=False))
    items = items_of(shared)
    assert {sample["__key__"] for sample in samples} == set(items)
    for sample in samples:
        item = items[sample["__key__"]]
        kind = {"image": "png", "audio": "wav", "text": "txt"}[item.modality]
        assert blake3(sample[kind]).hexdigest() == item.content
        assert json.loads(sample["json"])["id"] == item.id
        if item.caption:
            assert sample["txt"].decode() == item.caption
        if item.label:
            assert classes[int(sample["cls"])] == item.label


def test_the_same_export_gives_the_same_bytes(shared: Collection, tmp_path: Path) -> None:
    for kind in Format:
        for name in ("a", "b"):
            (tmp_path / name).mkdir(exist_ok=True)
            export(shared, tmp_path / name / "out", format=kind, splits=SHARES, overwrite=True)
        found = [
            {
                str(path.relative_to(tmp_path / name)): without_its_time(path)
                for path in (tmp_path / name).rglob("*")
                if path.is_file()
            }
            for name in ("a", "b")
        ]
        assert found[0] == found[1], kind
        for name in ("a", "b"):
            for path in sorted((tmp_path / name).rglob("*"), reverse=True):
                path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()


def without_its_time(path: Path) -> object:
    if path.name.endswith("manifest.json"):
        return {**json.loads(path.read_text()), "created": ""}
    return path.read_bytes()


def test_pycocotools_reads_pictures_labels_and_captions(shared: Collection, tmp_path: Path) -> None:
    from pycocotools.coco import COCO

    out = tmp_path / "out"
    assert_the_manifest_holds(out, export(shared, out, format=Format.COCO, splits=SHARES))
    pictures = items_of(shared, Modality.IMAGE)
    seen = {}
    for split in SHARES:
        instances = COCO(str(out / "annotations" / f"instances_{split}.json"))
        captions = COCO(str(out / "annotations" / f"captions_{split}.json"))
        for image in instances.loadImgs(instances.getImgIds()):
            item = pictures[image["embedcurate_id"]]
            assert hashed(out / split / image["file_name"]) == item.content
            [label] = instances.loadAnns(instances.getAnnIds(image["id"]))
            [category] = instances.loadCats(label["category_id"])
            assert category["name"] == item.label
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)  # of pycocotools about numpy
                mask = instances.annToMask(label)
            assert mask.shape == (64, 96)
            assert mask.all()
            [caption] = captions.loadAnns(captions.getAnnIds(image["id"]))
            assert caption["caption"] == item.caption
            assert image["id"] not in seen
            seen[image["id"]] = item.id
        again = captions.loadRes(list(captions.anns.values()))
        assert len(again.anns) == len(captions.anns)
    assert set(seen.values()) == set(pictures)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the SDK's own, as it is imported
def test_label_studio_takes_configuration_tasks_and_predictions(
    shared: Collection, tmp_path: Path
) -> None:
    from urllib.parse import parse_qs, urlsplit

    from label_studio_sdk.label_interface import LabelInterface

    out = tmp_path / "out"
    report = export(shared, out, format=Format.LABELSTUDIO)
    assert_the_manifest_holds(out, report)
    items, found = items_of(shared), set()
    root = Path(report.notes[-1].split("DOCUMENT_ROOT='")[1].split("'")[0])
    for modality in Modality:
        interface = LabelInterface((out / f"{modality}-config.xml").read_text())
        interface.validate()
        for task in json.loads((out / f"{modality}-tasks-000.json").read_text()):
            item = items[task["meta"]["id"]]
            found.add(item.id)
            assert interface.validate_task({"data": task["data"]})
            for prediction in task["predictions"]:
                assert interface.validate_prediction(prediction, return_errors=True) == []
            assert bool(task["predictions"]) == bool(item.label or item.caption)
            shown = task["data"][modality]
            if modality is Modality.TEXT:
                assert blake3(shown.encode()).hexdigest() == item.content
            else:
                [inside] = parse_qs(urlsplit(shown).query)["d"]
                assert root / inside == item.path
    assert found == set(items)


@pytest.mark.parametrize("kind", [Format.COPY, Format.SYMLINK])
def test_copies_and_links_keep_folders_and_bytes(
    shared: Collection, tmp_path: Path, kind: Format
) -> None:
    out = tmp_path / "out"
    listed = assert_the_manifest_holds(out, export(shared, out, format=kind))
    items = items_of(shared)
    assert set(listed) == set(items)
    for id_, one in listed.items():
        item = items[id_]
        assert hashed(out / one["file"]) == one["content"] == item.content
        if item.row is None:
            assert Path(one["file"]).parts == item.path.parts[-len(Path(one["file"]).parts) :]
            assert (out / one["file"]).is_symlink() == (kind is Format.SYMLINK)
    assert (out / "texts" / "rows.csv-1.txt").read_text() == "second"


def test_pictures_open_from_the_copies(shared: Collection, tmp_path: Path) -> None:
    from PIL import Image

    export(shared, tmp_path / "out", format=Format.IMAGEFOLDER)
    for path in (tmp_path / "out" / "train").glob("*.png"):
        assert Image.open(io.BytesIO(path.read_bytes())).size == (96, 64)
