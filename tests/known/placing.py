"""Items put where a test wants them: unit vectors chosen by hand, in all channels alike."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from embedcurate.collection import Collection, Encoded
from embedcurate.items import Facts, Item, Modality, Outcome, item_id
from embedcurate.testing import tiny_space

FOLDER = Path("/placed")
SPACE = tiny_space()


def placed(name: str, at: ArrayLike, modality: Modality = Modality.IMAGE, **told: str) -> Encoded:
    """Return an item whose vectors begin with `at`, scaled to length 1, and go on with zeros."""
    path = FOLDER / name
    item = Item(
        item_id(path),
        path,
        modality,
        size=10,
        mtime_ns=20,
        outcome=Outcome.OK,
        content=f"content of {name}",
        facts=Facts(format="png"),
        **told,
    )
    start = np.asarray(at, np.float32)
    vectors = {
        channel.name: np.pad(start / np.linalg.norm(start), (0, channel.dimension - len(start)))
        for channel in SPACE.channels
        if modality in channel.modalities
    }
    return Encoded(item, vectors)


def stored(path: Path, items: Iterable[Encoded], *, at_once: int = 1000) -> Collection:
    """Make a collection of the items, stored in this order, `at_once` in a batch."""
    collection = Collection.create(path, SPACE)
    waiting = list(items)
    with collection.writer() as writer:
        for start in range(0, len(waiting), at_once):
            writer.store(waiting[start : start + at_once])
    return collection


def id_of(name: str) -> str:
    return item_id(FOLDER / name)
