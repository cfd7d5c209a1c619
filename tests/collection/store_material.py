"""Made items with seeded unit vectors, for the tests of the store and for processes they start."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from embedcurate.collection import Collection, Encoded, Storage
from embedcurate.items import Facts, Item, Modality, Outcome, Segment, item_id
from embedcurate.testing import tiny_space

SPACE = tiny_space()


def item(name: str, modality: Modality = Modality.IMAGE, **facts) -> Item:
    path = Path("/pictures") / name
    values = {"size": 10, "mtime_ns": 20, "outcome": Outcome.OK, "content": f"content of {name}"}
    values |= {"facts": Facts(format="png", width_px=3, height_px=4), **facts}
    return Item(id=item_id(path), path=path, modality=modality, **values)


def unit(seed: object, dimension: int) -> np.ndarray:
    rng = np.random.default_rng(int.from_bytes(str(seed).encode(), "little"))
    vector = rng.standard_normal(dimension).astype(np.float32)
    return vector / np.linalg.norm(vector)


def encoded(
    name: str, modality: Modality = Modality.IMAGE, *, parts: int = 0, salt: str = "", **facts
) -> Encoded:
    """Return an item whose vectors follow from its name and `salt`."""
    vectors = {
        channel.name: unit(f"{channel.name[0]}{salt}{name}", channel.dimension)
        for channel in SPACE.channels
        if modality in channel.modalities
    }
    dimension = SPACE.channels[0].dimension
    segments = tuple(
        (Segment(i, i + 1.0), {"shared": unit(f"{i}{salt}{name}", dimension)}) for i in range(parts)
    )
    passages = ()
    if modality is Modality.TEXT:
        passages = tuple(
            (part, f"words {place} of {name}") for place, (part, _) in enumerate(segments)
        )
    return Encoded(item(name, modality, **facts), vectors, segments, passages)


def batch(start: int, stop: int) -> list[Encoded]:
    """Return pictures, and every third a text of two passages."""
    return [
        encoded(f"{i}.txt", Modality.TEXT, parts=2) if i % 3 == 0 else encoded(f"{i}.png")
        for i in range(start, stop)
    ]


def renamed(one: Item, name: str) -> Item:
    path = Path("/pictures") / name
    return replace(one, id=item_id(path), path=path)


def filled(
    path: Path, count: int = 30, *, commits: int = 1, storage: Storage = Storage.FLOAT32
) -> Collection:
    """Make a collection of `count` items, with marks on the first."""
    collection = Collection.create(path, SPACE, storage=storage)
    with collection.writer() as writer:
        for part in range(commits):
            writer.store(batch(part * count // commits, (part + 1) * count // commits))
        ids = [one.item.id for one in batch(0, 6)]
        writer.mark(ids, add={"seen"}, stars=4, pick="pick", note="good")
        writer.mark(ids[:2], add={"é 'quoted'"})
        writer.decide([(ids[1], ids[0])], "duplicate", keep=ids[0])
        writer.decide([(ids[2], ids[3]), (ids[3], ids[4])], "different")
    return collection


def contents(collection: Collection) -> dict[str, object]:
    """Return all that a reader can see of a collection, to compare two by."""
    items = {
        one["id"]: one
        for one in collection.tables.columns("items", ["id", "content", "outcome"]).to_pylist()
    }
    ids = sorted(items)
    return {
        "items": items,
        "vectors": {
            channel.name: {
                row["id"]: tuple(row["vector"])
                for row in collection.tables.columns(
                    f"vectors_{channel.name}", ["id", "vector"]
                ).to_pylist()
            }
            for channel in collection.channels
        },
        "segments": {
            id_: [(part, tuple(vector.tolist())) for part, vector in parts]
            for id_, parts in collection.segments(ids).items()
        },
        "texts": sorted(
            (row["id"], row["text"])
            for row in collection.tables.columns("texts", ["id", "text"]).to_pylist()
        ),
        "marks": collection.marks(ids),
        "decisions": dict(collection.decisions()),
    }
