"""One call that writes any of the formats."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow.compute as pc

from embedcurate.collection import Collection
from embedcurate.errors import ExportError
from embedcurate.export.chosen import Chosen, choose
from embedcurate.export.coco import write_coco
from embedcurate.export.exporters import Exporter, Kind, kind_of
from embedcurate.export.grouping import split_up
from embedcurate.export.guarding import require_room, spare_originals
from embedcurate.export.job import Job
from embedcurate.export.labelstudio import write_tasks
from embedcurate.export.lists import write_list
from embedcurate.export.manifest import manifest
from embedcurate.export.originals import Originals
from embedcurate.export.plugin import ExporterPlugin
from embedcurate.export.report import ExportReport
from embedcurate.export.shards import write_shards
from embedcurate.export.target import (
    ITEMS_NAME,
    MANIFEST_NAME,
    check,
    manifest_beside,
    replacing,
)
from embedcurate.export.trees import write_copies, write_hugging_face, write_links
from embedcurate.filters import All, Filter
from embedcurate.formats import Format, SplitBy, format_of
from embedcurate.progress import Progress, ignore
from embedcurate.spaces.encoder import Channel

__all__ = ["export"]


def export(
    collection: Collection,
    out: Path,
    *,
    format: str | ExporterPlugin | None = None,  # noqa: A002 - as the command line has it
    ids: Sequence[str] | None = None,
    where: Filter = All(),  # noqa: B008 - frozen
    splits: Mapping[str, float] | None = None,
    split_by: SplitBy = SplitBy.GROUP,
    overwrite: bool = False,
    dry_run: bool = False,
    spreadsheet_safe: bool = False,
    with_vectors: Sequence[str] = (),
    recipe: str | None = None,
    shard_bytes: int = 1 << 30,
    random_state: int = 0,
    progress: Progress = ignore,
) -> ExportReport:
    """Write items to `out`, which appears whole or not at all, with a manifest.

    Originals are only read. Where their bytes are exported or pointed to by a folder's format, an
    item whose original has changed or vanished since it was indexed is left out and reported.

    Parameters
    ----------
    format
        What to write: one of `Format` or the name of a plugin's format; by default the list that
        the suffix of `out` stands for.
    ids, where
        Which of the `ok` items: these, in their order, and of them those that match.
    splits, split_by
        Split -> share. Duplicates never straddle two splits; with `SplitBy.CLUSTER` neither do
        clusters, with `SplitBy.LABEL` each label is divided alike. Adding items later leaves
        nearly all others where they are. Without `splits`, items keep the split that they have.
    overwrite
        Replace an earlier export; a folder only if no one else has put a file into it.
    dry_run
        Check everything, count, and write nothing.
    spreadsheet_safe
        In CSV, put ' before what a spreadsheet would take for a formula (OWASP, CSV injection).
    with_vectors
        Channels that a Parquet list gets a column `vector_CHANNEL` of.
    recipe
        The story of the list, which the manifest keeps.
    shard_bytes
        How large a WebDataset shard may get.

    Raises
    ------
    TargetExists
        If `out` exists and `overwrite` is false.
    ExportError
        If `out` can't or must not be written, its disk is too full, or the format can't hold the
        items.
    PluginUnavailable
        If a plugin's format can't be used, or fails; nothing is left then.
    Cancelled
        If `progress` raises it; nothing is left then.
    """
    kind = kind_of(format or format_of(out))
    target, folder = Path(os.path.abspath(out)), not kind.is_list  # noqa: PTH100 - links stay
    channels = _channels(collection, kind, with_vectors)
    if spreadsheet_safe and kind is not Format.CSV:
        raise ExportError(f"Only csv is read by spreadsheets as such, not '{kind}'.")
    check(target, folder=folder, overwrite=overwrite)
    version = collection.contents()
    chosen = choose(collection, kind, ids, where)
    spare_originals(collection, target, folder=folder)
    splitting, split_of, notes = _splits(chosen, splits, split_by, random_state)
    needed = _bytes(chosen, kind, channels)
    require_room(target, needed)
    if dry_run:
        files = _file_count(chosen, kind, needed, shard_bytes)
        counts = _counted(split_of)
        return ExportReport(
            out,
            str(kind),
            len(chosen),
            needed,
            files,
            counts,
            chosen.left_out,
            (),
            notes,
            dry_run=True,
        )

    with replacing(target, folder=folder, overwrite=overwrite) as fresh:
        job = Job(chosen, split_of, fresh, progress)
        if isinstance(kind, Exporter):
            files_ = _write_by(kind, job, fresh, target)
            beside = fresh / MANIFEST_NAME if folder else manifest_beside(fresh)
        elif folder:
            files_, note = _write_folder(job, kind, shard_bytes)
            notes += note
            beside = fresh / MANIFEST_NAME
        else:
            write_list(job, fresh, kind, spreadsheet_safe=spreadsheet_safe, channels=channels)
            files_, beside = [target.name], manifest_beside(fresh)
        told = manifest(
            job,
            kind,
            version=version,
            where=where,
            recipe=recipe,
            splitting=splitting,
            files=files_,
        )
        beside.write_text(json.dumps(told, indent=1) + "\n", encoding="ascii")
        sizes = _sizes(fresh) if folder else [fresh.stat().st_size, beside.stat().st_size]
    return ExportReport(
        out,
        str(kind),
        len(job.exported),
        sum(sizes),
        len(sizes),
        _counted([split_of[number] for number in job.exported]),
        chosen.left_out,
        tuple(job.failures),
        notes,
    )


def _channels(collection: Collection, kind: Kind, names: Sequence[str]) -> list[Channel]:
    known = {channel.name: channel for channel in collection.channels}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise ExportError(
            f"The collection has no channel '{unknown[0]}'. There are: {', '.join(known)}."
        )
    if names and kind is not Format.PARQUET:
        raise ExportError(f"'{kind}' can't hold vectors. Export as parquet.")
    return [known[name] for name in dict.fromkeys(names)]


def _splits(
    chosen: Chosen, shares: Mapping[str, float] | None, by: SplitBy, random_state: int
) -> tuple[dict[str, Any] | None, list[str | None], tuple[str, ...]]:
    """Return what the manifest says of the splits, each item's, and sentences for the user."""
    if shares is None:
        return None, [split or None for split in chosen.column("split").to_pylist()], ()
    splits, told = split_up(chosen, shares, by=by, random_state=random_state)
    notes: tuple[str, ...] = ()
    if told["duplicates"] is None:
        notes = (
            "Only identical files were kept in one split: no duplicates have been looked for. "
            "Run: embedcurate duplicates",
        )
    elif not told["duplicates"]["current"]:
        notes = (
            "The duplicates that were kept in one split are those of an earlier version of the "
            "collection. Run: embedcurate duplicates",
        )
    return told, [splits.names[code] for code in splits.codes.tolist()], notes


