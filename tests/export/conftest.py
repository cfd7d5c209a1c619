from pathlib import Path

import pytest

from embedcurate.collection import Collection
from tests.export.material import collected, media


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    """8 pictures, 4 sounds, 2 texts and 3 rows of a table, with marks on the pictures."""
    items = media(tmp_path / "originals")
    made = collected(tmp_path / "collection", items)
    with made.writer() as writer:
        writer.mark([item.id for item in items if item.caption], add={"seen"}, stars=3)
    return made


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    """As `collection`, for tests that change nothing."""
    root = tmp_path_factory.mktemp("shared")
    return collected(root / "collection", media(root / "originals"))
