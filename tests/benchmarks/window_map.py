"""Measure the map of the window: repainting, moving, re-colouring, lasso, memory.

python -m tests.benchmarks.window_map --points 100000 1000000

Points lie in 40 groups, in a window of 1600 by 1000. Ours is the real view over a real session, of
which only the items were not indexed; its figures are what the user waits for, so they include the
thread that draws. A stall is the longest time that the GUI thread left a timer of 1 ms waiting, in
which other processes and the thread that draws have their part; what the thread itself worked at
once is told beside it. The other one is pyqtgraph's ScatterPlotItem with one brush, in a process of
its own: 3 px squares without outlines, the cheapest that it draws.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import psutil
from embedcurate_ui import theme
from embedcurate_ui.map import MapView
from embedcurate_ui.map.canvas import MapCanvas
from embedcurate_ui.map.viewport import Viewport
from embedcurate_ui.session import Session
from PySide6.QtWidgets import QApplication, QWidget

from tests.benchmarks.event_loop import Stalls, until
from tests.benchmarks.report import contend, heading, table
from tests.ui.map.material import clusters_of, groups, items_of, map_of, show

WIDTH_PX, HEIGHT_PX = 1600, 1000
GROUPS = 40
LASSOED = 200_000


def median_ms(do: Callable[[], object], times: int = 15) -> float:
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        do()
        taken.append(time.perf_counter() - began)
    return float(np.median(taken)) * 1000


def resident_mb() -> int:
    return round(int(psutil.Process().memory_info().rss) / 1e6)


def painted(widget: QWidget) -> None:
    """Paint a widget as the window system would have it painted."""
    widget.repaint()
    QApplication.processEvents()


def ours(points: int) -> dict[str, float]:
    app = QApplication(sys.argv[:1])
    theme.apply(app, "dark")
    figures: dict[str, float] = {}

    def stalled(of: str, stalls: Stalls) -> None:
        figures[f"  longest stall of it {of}"] = stalls.longest_ms
        figures[f"  the thread worked at once {of}"] = stalls.longest_cpu_ms

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        xy, group = groups(points, GROUPS)
        map_of(folder, xy)
        clusters_of(folder, group)
        session = Session()
        view = MapView(session)
        view.resize(WIDTH_PX + 232, HEIGHT_PX + 40)
        view.show()
        canvas, model = view.canvas, view.model

        def drawn() -> bool:
            return model.shown is not None and not model.background.is_busy and canvas.is_drawn

        items = items_of(points)
        before_mb = resident_mb()
        with Stalls() as stalls:
            began = time.perf_counter()
            show(session, folder, items)
            until(drawn)
            figures["from the file to the screen"] = (time.perf_counter() - began) * 1000
        stalled("", stalls)
        size = canvas.width(), canvas.height()
        assert size == (WIDTH_PX, HEIGHT_PX), size
        whole = canvas.view

        def redrawn() -> None:
            canvas.redress()
            until(drawn)
            painted(canvas)

        figures["full repaint"] = median_ms(redrawn)
        moves: dict[str, Callable[[Viewport], Viewport]] = {
            "pan": lambda view: view.panned(7, 3),
            "zoom": lambda view: view.zoomed(1.03),
        }
        for move, moved in moves.items():
            with Stalls() as stalls:
                figures[f"frame of a {move}"] = median_ms(partial(_frame, canvas, moved), 60)
            stalled(f"({move})", stalls)
            canvas.look(whole)
            until(drawn)
        colours = iter(["cluster", "time", "modality", "cluster", "time", "modality"] * 2)
        with Stalls() as stalls:

            def recoloured() -> None:
                model.use(by=next(colours))
                until(drawn)

            figures["re-colour"] = median_ms(recoloured, 9)
        stalled("(re-colour)", stalls)
        assert model.shown is not None
        there = model.shown.points
        middle = np.median(np.stack([there.x, there.y]), axis=1)
        far = np.sort(np.hypot(there.x - middle[0], there.y - middle[1]))
        turn = np.linspace(0, 2 * np.pi, 200, endpoint=False)
        for count in sorted({min(LASSOED, points), points}):
            radius = far[count - 1] * 1.0001
            ring = middle + radius * np.stack([np.cos(turn), np.sin(turn)], axis=1)
            found = len(there.within(ring))
            figures[f"lasso over {count:,}"] = median_ms(partial(there.within, ring))
            assert found > 0.95 * count, (found, count)
        pixel = whole.pixel(float(middle[0]), float(middle[1]))
        live = model.shown.live
        figures["what lies under the pointer"] = median_ms(
            lambda: there.nearest(whole, *pixel, 10.0, live)
        )
        with Stalls() as stalls:
            began = time.perf_counter()
            session.select(there.rows[there.within(ring)])
            until(drawn)
            figures["select all of them"] = (time.perf_counter() - began) * 1000
        stalled("(select)", stalls)
        figures["memory of it (MB)"] = resident_mb() - before_mb
        figures["memory of the process (MB)"] = resident_mb()
        session.end()
        view.deleteLater()
        QApplication.processEvents()
    return figures


def _frame(canvas: MapCanvas, moved: Callable[[Viewport], Viewport]) -> None:
    canvas.look(moved(canvas.view))
    painted(canvas)


def pyqtgraph(points: int) -> dict[str, float]:
    import pyqtgraph

    app = QApplication(sys.argv[:1])
    xy, _ = groups(points, GROUPS)
    before_mb = resident_mb()
    plot = pyqtgraph.PlotWidget()
    plot.resize(WIDTH_PX, HEIGHT_PX)
    plot.show()
    app.processEvents()
    figures: dict[str, float] = {}
    began = time.perf_counter()
    scatter = pyqtgraph.ScatterPlotItem(
        x=xy[:, 0], y=xy[:, 1], size=3, pen=None, symbol="s", brush=(90, 169, 245)
    )
    plot.addItem(scatter)
    painted(plot)
    figures["from the file to the screen"] = (time.perf_counter() - began) * 1000

    def repainted() -> None:
        scatter.update()
        plot.viewport().repaint()
        app.processEvents()

    def panned() -> None:
        plot.getViewBox().translateBy(x=0.02, y=0.01)
        plot.viewport().repaint()
        app.processEvents()

    def zoomed() -> None:
        plot.getViewBox().scaleBy((1 / 1.03, 1 / 1.03))
        plot.viewport().repaint()
        app.processEvents()

    figures["full repaint"] = median_ms(repainted, 7)
    figures["frame of a pan"] = median_ms(panned, 7)
    figures["frame of a zoom"] = median_ms(zoomed, 7)
    brushes = [pyqtgraph.mkBrush(colour) for colour in ("r", "g", "b", "y")]
    which = [brushes[at % 4] for at in range(points)]

    def recoloured() -> None:
        scatter.setBrush(which)
        repainted()

    figures["re-colour"] = median_ms(recoloured, 1)
    figures["memory of it (MB)"] = resident_mb() - before_mb
    figures["memory of the process (MB)"] = resident_mb()
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--only", choices=["ours", "pyqtgraph"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only:
        measure = {"ours": ours, "pyqtgraph": pyqtgraph}[options.only]
        sys.stdout.write(json.dumps(measure(options.points[0])))
        return
    for points in options.points:
        ours_, theirs = (
            contend("tests.benchmarks.window_map", "--only", name, "--points", str(points))
            for name in ("ours", "pyqtgraph")
        )
        sys.stdout.write(heading(f"The map of {points:,} points (ms)") + "\n")
        rows = [
            [name, value, theirs.get(name, ""), theirs[name] / value if name in theirs else ""]
            for name, value in ours_.items()
        ]
        sys.stdout.write(table(["", "ours", "pyqtgraph", "times"], rows) + "\n\n")


if __name__ == "__main__":
    main()
