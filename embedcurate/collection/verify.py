"""Read all of a collection and say what is not as it was stored."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from embedcurate.collection import fulltext
from embedcurate.collection.files import LOG
from embedcurate.collection.journal import Journal
from embedcurate.collection.ledger import changed_files
from embedcurate.collection.salvage import Salvage
from embedcurate.collection.schema import (
    CAPTIONS,
    schemas,
    segmented,
    segments_table,
    vectors_table,
)
from embedcurate.collection.settings import FILE_NAME, Settings, read_settings
from embedcurate.collection.tables import Tables
from embedcurate.errors import CollectionDamaged
from embedcurate.items import Modality, Outcome
from embedcurate.progress import Progress, ignore
from embedcurate.spaces.encoder import Channel

__all__ = ["Finding", "VerifyReport", "verify", "without_vectors"]

_SAMPLE = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong with a table; `ids` is a sample of the rows concerned."""

    table: str
    what: str
    rows: int = 0
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What was read of a collection and what is wrong with it."""

    rows: int
    findings: tuple[Finding, ...]

    @property
    def is_whole(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings


def verify(path: Path, *, progress: Progress = ignore) -> VerifyReport:
    """Read every file and every row of the collection at `path`; nothing is changed.

    Detects any byte that changed in a file since the writer closed, rows that are not what was
    stored, duplicate ids, and rows that belong to no item or that an item lacks. Verify while
    nothing writes: what a writer is in the middle of looks unfinished.

    Raises `NotACollection` or `CollectionVersionError`.
    """
    path = path.absolute()
    try:
        settings = read_settings(path)
    except CollectionDamaged as error:
        return VerifyReport(0, (Finding(FILE_NAME, str(error)),))
    tables = Tables(path)
    findings = [
        Finding(_table_of(tables, file), f"the file {file.name} is not what was written")
        for file in changed_files(tables, progress)
    ]
    expected = schemas(settings.channels, settings.storage)
    rows = 0
    # Lance may abort the process on a file with altered bytes: such tables are not read.
    altered = {finding.table for finding in findings}
    for name in sorted({*expected, *tables.names()} - altered):
        count, found = _verify_table(tables, name, expected.get(name), progress)
        rows += count
        findings += found
    findings += _verify_log(path, progress)
    # Tables that can't be read as a whole can't be compared with each other either.
    if not {finding.table for finding in findings} & set(expected):
        findings += _verify_links(tables, settings)
    progress(rows, rows, "verified")
    return VerifyReport(rows, tuple(findings))


def without_vectors(tables: Tables, settings: Settings) -> set[str]:
    """Return the ids of `ok` items that lack a vector which their modality should have."""
    items = _ok_items(tables)
    lacking: set[str] = set()
    for channel in settings.channels:
        living = pa.array(sorted(map(str, channel.modalities)))
        ids = items["id"].filter(pc.is_in(items["modality"], value_set=living))
        there = tables.columns(vectors_table(channel.name), ["id"])["id"]
        lacking.update(ids.filter(pc.invert(pc.is_in(ids, value_set=there))).to_pylist())
    return lacking


def _ok_items(tables: Tables) -> pa.Table:
    items = tables.columns("items", ["id", "modality", "outcome"])
    return items.filter(pc.equal(items["outcome"], str(Outcome.OK)))


def _verify_table(
    tables: Tables, name: str, schema: pa.Schema | None, progress: Progress
) -> tuple[int, list[Finding]]:
    try:
        table = tables.open(name)
        if schema is not None and not table.schema.equals(schema):
            return 0, [Finding(name, "its columns are not those of this format version")]
        salvage = Salvage(tables.collection, table)
        for batch in salvage.batches(progress, f"reading {name}"):
            if name == "items":
                _check_values(tables.collection, batch)
        if name == "texts":
            fulltext.match(tables, "the", phrase=False, limit=1)
    except CollectionDamaged as error:
        return 0, [Finding(name, str(error.__cause__ or error))]
    found = []
    if salvage.unreadable:
        found.append(Finding(name, "rows can't be read", salvage.unreadable))
    if salvage.altered:
        what = "rows are not what was stored"
        found.append(Finding(name, what, salvage.altered, tuple(salvage.altered_ids)))
    if salvage.repeated:
        what = "rows have an id that another row has"
        found.append(Finding(name, what, salvage.repeated, tuple(salvage.repeated_ids)))
    return salvage.rows, found


def _check_values(collection: Path, items: pa.Table) -> None:
    for name, allowed in (("modality", Modality), ("outcome", Outcome)):
        odd = set(items[name].to_pylist()) - set(map(str, allowed))
        if odd:
            raise CollectionDamaged(collection, f"items have the {name} {sorted(map(str, odd))}")


def _verify_log(path: Path, progress: Progress) -> list[Finding]:
    damage = Journal(path).damage(progress)
    findings = [
        Finding(LOG, f"lines of {file.name} are not what was written", count)
        for file, count in damage.lines.items()
    ]
    lost = sum(last - first + 1 for first, last in damage.lost)
    return findings + ([Finding(LOG, "entries are gone", lost)] if lost else [])


def _verify_links(tables: Tables, settings: Settings) -> list[Finding]:
    findings = []
    lacking = without_vectors(tables, settings)
    if lacking:
        findings.append(_about("items", "items lack a vector", lacking))
    items = tables.columns("items", ["id"])["id"]
    for name, key in _parts(settings.channels):
        keys = pc.unique(tables.columns(name, [key])[key])
        orphans = keys.filter(pc.invert(pc.is_in(keys, value_set=items))).to_pylist()
        if orphans:
            findings.append(_about(name, "rows belong to no item", orphans))
    return findings


def _parts(channels: Sequence[Channel]) -> list[tuple[str, str]]:
    names = [CAPTIONS, *(vectors_table(channel.name) for channel in channels)]
    cut = [segments_table(channel.name) for channel in segmented(channels)]
    return [*((name, "id") for name in names), *((name, "item") for name in (*cut, "texts"))]


def _about(table: str, what: str, ids: Iterable[str]) -> Finding:
    ordered = sorted(ids)
    return Finding(table, what, len(ordered), tuple(ordered[:_SAMPLE]))


def _table_of(tables: Tables, file: Path) -> str:
    return file.relative_to(tables.folder).parts[0].removesuffix(".lance")
