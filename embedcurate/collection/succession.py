"""A collection's successor in another space: all that the user made of it, with other vectors."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from embedcurate.collection.backup import save_settings
from embedcurate.collection.checksums import with_checksums
from embedcurate.collection.collection import Collection
from embedcurate.collection.files import LANCE, LOG
from embedcurate.collection.journal import JOURNAL
from embedcurate.collection.lock import HOLDER_NAME, LOCK_NAME
from embedcurate.collection.origins import ORIGINS_FILE
from embedcurate.collection.parts import vector_table
from embedcurate.collection.records import STALE, Encoded
from embedcurate.collection.schema import ITEMS, schemas, vectors_table
from embedcurate.collection.selections import SELECTIONS_FOLDER
from embedcurate.collection.settings import write_settings
from embedcurate.collection.tables import Tables, translated
from embedcurate.collection.upsert import upsert
from embedcurate.errors import FolderNotEmpty
from embedcurate.items import Modality, Outcome
from embedcurate.progress import Progress
from embedcurate.spaces.encoder import Vectors
from embedcurate.spaces.space import Space

__all__ = ["succeed"]

_KEPT_TABLES = ("items", "marks", "decisions", "texts")
_AT_ONCE = 10_000

Carried = Callable[[Modality, Sequence[str]], dict[str, Vectors]]
"""(modality, ids) -> channel of the new space -> (len(ids), d) float32 unit rows; or nothing."""


def succeed(
    source: Collection,
    target: Path,
    space: Space,
    carried: Carried,
    encoded: Sequence[Encoded],
    progress: Progress,
) -> Collection:
    """Make the collection `target` in `space`, with the items, marks and selections of `source`.

    Vectors are those of `encoded`, and for all other items what `carried` gives: those are marked,
    so that indexing again encodes them; items of which it gives nothing have failed. The parts of
    long items, captions' vectors and results are not carried. `source` stays as it is, and is held
    for writing meanwhile. `target` appears when it is whole.

    Raises `FolderNotEmpty`, `CollectionLocked`, `CollectionReadOnly` or `DiskFull`.
    """
    target = target.absolute()
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise FolderNotEmpty(target)
    making = target.with_name(target.name + ".new")
    with translated(target):
        shutil.rmtree(making, ignore_errors=True)
    with source.writer(doing="embedcurate move"):
        with translated(target):
            _copy(source.path, making)
        settings = replace(
            source.settings,
            space=space.name,
            channels=space.channels,
            fingerprints=space.fingerprints,
            backgrounds={},
            calibrated_on=0,
        )
        write_settings(making, settings)
        save_settings(making)
        tables = Tables(making)
        for name, schema in schemas(space.channels).items():
            if name not in _KEPT_TABLES:
                tables.create(name, schema)
        _carry(source, tables, space, carried, {one.item.id for one in encoded}, progress)
    with Collection.open(making).writer(doing="embedcurate move") as writer:
        writer.store(encoded)
    with translated(target):
        for name in (LOCK_NAME, HOLDER_NAME):
            (making / name).unlink(missing_ok=True)
        if target.exists():
            target.rmdir()
        making.rename(target)
    return Collection.open(target)


def _copy(source: Path, making: Path) -> None:
    for name in _KEPT_TABLES:
        shutil.copytree(source / LANCE / f"{name}.lance", making / LANCE / f"{name}.lance")
    (making / LOG).mkdir()
    for folder in (Path(LOG) / JOURNAL, Path(SELECTIONS_FOLDER)):
        if (source / folder).exists():
            shutil.copytree(source / folder, making / folder)
    if (source / ORIGINS_FILE).exists():
        shutil.copy2(source / ORIGINS_FILE, making / ORIGINS_FILE)


def _carry(
    source: Collection,
    tables: Tables,
    space: Space,
    carried: Carried,
    fresh: set[str],
    progress: Progress,
) -> None:
    known = source.tables.columns(vectors_table(source.channels[0].name), ["id", "modality"])
    total, done = known.num_rows, 0
    for modality in sorted(space.modalities):
        ids = known["id"].filter(pc.equal(known["modality"], str(modality))).to_pylist()
        ids = sorted(id_ for id_ in ids if id_ not in fresh)
        for start in range(0, len(ids), _AT_ONCE):
            some = ids[start : start + _AT_ONCE]
            progress(done, total, f"carrying vectors ({modality})")
            vectors = carried(modality, some)
            kinds = [str(modality)] * len(some)
            for channel in space.channels:
                if channel.name in vectors:
                    rows = vector_table(some, kinds, vectors[channel.name], channel)
                    upsert(tables, vectors_table(channel.name), rows)
            _mark_stale(tables, some, failed=not vectors)
            done += len(some)
    progress(total, total, "carried")


def _mark_stale(tables: Tables, ids: Sequence[str], *, failed: bool) -> None:
    rows = tables.rows("items", ids, ITEMS.names)
    said: dict[str, object] = {"size": STALE}
    if failed:
        said |= {"outcome": str(Outcome.FAILED), "reason": "it could not be encoded: index again"}
    for name, value in said.items():
        place, field = rows.schema.get_field_index(name), ITEMS.field(name)
        rows = rows.set_column(place, field, pa.array([value] * rows.num_rows, field.type))
    upsert(tables, "items", with_checksums(rows))
