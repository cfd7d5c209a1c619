"""A collection of drawn items whose columns differ, for the tests of browsing."""

from pathlib import Path

import numpy as np

from embedcurate.collection import Collection, Encoded
from embedcurate.items import Facts, Modality, Outcome
from tests.collection.store_material import SPACE, encoded

N = 60
FOLDERS = ("holiday", "holiday/beach", "work")


def drawn(random_state: int = 0) -> list[Encoded]:
    """Return items of three modalities in three folders; some lack a label, a size or a caption."""
    rng = np.random.default_rng(random_state)
    items = []
    for number in range(N):
        modality = list(Modality)[number % 3]
        wide = int(rng.integers(1, 4000)) if modality is Modality.IMAGE else None
        long_s = float(rng.lognormal(3, 1)) if modality is Modality.AUDIO else None
        facts = Facts(
            format=("PNG", "TXT", "WAV")[number % 3],
            width_px=wide,
            height_px=wide and 7,
            duration_s=long_s,
        )
        items.append(
            encoded(
                f"{FOLDERS[rng.integers(3)]}/Item {number}.x",
                modality,
                size=int(rng.integers(0, 1_000_000)),
                outcome=Outcome.FAILED if number % 10 == 9 else Outcome.OK,
                reason="it is empty" if number % 10 == 9 else None,
                label=(None, "cat", "Dog", "a, b")[rng.integers(4)],
                caption=f"a picture of {number}" if number % 2 else None,
                facts=facts,
            )
        )
    return items


def make(path: Path) -> Collection:
    collection = Collection.create(path, SPACE)
    with collection.writer() as writer:
        writer.store([one for one in drawn() if one.item.outcome is Outcome.OK])
        writer.record([one.item for one in drawn() if one.item.outcome is not Outcome.OK])
        ids = [one.item.id for one in drawn()]
        writer.mark(ids[:12], add={"Seen"}, stars=4)
        writer.mark(ids[6:9], add={"seen later", "dusk"}, pick="pick")
        writer.mark(ids[20:22], pick="reject", note="blurred")
    return collection
