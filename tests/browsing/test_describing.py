"""All that is known of an item, once the analyses have been run on real files."""

import shutil
from pathlib import Path

import pytest
from PIL import ExifTags, Image

from embedcurate import clusters, duplicates, quality
from embedcurate.browsing import Browser
from embedcurate.collection import Collection
from embedcurate.errors import MediumMissing, UnknownItem
from embedcurate.items import item_id
from embedcurate.media.metadata import camera_notes
from embedcurate.query import parse_filter
from embedcurate.testing import tiny_space
from tests.indexing.material import make_sources, new_collection, run


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = make_sources(tmp_path_factory.mktemp("sources"))
    shutil.copy(root / "pictures" / "red-disc.png", root / "pictures" / "red-disc copy.png")
    (root / "texts" / "poor.txt").write_text("a")
    return root


@pytest.fixture(scope="module")
def browser(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Browser:
    collection = new_collection(tmp_path_factory.mktemp("made") / "c")
    run(collection, sources)
    with collection.writer() as writer:
        writer.mark([item_id(sources / "texts" / "red.txt")], add={"b", "a"}, note="mine", stars=2)
    return Browser(Collection.open(collection.path))


def test_what_is_known_of_an_item_grows_with_the_analyses(browser: Browser, sources: Path) -> None:
    disc, copy, text = (
        item_id(sources / name)
        for name in ("pictures/red-disc.png", "pictures/red-disc copy.png", "texts/red.txt")
    )
    before = browser.describe(disc)
    assert before["facts"]["format"] == "PNG"
    assert (before["facts"]["width_px"], before["facts"]["height_px"]) == (96, 64)
    assert before["figures"]["saturation"] > 0
    assert before["issues"] == []
    assert before["cluster"] is before["duplicates"] is before["outlier"] is before["leak"] is None
    assert browser.describe(text)["marks"] == {
        "pick": "",
        "stars": 2,
        "tags": ["a", "b"],
        "note": "mine",
    }

    collection = browser.collection
    found = duplicates.find(collection)
    quality.check(collection)
    clusters.label(collection, min_cluster_size=2, space=tiny_space())
    after = browser.describe(disc)
    assert after["duplicates"]["keep"] in {disc, copy}
    assert {one["id"] for one in after["duplicates"]["items"]} == {disc, copy}
    assert browser.describe(text)["duplicates"] is None
    labels = dict(zip(*_columns(collection, "clusters", "id", "cluster"), strict=True))
    assert after["cluster"]["label"] == labels[disc]
    assert len(found) == 1
    poor = browser.describe(item_id(sources / "texts" / "poor.txt"))
    assert [one["issue"] for one in poor["issues"]] == ["near-empty"]
    assert 0 < poor["issues"][0]["score"] <= 1

    facets = browser.narrow(parse_filter("")).facets
    assert dict(map(tuple, facets["found"]))["duplicate"] == 1
    assert dict(map(tuple, facets["issue"]))["near-empty"] == 1
    assert sum(count for _, count, _ in facets["cluster"]) == 17
    names = dict(
        zip(*_columns(collection, "clusters", "label", "name", part="clusters"), strict=True)
    )
    for label, count, name in facets["cluster"]:
        assert name == names.get(label, "noise")
        assert len(browser.narrow(parse_filter(f"cluster:{label}")).rows) == count
    by_score = browser.narrow(parse_filter(""), sort="near-empty", descending=True).rows
    assert collection.catalogue.ids[by_score[0]].decode() == poor["id"]


def _columns(collection: Collection, verb: str, *names: str, part: str = "items"):
    run_ = collection.results.latest(verb)
    assert run_ is not None
    table = collection.results.table(run_, part)
    return [table[name].to_pylist() for name in names]


def test_an_item_that_is_not_there_is_an_error(browser: Browser) -> None:
    with pytest.raises(UnknownItem):
        browser.describe("0" * 32)


def test_what_a_camera_wrote_is_told_in_words_and_degrees(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Maker\0"
    exif[ExifTags.Base.Orientation] = 6
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.ExposureTime] = 1 / 125
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.MakerNote] = b"\0\1\2"
    place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    place[ExifTags.GPS.GPSLatitudeRef], place[ExifTags.GPS.GPSLatitude] = "S", (33.0, 51.0, 36.0)
    place[ExifTags.GPS.GPSLongitudeRef], place[ExifTags.GPS.GPSLongitude] = "E", (151.0, 12.0, 0.0)
    Image.new("RGB", (8, 8)).save(tmp_path / "photo.jpg", exif=exif)
    assert camera_notes(tmp_path / "photo.jpg") == {
        "Make": "Maker",
        "Orientation": 6,
        "ExposureTime": pytest.approx(0.008),
        "latitude": pytest.approx(-33.86),
        "longitude": pytest.approx(151.2),
    }


def test_pictures_without_notes_have_none_and_files_that_are_gone_say_so(tmp_path: Path) -> None:
    Image.new("RGB", (8, 8)).save(tmp_path / "plain.bmp")
    Image.new("RGB", (8, 8)).save(tmp_path / "plain.png")
    assert camera_notes(tmp_path / "plain.bmp") == camera_notes(tmp_path / "plain.png") == {}
    with pytest.raises(MediumMissing):
        camera_notes(tmp_path / "gone.jpg")
