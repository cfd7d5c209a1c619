"""A collection's successor in another space: all that the user made of it, with other vectors."""

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
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
from embedcurate.collection.schema import (
    CAPTIONS,
    ITEMS,
    schemas,
    segmented,
    segments_table,
    shared_of,
    vectors_table,
)
from embedcurate.collection.selections import SELECTIONS_FOLDER
from embedcurate.collection.settings import write_settings
from embedcurate.collection.storage import unit_rows_of, vector_column
from embedcurate.collection.tables import Tables, translated
from embedcurate.collection.upsert import upsert
from embedcurate.errors import FolderNotEmpty
from embedcurate.items import Modality, Outcome
from embedcurate.progress import Progress
from embedcurate.spaces.encoder import SHARED, Vectors
from embedcurate.spaces.space import Space

__all__ = ["Mapped", "Projected", "fill_mapped", "fill_projected", "succeed"]

_KEPT_TABLES = ("items", "marks", "decisions", "texts")
_AT_ONCE = 10_000

Mapped = Callable[[Modality, Sequence[str]], dict[str, Vectors]]
"""(modality, ids) -> channel of the new space -> (len(ids), d) float32 unit rows; or nothing."""

Projected = Callable[[str, Vectors], Vectors]
"""(channel, (n, d) float32 unit rows) -> (n, k) float32 unit rows."""


def succeed(
    source: Collection, target: Path, space: Space, fill: Callable[[Collection], None]
) -> Collection:
    """Make the collection `target` in `space`, with the items, marks and selections of `source`.

    `fill` is given it without a vector, and writes them. Results are not carried. `source` stays
    as it is, and is held for writing meanwhile. `target` appears when it is whole.

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
        for name, schema in schemas(space.channels, settings.storage).items():
            if name not in _KEPT_TABLES:
                tables.create(name, schema)
        fill(Collection.open(making))
    with translated(target):
        for name in (LOCK_NAME, HOLDER_NAME):
            (making / name).unlink(missing_ok=True)
        if target.exists():
            target.rmdir()
        making.rename(target)
    return Collection.open(target)


def fill_mapped(
    source: Collection,
    made: Collection,
    mapped: Mapped,
    encoded: Sequence[Encoded],
    progress: Progress,
) -> None:
    """Give `made` the vectors of `encoded`, and for all other items what `mapped` gives.

    Those are marked, so that indexing again encodes them; items of which it gives nothing have
    failed. The parts of long items and captions' vectors are left to indexing.
    """
    fresh = {one.item.id for one in encoded}
    modalities = frozenset[Modality]().union(*(one.modalities for one in made.channels))
    for modality, ids in _pages(source, modalities, fresh, progress):
        vectors = mapped(modality, ids)
        for channel in made.channels:
            if channel.name in vectors:
                kinds = [str(modality)] * len(ids)
                storage = made.settings.storage
                rows = vector_table(ids, kinds, vectors[channel.name], channel, storage)
                upsert(made.tables, vectors_table(channel.name), rows)
        _mark_stale(made.tables, ids, failed=not vectors)
    with made.writer(doing="embedcurate move") as writer:
        writer.store(encoded)


def fill_projected(
    source: Collection, made: Collection, projected: Projected, progress: Progress
) -> None:
    """Give `made` all vectors of `source`, of parts and captions too, as `projected` changes them.

    The channels are those of `source`.
    """
    named = [(vectors_table(channel.name), channel) for channel in made.channels]
    named += [(segments_table(channel.name), channel) for channel in segmented(made.channels)]
    named.append((CAPTIONS, shared_of(made.channels)))
    for done, (name, channel) in enumerate(named):
        progress(done, len(named), f"projecting {name}")
        schema = made.tables.open(name).schema
        ids = sorted(source.tables.columns(name, ["id"])["id"].to_pylist())
        for start in range(0, len(ids), _AT_ONCE):
            rows = source.tables.rows(name, ids[start : start + _AT_ONCE], schema.names)
            fewer = projected(channel.name, unit_rows_of(rows["vector"]))
            column = vector_column(fewer, channel.dimension, made.settings.storage)
            place = rows.schema.get_field_index("vector")
            rows = rows.set_column(place, schema.field("vector"), column)
            upsert(made.tables, name, with_checksums(rows))
    progress(len(named), len(named), "projected")


def _copy(source: Path, making: Path) -> None:
    for name in _KEPT_TABLES:
        shutil.copytree(source / LANCE / f"{name}.lance", making / LANCE / f"{name}.lance")
    (making / LOG).mkdir()
    for folder in (Path(LOG) / JOURNAL, Path(SELECTIONS_FOLDER)):
        if (source / folder).exists():
            shutil.copytree(source / folder, making / folder)
    if (source / ORIGINS_FILE).exists():
        shutil.copy2(source / ORIGINS_FILE, making / ORIGINS_FILE)


def _pages(
    source: Collection, modalities: Iterable[Modality], fresh: set[str], progress: Progress
) -> Iterator[tuple[Modality, list[str]]]:
    known = source.tables.columns(vectors_table(SHARED), ["id", "modality"])
    total, done = known.num_rows, 0
    for modality in sorted(modalities):
        ids = known["id"].filter(pc.equal(known["modality"], str(modality))).to_pylist()
        ids = sorted(id_ for id_ in ids if id_ not in fresh)
        for start in range(0, len(ids), _AT_ONCE):
            progress(done, total, f"mapping vectors ({modality})")
            yield modality, ids[start : start + _AT_ONCE]
            done += len(ids[start : start + _AT_ONCE])
    progress(total, total, "mapped")


def _mark_stale(tables: Tables, ids: Sequence[str], *, failed: bool) -> None:
    rows = tables.rows("items", ids, ITEMS.names)
    said: dict[str, object] = {"size": STALE}
    if failed:
        said |= {"outcome": str(Outcome.FAILED), "reason": "it could not be encoded: index again"}
    for name, value in said.items():
        place, field = rows.schema.get_field_index(name), ITEMS.field(name)
        rows = rows.set_column(place, field, pa.array([value] * rows.num_rows, field.type))
    upsert(tables, "items", with_checksums(rows))
