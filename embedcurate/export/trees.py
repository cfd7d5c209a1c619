"""Folders of files: copies, links, and the folders that Hugging Face's `datasets` loads."""

import json
import os
import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO

import pyarrow as pa

from embedcurate.export.job import Entry, Job
from embedcurate.export.naming import distinct, extension, relative_names

__all__ = ["split_folders", "write_copies", "write_hugging_face", "write_links"]

_METADATA = "metadata.jsonl"
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def split_folders(job: Job, *, alone: str, taken: tuple[str, ...] = ()) -> dict[str | None, str]:
    """Return split -> the folder it gets; `alone` is for items without one if no item has one."""
    named = {split for split in job.splits if split is not None}
    folders: dict[str | None, str] = {}
    folders.update(distinct(named, taken=(*taken, "unsplit")))
    folders[None] = "unsplit" if named else alone
    return folders


def write_copies(job: Job) -> list[str]:
    """Copy the originals, in the folders they are in."""
    for entry, name in _named(job):
        if job.copied(entry, name):
            job.done(entry, name)
    return []


def write_links(job: Job) -> list[str]:
    """Link to the originals; rows of tables, which have no file, are written as texts."""
    for entry, name in _named(job):
        if entry.item.row is not None:
            if job.copied(entry, name):
                job.done(entry, name)
        elif job.read(entry, len):
            os.symlink(entry.item.path, job.place(name))  # noqa: PTH211 - as the bytes are
            job.done(entry, name)
    return []


def _named(job: Job) -> Iterator[tuple[Entry, str]]:
    names = relative_names(job.chosen.places())
    folders = split_folders(job, alone="")
    for entry in job.entries():
        folder = folders[entry.split]
        yield entry, f"{folder}/{names[entry.item.id]}" if folder else names[entry.item.id]


def write_hugging_face(job: Job) -> list[str]:
    """Write an imagefolder or audiofolder: a folder a split, each with its metadata.jsonl.

    Files are named by their ids, since `datasets` looks for the names of splits in all names.
    Absent texts are empty, as a column that is null in one split only could not be loaded. Where a
    text could be taken for a date, which may differ from split to split as well, all metadata are
    Parquet instead.
    """
    folders = split_folders(job, alone="train")
    others: dict[str, str] = {}
    dated = False
    with ExitStack() as stack:
        files: dict[str, IO[str]] = {}
        for entry in job.entries():
            folder = folders[entry.split]
            name = job.named_by_id(entry, folder, extension(entry.item))
            if not job.copied(entry, name):
                continue
            if folder not in files:
                others[folder] = f"{folder}/{_METADATA}"
                path = job.place(others[folder])
                files[folder] = stack.enter_context(path.open("x", encoding="ascii"))
            line = {"file_name": name.removeprefix(f"{folder}/"), **entry.described()}
            files[folder].write(json.dumps(line) + "\n")
            dated |= any(_DATE.match(text) for text in line.values() if isinstance(text, str))
            job.done(entry, name)
    if dated:
        others = {folder: _typed(job.folder / name, job.folder) for folder, name in others.items()}
    (job.folder / "README.md").write_text(_card(sorted(others)), encoding="utf-8")
    return [*sorted(others.values()), "README.md"]


def _typed(lines: Path, folder: Path) -> str:
    """Put Parquet, in which texts are texts, in the place of JSON lines; return its name."""
    import pyarrow.parquet

    with lines.open(encoding="ascii") as file:
        table = pa.Table.from_pylist([json.loads(line) for line in file])
    typed = lines.with_suffix(".parquet")
    pyarrow.parquet.write_table(table, typed)
    lines.unlink()
    return typed.relative_to(folder).as_posix()


def _card(folders: list[str]) -> str:
    """Return the head of a dataset card, which names the splits' folders for `load_dataset`."""
    lines = ["---", "configs:", "- config_name: default", "  data_files:"]
    for folder in folders:
        name = re.sub(r"\W", "_", folder)
        lines += [f"  - split: {name}", f"    path: {json.dumps(folder + '/**')}"]
    return "\n".join([*lines, "---", ""])
