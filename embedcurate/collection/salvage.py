"""Read what can be read of a table that is partly damaged."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from embedcurate.collection.checksums import damaged
from embedcurate.collection.tables import Lance, translated
from embedcurate.errors import CollectionDamaged
from embedcurate.progress import Progress

__all__ = ["Salvage"]

_AT_ONCE = 8192
_PROBES = 16
_SAMPLE = 5


@dataclass(slots=True)
class Salvage:
    """One pass over a table of the collection at `collection`; the counts grow as it goes."""

    collection: Path
    table: Lance
    rows: int = 0
    unreadable: int = 0
    altered: int = 0
    repeated: int = 0
    altered_ids: list[str] = field(default_factory=list)
    repeated_ids: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    @property
    def is_whole(self) -> bool:
        """Whether every row could be read, is what was stored, and is there once."""
        return not (self.unreadable or self.altered or self.repeated)

    def batches(self, progress: Progress, doing: str) -> Iterator[pa.Table]:
        """Yield the rows that are whole, each id once."""
        with translated(self.collection):
            self.rows = int(self.table.count_rows())
        for start in range(0, self.rows, _AT_ONCE):
            progress(start, self.rows, doing)
            for part in self._readable(start, min(start + _AT_ONCE, self.rows)):
                yield self._whole(part)

    def _readable(self, start: int, stop: int) -> Iterator[pa.Table]:
        """Yield what can be read of a range of rows, by halving it around what can't."""
        found = self._read(start, stop)
        if found is not None:
            yield found
            return
        places = np.unique(np.linspace(start, stop - 1, _PROBES, dtype=int))
        # Where no probe can be read, a page or a file is gone: a million rows need not be tried.
        if stop - start == 1 or all(self._read(p, p + 1) is None for p in places.tolist()):
            self.unreadable += stop - start
            return
        middle = (start + stop) // 2
        yield from self._readable(start, middle)
        yield from self._readable(middle, stop)

    def _read(self, start: int, stop: int) -> pa.Table | None:
        try:
            with translated(self.collection):
                query = self.table.search().offset(start).limit(stop - start)
                found = query.to_arrow()
                found.validate(full=True)
        except (CollectionDamaged, pa.ArrowException):
            return None
        return found

    def _whole(self, rows: pa.Table) -> pa.Table:
        keep = np.ones(rows.num_rows, bool)
        if "checksum" in rows.column_names:
            keep = ~damaged(rows)
            self.altered += int((~keep).sum())
            if "id" in rows.column_names:
                self._note(self.altered_ids, rows["id"].filter(pa.array(~keep)))
        if "id" in rows.column_names:
            for place, id_ in enumerate(rows["id"].to_pylist()):
                if keep[place] and id_ in self.seen:
                    keep[place] = False
                    self.repeated += 1
                    self._note(self.repeated_ids, [id_])
                elif keep[place]:
                    self.seen.add(id_)
        return rows.filter(pa.array(keep))

    def _note(self, sample: list[str], ids: pa.ChunkedArray | list[str]) -> None:
        found = ids if isinstance(ids, list) else pc.drop_null(ids).to_pylist()
        sample += found[: _SAMPLE - len(sample)] if len(sample) < _SAMPLE else []
