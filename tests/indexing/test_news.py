"""New files in the sources of a collection are counted without being read."""

from pathlib import Path

from embedcurate.collection import Origin
from embedcurate.indexing.news import count_new, folders_of
from embedcurate.testing import make_picture, make_text
from tests.indexing.material import new_collection, run


def test_only_files_that_are_no_items_are_new(tmp_path: Path) -> None:
    media = tmp_path / "media"
    make_picture(media / "a.png")
    (media / "rows.csv").write_text("text\nfirst\nsecond\n")
    collection = new_collection(tmp_path / "c")
    run(collection, media)
    collection.origins.remember(Origin((media,)))
    assert count_new(collection) == 0
    make_text(media / "b.txt", "new")
    (media / "notes.xyz").write_text("of no kind")
    assert count_new(collection) == 1
    media.rename(tmp_path / "elsewhere")
    assert count_new(collection) == 0


def test_the_folders_of_sources_are_found_level_by_level_without_those_that_are_gone(
    tmp_path: Path,
) -> None:
    for name in ("one/a/deep", "one/b", "two/c"):
        make_text(tmp_path / name / "text.txt")
    one, two = tmp_path / "one", tmp_path / "two"
    found = folders_of([one, tmp_path / "gone", two, two / "c" / "text.txt"], most=9)
    names = [path.relative_to(tmp_path).as_posix() for path, _ in found]
    assert names == ["one", "two", "one/a", "one/b", "two/c", "one/a/deep"]
    assert all(path.stat().st_mtime == changed_s for path, changed_s in found)
    assert [path for path, _ in folders_of([one, two], most=3)] == [one, two, one / "a"]
