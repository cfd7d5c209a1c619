"""Twenty-odd files of all three kinds, copies among them, whose groups are known."""

import shutil
from pathlib import Path

import soundfile
from embedcurate_resources import FOLDER
from PIL import Image

from embedcurate import duplicates, leaks
from embedcurate.collection import Collection
from embedcurate.indexing import index
from embedcurate.sources import Annotations
from embedcurate.testing import tiny_space

MEDIA = FOLDER / "sample" / "media"
INDEXED, FOUND = "collection", "searched"
"""The names of the collections: in the second both reviews have something to show."""

TEXT = (
    "The kingfisher sits on a branch over the river and waits until a fish comes near the surface. "
    "Then it dives, head first, and is back on its branch before the rings on the water are gone. "
    "It beats the fish on the wood, turns it round and swallows it with its head in front."
)

GROUPS = {
    frozenset({"a.jpg", "a-small.jpg", "a-again.jpg"}),
    frozenset({"b.jpg", "b-poor.jpg"}),
    frozenset({"c.jpg", "c-copy.jpg"}),
    frozenset({"river.txt", "river-edited.txt"}),
    frozenset({"bird.flac", "bird-late.flac"}),
}
"""The names of what is one group at the level ``near``."""


def make_copies(root: Path) -> Path:
    """Make the files: five groups, of which one has the same bytes, and others that are alone.

    The originals are in the folder ``train``, the copies in ``test``.
    """
    train, test = root / "train", root / "test"
    train.mkdir(parents=True)
    test.mkdir()
    pictures = sorted((MEDIA / "pictures").rglob("*.jpg"))
    for name, path in zip("abcdefgh", pictures[:: len(pictures) // 8], strict=False):
        shutil.copy(path, train / f"{name}.jpg")
    with Image.open(train / "a.jpg") as image:
        small = image.resize((image.width // 2, image.height // 2))
        small.save(test / "a-small.jpg", quality=90)
        image.save(test / "a-again.jpg", quality=60)
    with Image.open(train / "b.jpg") as image:
        image.save(test / "b-poor.jpg", quality=25)
    shutil.copy(train / "c.jpg", test / "c-copy.jpg")
    sounds = sorted((MEDIA / "sounds").rglob("*.flac"))[:4]
    for name, path in zip(("bird", "one", "two", "three"), sounds, strict=True):
        shutil.copy(path, train / f"{name}.flac")
    samples, rate = soundfile.read(train / "bird.flac")
    soundfile.write(test / "bird-late.flac", samples[rate // 4 :], rate)
    (train / "river.txt").write_text(TEXT)
    (test / "river-edited.txt").write_text(TEXT.replace("wood", "stone"))
    (train / "other.txt").write_text("A tram goes up the hill, and nobody is in it but the driver.")
    return root


def index_copies(root: Path) -> None:
    """Make the files and two collections of them in the tiny space, split by folder."""
    collection = Collection.create(root / INDEXED, tiny_space())
    sources = [make_copies(root / "media")]
    index(collection, tiny_space(), sources, annotations=Annotations(splits="folder"))
    shutil.copytree(root / INDEXED, root / FOUND)
    collection = Collection.open(root / FOUND)
    duplicates.find(collection)
    leaks.find(collection)
