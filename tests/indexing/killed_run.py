"""A process that indexes and kills itself: `python -m tests.indexing.killed_run ROOT LOG`.

It imports what it needs, says "ready", and indexes ROOT/sources into ROOT/collection when it is
told, in a line of JSON, when to be killed: `{"before": TABLE, "time": n}` as it is about to change
that table for the n-th time, `{"at": n, "delay_s": s}` so long after that progress, `{}` never.
What is encoded goes to LOG, a line a medium.
"""

import json
import os
import signal
import sys
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any


def main(root: Path, log: Path) -> None:
    from dataclasses import replace

    from embedcurate.collection import Collection
    from embedcurate.collection.tables import Lance, Tables
    from embedcurate.indexing import index, storing
    from embedcurate.items import Modality
    from embedcurate.spaces.tiny import TinyImages, TinyTexts, tiny_space

    storing._AT_ONCE = AT_ONCE
    written = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def note(media: Sequence[Any]) -> None:
        if len(media) <= TinyTexts.batch_size:  # more are the texts that calibrate
            os.write(written, b"encoded\n" * len(media))

    class NotedTexts(TinyTexts):
        def encode(self, batch: Sequence[str]) -> Mapping[str, Any]:
            note(batch)
            return super().encode(batch)

    class NotedImages(TinyImages):
        def encode(self, batch: Sequence[Any]) -> Mapping[str, Any]:
            note(batch)
            return super().encode(batch)

    tiny = tiny_space()
    encoders = {Modality.TEXT: NotedTexts(), Modality.IMAGE: NotedImages()}
    space = replace(tiny, encoders={**tiny.encoders, **encoders})
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    line = sys.stdin.readline()
    if not line:
        return
    order = json.loads(line)
    changed: Counter[str] = Counter()
    open_ = Tables.open

    def kill() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def open_to_change(tables: Tables, name: str) -> Lance:
        changed[name] += 1
        if name == order.get("before") and changed[name] == order["time"]:
            kill()
        return open_(tables, name)

    def progress(done: int, total: int | None, doing: str) -> None:
        if done == order.get("at"):
            threading.Timer(order["delay_s"], kill).start()

    Tables.open = open_to_change  # type: ignore[method-assign]
    index(Collection.open(root / "collection"), space, [root / "sources"], progress=progress)


AT_ONCE = 16
"""Items in a commit: small, so that there are many commits to be killed in."""

if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
