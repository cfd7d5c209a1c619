import pytest

from embedcurate.duplicates import Level, like_file
from embedcurate.errors import QueryError, SourceNotFound
from embedcurate.media.decoding import content_hash
from embedcurate.testing import tiny_space
from tests.duplicates.material import id_of, picture, scene, stored


@pytest.fixture
def file(tmp_path):
    scene(1, 256).save(tmp_path / "new.png")
    return tmp_path / "new.png"


def levels(found):
    return [(match.id, match.level) for match in found.matches]


def test_a_file_is_found_by_its_bytes_and_its_edits_by_their_looks(tmp_path, file):
    collection = stored(
        tmp_path / "c",
        picture("same.png", scene(1, 256), content=content_hash(file)),
        picture("small.png", scene(1, 256).resize((100, 100))),
        *(picture(f"other{seed}.png", scene(seed)) for seed in range(2, 8)),
    )
    found = like_file(collection, file, tiny_space())
    assert levels(found)[:2] == [
        (id_of("same.png"), Level.EXACT),
        (id_of("small.png"), Level.NEAR),
    ]
    assert all(level is Level.SIMILAR for _, level in levels(found)[2:])
    assert found.as_document()["matches"][0]["level"] == "exact"


def test_a_file_unlike_all_others_matches_none(tmp_path, file):
    collection = stored(tmp_path / "c", picture("flat.png", scene(9)))
    assert levels(like_file(collection, file, tiny_space())) == []


def test_a_file_that_is_not_there_or_no_medium_is_named(tmp_path, file):
    collection = stored(tmp_path / "c", picture("flat.png", scene(9)))
    with pytest.raises(SourceNotFound):
        like_file(collection, tmp_path / "gone.png", tiny_space())
    (tmp_path / "broken.png").write_bytes(file.read_bytes()[:40])
    (tmp_path / "program.exe").write_bytes(b"MZ")
    for name in ("broken.png", "program.exe"):
        with pytest.raises(QueryError, match=name):
            like_file(collection, tmp_path / name, tiny_space())
