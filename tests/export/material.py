"""Collections of real files, stored without decoding them: exports never look at vectors."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from blake3 import blake3

from embedcurate.collection import Collection, Encoded
from embedcurate.items import Facts, Item, Modality, Outcome, item_id
from embedcurate.testing import make_picture, make_sound, make_text
from tests.collection.store_material import SPACE, unit

COLOURS = ("red", "green", "blue", "yellow")


def indexed(path: Path, **said: str | None) -> Item:
    """Return the item that a picture, sound or text becomes."""
    modality = {".png": Modality.IMAGE, ".wav": Modality.AUDIO}.get(path.suffix, Modality.TEXT)
    facts = {
        Modality.IMAGE: Facts("PNG", width_px=96, height_px=64, figures={"sharpness": 0.5}),
        Modality.AUDIO: Facts("WAV", duration_s=0.1, rate_hz=16000, channels=1),
        Modality.TEXT: Facts("TXT", characters=path.stat().st_size),
    }[modality]
    return Item(
        id=item_id(path),
        path=path,
        modality=modality,
        size=path.stat().st_size,
        mtime_ns=path.stat().st_mtime_ns,
        outcome=Outcome.OK,
        content=blake3(path.read_bytes()).hexdigest(),
        facts=facts,
        **said,
    )


def rows_of(table: Path) -> list[Item]:
    """Return the items that the lines of a CSV with one column of texts become."""
    whole = indexed(table)
    texts = table.read_text().splitlines()[1:]
    return [
        replace(
            whole,
            id=item_id(table, row),
            row=row,
            content=blake3(text.encode()).hexdigest(),
            facts=Facts("csv", characters=len(text)),
        )
        for row, text in enumerate(texts)
    ]


def collected(path: Path, items: Iterable[Item]) -> Collection:
    """Return a new collection of `items`."""
    collection = Collection.create(path, SPACE)
    with collection.writer() as writer:
        writer.store(
            [
                Encoded(
                    item,
                    {
                        channel.name: unit(item.content, channel.dimension)
                        for channel in SPACE.channels
                        if item.modality in channel.modalities
                    },
                )
                for item in items
            ]
        )
    return collection


def media(root: Path) -> list[Item]:
    """Make 8 pictures with captions and labels, 4 sounds with labels, 2 texts, a table of 3."""
    items = []
    for colour in COLOURS:
        for shape in ("disc", "square"):
            path = make_picture(root / "pictures" / shape / f"{colour}.png", colour=colour)
            path.write_bytes(path.read_bytes() + shape.encode())
            items.append(indexed(path, caption=f'a {colour} "{shape}", ünder it', label=shape))
        path = make_sound(root / "sounds" / f"{colour}.wav", pitch_hz=200, duration_s=0.1)
        path.write_bytes(path.read_bytes() + colour.encode())
        items.append(indexed(path, label=colour))
    texts = [make_text(root / "texts" / f"{name}.txt", f"The {name}.\n") for name in ("1st", "2nd")]
    items += map(indexed, texts)
    items += rows_of(make_text(root / "texts" / "rows.csv", "text\nfirst\nsecond\nthird\n"))
    return items
