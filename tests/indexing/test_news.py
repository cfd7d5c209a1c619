"""New files in the sources of a collection are counted without being read."""

from pathlib import Path

from embedcurate.collection import Origin
from embedcurate.indexing.news import count_new
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
