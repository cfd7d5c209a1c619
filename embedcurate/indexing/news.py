"""What the sources of a collection hold that it does not know yet."""

import os
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from embedcurate.collection import Collection
from embedcurate.items import item_id
from embedcurate.progress import Progress, ignore
from embedcurate.sources import Annotations, Scan, find
from embedcurate.tables import TABLE_SUFFIXES

__all__ = ["count_new", "folders_of"]

_AT_ONCE = 1000


def count_new(collection: Collection, *, progress: Progress = ignore) -> int:
    """Count the files in the remembered sources that are no items yet; nothing of them is read.

    A source that has gone is left out: its disk may not be plugged in.
    """
    collection.catalogue.refresh()
    new = seen = 0
    for origin in collection.origins.all():
        there = [source for source in origin.sources if source.exists()]
        told = Annotations(origin.captions, origin.labels, origin.split)
        found = find(there, Scan(), modalities=origin.modalities, annotations=told)
        while some := list(islice(found, _AT_ONCE)):
            progress(seen, None, "looking for new files")
            # A table's items are its rows.
            ids = [
                item_id(one.path, 0 if one.path.suffix.lower() in TABLE_SUFFIXES else None)
                for one in some
            ]
            new += int((collection.catalogue.rows_of(ids) < 0).sum())
            seen += len(some)
    return new


def folders_of(
    sources: Sequence[Path], *, most: int, progress: Progress = ignore
) -> list[tuple[Path, float]]:
    """Return the first `most` folders of sources, level by level: each and when it last changed.

    Those that have gone, or that may not be read, are left out.
    """
    found: list[tuple[Path, float]] = []
    level = list(sources)
    while level:
        below = []
        for folder in level:
            if len(found) == most:
                return found
            progress(len(found), None, "looking for folders")
            try:
                with os.scandir(folder) as entries:
                    below += [Path(entry.path) for entry in entries if entry.is_dir()]
                found.append((folder, folder.stat().st_mtime))
            except OSError:
                continue
        level = sorted(below)
    return found
