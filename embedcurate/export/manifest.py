"""What an export says of itself, so that it can be told where its items come from."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa
from blake3 import blake3

import embedcurate
from embedcurate.clauses import clauses
from embedcurate.collection.selections import list_digest
from embedcurate.export.exporters import Exporter, Kind
from embedcurate.export.job import Job
from embedcurate.filters import Filter

__all__ = ["manifest"]


def manifest(
    job: Job,
    kind: Kind,
    *,
    version: str,
    where: Filter,
    recipe: str | None,
    splitting: Mapping[str, Any] | None,
    files: list[str],
) -> dict[str, Any]:
    """Return the manifest: the same for the same export, `created` apart.

    `version` is the collection's at the start. `list` follows from the ids in order, as a
    selection's digest does, and `contents` from the ids and the contents.
    """
    settings = job.chosen.collection.settings
    exported = np.array(job.exported, np.int64)
    ids = job.chosen.ids
    modalities = job.chosen.column("modality").take(pa.array(exported)).to_pylist()
    splits = Counter(job.splits[number] for number in job.exported)
    return {
        "embedcurate": embedcurate.__version__,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "format": str(kind),
        **({"plugin": kind.origin} if isinstance(kind, Exporter) else {}),
        "items": len(exported),
        "list": list_digest(ids[number] for number in job.exported),
        "contents": job.digest.hexdigest(),
        "collection": {
            "version": version,
            "space": settings.space,
            "encoders": dict(settings.fingerprints),
            "created": settings.created,
        },
        "filter": clauses(where),
        "recipe": recipe,
        "recipe_blake3": None if recipe is None else blake3(recipe.encode()).hexdigest(),
        "modalities": dict(sorted(Counter(modalities).items())),
        "splits": {
            name: {"items": count, "share": round(count / len(exported), 6)}
            for name, count in sorted(splits.items(), key=lambda one: one[0] or "")
            if name is not None
        },
        "splitting": splitting,
        "left_out": dict(job.chosen.left_out),
        "failures": [{"id": one.id, "reason": one.reason} for one in job.failures],
        "files": files,
    }
