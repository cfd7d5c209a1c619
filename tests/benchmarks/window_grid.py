"""Time the window's grid beside Qt's own list of icons, over as many items.

python -m tests.benchmarks.window_grid --n 100000 1000000

Writes the columns of `n` items as the worker does, and maps them in a process for each contender:
ours with pictures of 256 px in memory, as tiles and as a table; `QListView` in icon mode with
uniform sizes, laid out at once or in batches, with names only. Each opens all items, jumps to the
end, scrolls by 75 pixels at a time, shows every other item as a filter would, and selects all. A
figure ends with the last pixel painted, into a window of 1600 x 1000 without a screen; memory is
what the process grew by, of which 140 MB are ours for 700 pictures.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import psutil
import pyarrow as pa

from tests.benchmarks.report import contend, heading, table

Report: TypeAlias = dict[str, Any]

WIDTH_PX, HEIGHT_PX = 1600, 1000
STEPS = 200
KINDS = ("ours", "ours, table", "QListView", "QListView, in batches")


def write(folder: Path, n: int) -> None:
    """Write the two files that the verb `browse` writes."""
    numbers = np.arange(n)
    paths = [f"/media/{number // 1000:04}/picture-{number:07}.jpg" for number in range(n)]
    columns = {
        "id": [f"{number:032x}" for number in range(n)],
        "modality": pa.array(np.full(n, "image")).dictionary_encode(),
        "path": paths,
        "path_bytes": pa.array([path.encode() for path in paths], pa.binary()),
        "size": pa.array(numbers * 1000, pa.int64()),
        "mtime_ns": pa.array(numbers + 10**18, pa.int64()),
        "width_px": pa.array(np.full(n, 4000), pa.int32()),
        "height_px": pa.array(np.full(n, 3000), pa.int32()),
        "duration_s": pa.nulls(n, pa.float64()),
        "characters": pa.nulls(n, pa.int64()),
        "row": pa.nulls(n, pa.int64()),
        **{name: pa.nulls(n, pa.string()) for name in ("label", "split", "caption")},
    }
    marks = {
        "row": pa.array(numbers[::100], pa.int32()),
        "pick": pa.array(numbers[::100] % 3, pa.int8()),
        "stars": pa.array(numbers[::100] % 6, pa.int8()),
        "tags": pa.array([["seen"]] * len(numbers[::100])),
        "note": pa.nulls(len(numbers[::100]), pa.string()),
    }
    for name, parts in (("items", columns), ("marks", marks)):
        whole = pa.table(parts)
        with pa.OSFile(str(folder / name), "wb") as sink, pa.ipc.new_file(sink, whole.schema) as to:
            to.write_table(whole)


def measure(folder: Path, kind: str) -> Report:
    """Measure one contender."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from embedcurate_ui import theme
    from embedcurate_ui.items import Items, mapped
    from embedcurate_ui.session import Session
    from PySide6.QtWidgets import QApplication

    app = QApplication([])
    theme.apply(app, theme.Scheme.DARK)
    session = Session()
    before = _memory()
    session.items = Items(mapped(folder / "items"), mapped(folder / "marks"))
    session.rows = np.arange(len(session.items))
    view, area, select_all = _view(session, kind)

    def painted(act: Callable[[], object]) -> float:
        began = time.perf_counter()
        act()
        app.processEvents()
        area.viewport().repaint()
        return (time.perf_counter() - began) * 1e3

    bar = area.verticalScrollBar()
    report: Report = {"opened": painted(view.show)}
    report["end"] = painted(lambda: bar.setValue(bar.maximum()))
    bar.setValue(bar.maximum() // 2)
    step = 75
    scrolled = [painted(lambda: bar.setValue(bar.value() + step)) for _ in range(STEPS)]
    report["scrolled"] = float(np.median(scrolled))
    report["worst"] = float(np.percentile(scrolled, 99))

    def narrow() -> None:
        session.rows = np.arange(0, len(session.items), 2)
        session.shown.emit()

    report["filtered"] = painted(narrow)
    report["selected"] = painted(select_all)
    report["memory"] = _memory() - before
    session.end()
    return report


def _view(session: Any, kind: str) -> tuple[Any, Any, Callable[[], object]]:
    """Return a contender's widget, its scrolling area, and what selects all."""
    from PySide6.QtCore import QSize
    from PySide6.QtWidgets import QListView

    if kind.startswith("ours"):
        from embedcurate_ui.grid import GridView

        view = GridView(session)
        view.resize(WIDTH_PX, HEIGHT_PX)
        view.show_details(kind != "ours")
        _hand_out(session)
        return view, view.grid, lambda: view.grid.acts.do("select/all")
    from embedcurate_ui.grid.model import RowsModel

    listed = QListView()
    listed.setViewMode(QListView.ViewMode.IconMode)
    listed.setResizeMode(QListView.ResizeMode.Adjust)
    listed.setUniformItemSizes(True)
    listed.setGridSize(QSize(176, 210))
    listed.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
    listed.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
    if kind != "QListView":
        listed.setLayoutMode(QListView.LayoutMode.Batched)
        listed.setBatchSize(2000)
    listed.setModel(RowsModel(session, listed))
    listed.resize(WIDTH_PX, HEIGHT_PX)
    return listed, listed, listed.selectAll


def _hand_out(session: Any) -> None:
    """Have a picture in memory for each item from the middle on, as far as the scrolling goes."""
    from embedcurate_ui.grid.thumbnails import Thumbnail
    from PySide6.QtGui import QImage

    noise = np.random.default_rng(0).integers(0, 255, (192, 256, 4), np.uint8)
    for row in range(len(session.rows) // 2 - 100, len(session.rows) // 2 + 600):
        image = QImage(noise.data, 256, 192, QImage.Format.Format_RGB32).copy()
        session.thumbnails._keep(row, Thumbnail(512, image, np.empty(0, np.float32)))


def _memory() -> float:
    return float(psutil.Process().memory_info().rss) / 1e6


def rows(counts: list[int]) -> Iterator[list[object]]:
    """Measure all; yield the table's rows."""
    for n in counts:
        with tempfile.TemporaryDirectory(prefix="embedcurate-bench-") as name:
            write(Path(name), n)
            for kind in KINDS:
                found = contend("tests.benchmarks.window_grid", "--contender", kind, "--at", name)
                parts = ("opened", "end", "filtered", "selected", "scrolled", "worst", "memory")
                yield [f"{kind}, {n:,}", *(found[part] for part in parts)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--contender", choices=KINDS, help=argparse.SUPPRESS)
    parser.add_argument("--at", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.contender:
        sys.stdout.write(json.dumps(measure(asked.at, asked.contender)))
        return
    sys.stdout.write(heading("The window's grid: ms until painted, and memory") + "\n\n")
    names = ("", "open", "to the end", "filter", "select all", "scroll p50", "p99", "MB")
    sys.stdout.write(table(names, list(rows(asked.n))) + "\n")


if __name__ == "__main__":
    main()
