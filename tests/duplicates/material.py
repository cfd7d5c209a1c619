"""Pictures and texts stored without being read from files: vectors and fingerprints are true."""

from pathlib import Path

import numpy as np
from PIL import Image

from embedcurate.collection import Collection, Encoded
from embedcurate.fingerprints import image, text
from embedcurate.items import Facts, Item, Modality, Outcome, item_id
from embedcurate.spaces.tiny import TinyImages, TinyTexts
from embedcurate.testing import tiny_space

FOLDER = Path("/originals")


def scene(seed: int, side: int = 64) -> Image.Image:
    """Return a picture of smooth coloured blobs; no two seeds look alike."""
    blobs = np.random.default_rng(seed).integers(0, 256, (6, 6, 3), np.uint8)
    return Image.fromarray(blobs).resize((side, side), Image.Resampling.BICUBIC)


def picture(name: str, pixels: Image.Image, *, content: str = "", **told) -> Encoded:
    array = np.asarray(pixels)
    facts = Facts(
        "PNG", width_px=pixels.width, height_px=pixels.height, fingerprint=image.make(array)
    )
    vectors = {name: rows[0] for name, rows in TinyImages().encode([array]).items()}
    return Encoded(_item(name, Modality.IMAGE, facts, content, told), vectors)


def writing(name: str, words: str, **told) -> Encoded:
    facts = Facts("TXT", characters=len(words), fingerprint=text.make(words))
    vectors = {name: rows[0] for name, rows in TinyTexts().encode([words]).items()}
    return Encoded(_item(name, Modality.TEXT, facts, words, told), vectors)


def _item(name: str, modality: Modality, facts: Facts, content: str, told) -> Item:
    path = FOLDER / name
    known = {"size": 1000, "mtime_ns": 10**18, "content": content or f"content of {name}"}
    return Item(item_id(path), path, modality, outcome=Outcome.OK, facts=facts, **known | told)


def id_of(name: str) -> str:
    return item_id(FOLDER / name)


def stored(path: Path, *items: Encoded) -> Collection:
    collection = Collection.create(path, tiny_space())
    with collection.writer() as writer:
        writer.store(items)
    return collection


def names(found) -> list[list[str]]:
    """Return the groups as the names of their items, keepers first."""
    return [[Path(copy.path).name for copy in group.items] for group in found.groups]