def _write_by(kind: Exporter, job: Job, fresh: Path, target: Path) -> list[str]:
    """Let a plugin write; return its files beside those of the items."""
    if kind.is_list:
        with Originals.of(_table_rows(job), fresh.parent) as job.originals:
            kind.write(job, fresh, target)
        if not fresh.is_file():
            raise ExportError(f"The format '{kind}' has written nothing to '{target}'.")
        return [target.name]
    with (
        Originals.of(_table_rows(job), fresh) as job.originals,
        (fresh / ITEMS_NAME).open("x", encoding="ascii") as job.items_file,
    ):
        kind.write(job, fresh, target)
    with (fresh / ITEMS_NAME).open(encoding="ascii") as lines:
        told = {ITEMS_NAME, *(json.loads(line)["file"] for line in lines)}
    files = (path.relative_to(fresh).as_posix() for path in fresh.rglob("*") if not path.is_dir())
    return sorted(name for name in files if name not in told)


def _table_rows(job: Job) -> Iterator[tuple[bytes, int, str]]:
    return ((path, row, id_) for id_, path, row in job.chosen.places() if row is not None)


def _write_folder(job: Job, kind: Format, shard_bytes: int) -> tuple[list[str], tuple[str, ...]]:
    with (
        Originals.of(_table_rows(job), job.folder) as job.originals,
        (job.folder / ITEMS_NAME).open("x", encoding="ascii") as job.items_file,
    ):
        match kind:
            case Format.IMAGEFOLDER | Format.AUDIOFOLDER:
                return write_hugging_face(job), ()
            case Format.WEBDATASET:
                return write_shards(job, shard_bytes=shard_bytes), ()
            case Format.COCO:
                return write_coco(job), ()
            case Format.LABELSTUDIO:
                files, note = write_tasks(job)
                return files, (note,)
            case Format.SYMLINK:
                return write_links(job), ()
            case _:
                return write_copies(job), ()


def _bytes(chosen: Chosen, kind: Kind, channels: Sequence[Channel]) -> int:
    """Return how many bytes of originals and vectors the export will hold."""
    if not kind.copies:
        return sum(channel.dimension for channel in channels) * 4 * len(chosen)
    is_row = pc.is_valid(chosen.column("row"))
    sizes = pc.if_else(is_row, chosen.column("characters"), chosen.column("size"))
    return pc.sum(sizes).as_py() or 0


def _file_count(chosen: Chosen, kind: Kind, needed: int, shard_bytes: int) -> int:
    if kind is Format.WEBDATASET:
        return -(-needed // shard_bytes)
    return len(chosen) if kind.copies or kind is Format.SYMLINK else 1


def _counted(splits: Sequence[str | None]) -> dict[str, int]:
    names = [split for split in splits if split is not None]
    return {name: names.count(name) for name in sorted(set(names))}


def _sizes(folder: Path) -> list[int]:
    return [
        os.lstat(os.path.join(parent, name)).st_size  # noqa: PTH118 - many files
        for parent, _, names in os.walk(folder)
        for name in names
    ]
