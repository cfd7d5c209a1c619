"""Time a session in the whole window: the start, and how long its thread lets a user wait.

python -m tests.benchmarks.window_session --n 1000000

The start is that of a process until its first paint is over, beside one with PySide6 and an empty
`QMainWindow`. The session is the real window without a screen, over real worker processes: it
indexes the sample media, then searches, scrolls, marks, visits each view, and colours the map. The
last one opens `n` items that `tests.benchmarks.browsing` wrote, with a map of them.

A stall is the longest time that a timer of 1 ms had to wait; *worked* is the most that the thread
itself worked at one go. The difference is what other processes took: *a bare loop* has nothing but
such a timer, while the same media are indexed.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import psutil
from embedcurate_resources import FOLDER
from PySide6.QtCore import QEvent, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow

from tests.benchmarks.event_loop import Stalls, until
from tests.benchmarks.report import contend, heading, table
from tests.benchmarks.starting import WORDS

if TYPE_CHECKING:
    from embedcurate_ui.window import Window

Figures: TypeAlias = dict[str, list[float]]

MODULE = "tests.benchmarks.window_session"
MEDIA = FOLDER / "sample" / "media"
STARTS = 7
FRAME_MS = 16
STEPS = 200


def started(kind: str) -> None:
    """Start a window, print the time when its first paint is over, and end."""

    class Window(QMainWindow):
        painted = False

        def event(self, event: QEvent) -> bool:
            if event.type() is QEvent.Type.UpdateRequest and not self.painted:
                self.painted = True
                QTimer.singleShot(0, self._over)
            return bool(super().event(event))

        def _over(self) -> None:
            sys.stdout.write(f"{time.monotonic()}")
            QApplication.exit()

    if kind == "empty":
        app = QApplication([])
        window = Window()
        window.resize(1440, 900)
        window.show()
        app.exec()
        return
    from embedcurate_ui import application

    class Whole(Window, application.Window):
        pass

    application.Window = Whole  # type: ignore[misc]
    application.main()


def start_s(kind: str) -> float:
    """Return the seconds from the start of a process to the end of its window's first paint."""
    with tempfile.TemporaryDirectory() as home:
        began = time.monotonic()
        program = [sys.executable, "-m", MODULE, "--start", kind]
        environment = {**os.environ, "XDG_CONFIG_HOME": home, "XDG_STATE_HOME": home}
        environment["EMBEDCURATE_CONFIG"] = home
        done = subprocess.run(program, check=True, stdout=subprocess.PIPE, env=environment)
        return float(done.stdout) - began


@contextmanager
def watched(figures: Figures, name: str) -> Iterator[None]:
    """Note how long something took, the stalls of it, and the memory after it."""
    with Stalls() as stalls:
        began = time.perf_counter()
        yield
        took_s = time.perf_counter() - began
    memory_mb = psutil.Process().memory_info().rss / 1e6
    figures[name] = [
        took_s,
        stalls.longest_ms,
        stalls.longest_cpu_ms,
        stalls.percentile_ms(99.9),
        memory_mb,
    ]


def rest(ms: int) -> None:
    """Let the event loop run."""
    end = time.perf_counter() + ms / 1000
    until(lambda: time.perf_counter() > end)


@contextmanager
def opened_window() -> Iterator["Window"]:
    """Open the whole window, with settings of its own."""
    with tempfile.TemporaryDirectory() as home:
        os.environ["EMBEDCURATE_CONFIG"] = os.environ["XDG_DATA_HOME"] = home
        from embedcurate_ui import theme
        from embedcurate_ui.preferences import Settings
        from embedcurate_ui.session import Session
        from embedcurate_ui.window import Window

        app = QApplication([])
        theme.apply(app, "dark")
        window = Window(Session(), Settings())
        window.show()
        rest(200)
        yield window
        window.close()
        window.session.end()


def bare() -> Figures:
    """Run an event loop with nothing to do while the sample is indexed."""
    QApplication([])
    figures: Figures = {}
    with tempfile.TemporaryDirectory() as name:
        command = [sys.executable, "-m", "embedcurate", "index", f"{name}/collection", str(MEDIA)]
        job = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with watched(figures, "a bare loop, while the sample is indexed"):
            until(lambda: job.poll() is not None)
    return figures


def session() -> Figures:
    """Spend a session with the sample media."""
    figures: Figures = {}
    with opened_window() as window, tempfile.TemporaryDirectory() as name:
        session = window.session
        with watched(figures, "indexing the sample"):
            window.creating.sample(Path(name) / "demo")
            until(lambda: bool(session.jobs.live))
            until(lambda: not session.jobs.live and len(session.rows) > 250)
        with watched(figures, "finding map and clusters"):
            for verb in ("map", "clusters"):
                session.run(verb, {}, verb)
            until(lambda: not session.jobs.live)
            rest(500)
        with watched(figures, "typing and searching"):
            for words in WORDS:
                window.search.clear()
                window.search.focus()
                QTest.keyClicks(QApplication.focusWidget(), words, delay=30)
                until(lambda words=words: session.query == words and bool(session.hits))
            window.search.clear()
            window.search.ask()
            until(lambda: not session.hits)
        with watched(figures, "scrolling"):
            scroll(window)
        with watched(figures, "marking, key by key"):
            window.grid.grid.setFocus()
            for _ in range(30):
                QTest.keyClicks(window.grid.grid, "PX3", delay=20)
            rest(1000)
        with watched(figures, "each view in turn"):
            for view in window.views:
                window.show_view(view)
                rest(400)
        with watched(figures, "colouring the map"):
            colour(window)
    return figures


