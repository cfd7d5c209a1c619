"""A collection of real files, indexed once."""

from pathlib import Path

import pytest

from embedcurate.collection import Collection
from embedcurate.testing import make_picture, make_sound, make_text
from tests.indexing.material import new_collection, run
from tests.previews.seen import LONG_TEXT


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("media")
    make_picture(root / "wide.png", colour="red", shape="square", size_px=(640, 320))
    make_picture(root / "tiny.jpg", colour="blue", size_px=(20, 30))
    make_sound(root / "sound.wav", duration_s=2)
    make_text(root / "short.txt", "  A few words.\n")
    make_text(root / "long.txt", LONG_TEXT)
    make_text(root / "rows.csv", 'text,label\n"The first, row",a\nthe second row,b\n')
    (root / "broken.png").write_bytes((root / "wide.png").read_bytes()[:100])
    return root


@pytest.fixture(scope="module")
def collection(media: Path, tmp_path_factory: pytest.TempPathFactory) -> Collection:
    made = new_collection(tmp_path_factory.mktemp("collection") / "c")
    run(made, media)
    return made
