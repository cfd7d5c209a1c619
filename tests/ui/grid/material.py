"""Items that were never indexed, as many as a test wants."""

import os
from pathlib import Path

import numpy as np
import pyarrow as pa
from embedcurate_ui.items import MODALITIES, Items
from embedcurate_ui.session import Session

__all__ = ["items_of", "show"]


def items_of(names: list[str] | int, folder: Path = Path("/media")) -> Items:
    """Return items of these names, or so many of them: images, texts and audio in turn."""
    if isinstance(names, int):
        names = [f"item-{number:07}.bin" for number in range(names)]
    count = len(names)
    paths = [os.fsencode(folder / name) for name in names]
    kinds = [MODALITIES[number % 3] for number in range(count)]

    def only(kind: str, value: float, of: pa.DataType) -> pa.Array:
        return pa.array([value if one == kind else None for one in kinds], of)

    return Items(
        pa.table(
            {
                "id": [f"{number:032x}" for number in range(count)],
                "modality": pa.array(kinds),
                "path": [path.decode(errors="replace") for path in paths],
                "path_bytes": pa.array(paths, pa.binary()),
                "row": pa.array(
                    [number if "table" in names[number] else None for number in range(count)],
                    pa.int64(),
                ),
                "size": pa.array(np.arange(count) * 1000, pa.int64()),
                "mtime_ns": pa.array(np.full(count, 10**18), pa.int64()),
                "width_px": only("image", 640, pa.int32()),
                "height_px": only("image", 480, pa.int32()),
                "duration_s": only("audio", 75.5, pa.float64()),
                "characters": only("text", 1200, pa.int64()),
                "label": pa.nulls(count, pa.string()),
                "split": pa.nulls(count, pa.string()),
                "caption": pa.nulls(count, pa.string()),
            }
        )
    )


def show(session: Session, names: list[str] | int, **parts: Path) -> Session:
    """Give a session such items, all shown; no collection, so no worker starts."""
    session.items = items_of(names, **parts)
    session.rows = np.arange(len(session.items))
    session.opened.emit()
    session.shown.emit()
    return session