def large(folder: Path) -> Figures:
    """Open a large collection, and do with it what takes longest."""
    figures: Figures = {}
    with opened_window() as window:
        session, grid = window.session, window.grid.grid
        figures["the window, with nothing"] = [
            "",
            "",
            "",
            "",
            psutil.Process().memory_info().rss / 1e6,
        ]
        count = json.loads((folder / "count").read_text())
        with watched(figures, f"opening {count:,} items"):
            window.open(folder / "collection")
            until(lambda: len(session.rows) == count)
            rest(1000)
        with watched(figures, "to the end, and back"):
            bar = grid.verticalScrollBar()
            for place in (bar.maximum(), bar.maximum() // 2, 0):
                bar.setValue(place)
                rest(500)
        with watched(figures, "scrolling in it"):
            scroll(window)
        with watched(figures, "a filter, and none"):
            for where in ("modality:text", ""):
                shown: list[None] = []
                session.shown.connect(lambda shown=shown: shown.append(None))
                session.show(where)
                until(lambda shown=shown: bool(shown))
                rest(300)
        with watched(figures, "selecting all"):
            grid.acts.do("select/all")
            rest(500)
            grid.acts.do("select/none")
        with watched(figures, "opening the map"):
            window.show_view("map")
            until(lambda: window.map.canvas.is_drawn)
            rest(500)
        with watched(figures, "colouring the map of it"):
            colour(window)
        with watched(figures, "every view of it in turn"):
            for view in window.views:
                window.show_view(view)
                rest(400)
    return figures


def scroll(window: "Window") -> None:
    """Scroll through the grid, a step in each frame."""
    bar = window.grid.grid.verticalScrollBar()
    for step in range(STEPS):
        bar.setValue(
            round(bar.maximum() * step / STEPS) if bar.maximum() < 75 * STEPS else 75 * step
        )
        rest(FRAME_MS)


def colour(window: "Window") -> None:
    """Colour the map by one thing after the other."""
    window.show_view("map")
    for by in ("cluster", "time", "modality", "tag", "cluster", "modality"):
        window.map.model.use(by=by)
        until(lambda: not window.map.model.background.is_busy and window.map.canvas.is_drawn)
        rest(100)


def write(folder: Path, n: int) -> None:
    """Write a collection of `n` items and a map of them."""
    from tests.benchmarks.browsing import store
    from tests.benchmarks.search import identifiers
    from tests.ui.map.material import groups, map_of

    store(folder / "collection", n)
    xy, _ = groups(n, 40)
    map_of(folder / "collection", xy, ids=identifiers(np.arange(n)))
    (folder / "count").write_text(json.dumps(n))


CONTENDERS: dict[str, Callable[[], Figures]] = {"bare": bare, "session": session}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, default=1_000_000)
    parser.add_argument("--start", choices=("empty", "ours"), help=argparse.SUPPRESS)
    parser.add_argument("--contender", choices=CONTENDERS, help=argparse.SUPPRESS)
    parser.add_argument("--at", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.start:
        started(asked.start)
        return
    if asked.contender or asked.at:
        found = large(asked.at) if asked.at else CONTENDERS[asked.contender]()
        sys.stdout.write(json.dumps(found))
        return
    sys.stdout.write(heading("The start of the window") + "\n\n")
    spent = {kind: [start_s(kind) * 1e3 for _ in range(STARTS)] for kind in ("empty", "ours")}
    least = float(np.median(spent["empty"]))
    rows: list[list[Any]] = [
        [f"{kind} window", len(ms), float(np.median(ms)), max(ms), float(np.median(ms)) / least]
        for kind, ms in spent.items()
    ]
    sys.stdout.write(table(("", "n", "p50 ms", "most ms", "times"), rows) + "\n\n")
    figures: Figures = {}
    for kind in CONTENDERS:
        figures |= contend(MODULE, "--contender", kind)
    with tempfile.TemporaryDirectory(prefix="embedcurate-bench-") as name:
        write(Path(name), asked.n)
        figures |= contend(MODULE, "--at", name)
    sys.stdout.write(heading("A session in the window") + "\n\n")
    names = ("", "s", "longest stall ms", "worked ms", "p99.9 ms", "MB")
    sys.stdout.write(table(names, [[name, *row] for name, row in figures.items()]) + "\n")


if __name__ == "__main__":
    main()
