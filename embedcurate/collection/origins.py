"""Where the items of a collection came from: the sources of each `index`, to look there again.

`COLLECTION/sources.json` lists them. Without the file, an old collection has none.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from embedcurate.collection.settings import write_whole
from embedcurate.errors import CollectionDamaged
from embedcurate.items import Modality

__all__ = ["ORIGINS_FILE", "Origin", "Origins"]

ORIGINS_FILE = "sources.json"


@dataclass(frozen=True, slots=True)
class Origin:
    """What was indexed together; `captions`, `labels` and `split` are those of `Annotations`."""

    sources: tuple[Path, ...]
    modalities: frozenset[Modality] = frozenset(Modality)
    captions: str | None = None
    labels: str | None = None
    split: str | None = None

    def as_document(self) -> dict[str, Any]:
        """Return the arguments of the worker's verb `index`."""
        return {
            **asdict(self),
            "sources": [str(source) for source in self.sources],
            "modalities": sorted(self.modalities),
        }


class Origins:
    """The sources of a collection, those indexed last at the end."""

    def __init__(self, collection: Path) -> None:
        self._collection = collection

    def all(self) -> tuple[Origin, ...]:
        """Return them; raise `CollectionDamaged` if the file can't be read."""
        path = self._collection / ORIGINS_FILE
        try:
            return tuple(_read(told) for told in json.loads(path.read_bytes()))
        except FileNotFoundError:
            return ()
        except (ValueError, KeyError, TypeError) as error:
            raise CollectionDamaged(self._collection, f"{ORIGINS_FILE} can't be read") from error

    def remember(self, origin: Origin) -> None:
        """Put `origin` in the place of those whose sources it has all.

        Raises `CollectionReadOnly` or `DiskFull`.
        """
        kept = self.all()
        if kept[-1:] == (origin,):
            return
        covered = set(origin.sources)
        left = [other for other in kept if not covered.issuperset(other.sources)]
        document = [one.as_document() for one in (*left, origin)]
        write_whole(self._collection, ORIGINS_FILE, json.dumps(document).encode())


def _read(told: Any) -> Origin:
    sources: Sequence[str] = told["sources"]
    return Origin(
        tuple(map(Path, sources)),
        frozenset(map(Modality, told["modalities"])),
        *(told[name] for name in ("captions", "labels", "split")),
    )
