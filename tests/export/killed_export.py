"""Export and wait, after so many steps, to be killed: COLLECTION OUT FORMAT STEPS."""

import sys
from pathlib import Path

from embedcurate.collection import Collection
from embedcurate.export import Format, export

if __name__ == "__main__":
    path, out, kind, steps = sys.argv[1:]
    left = int(steps)

    def progress(done: int, total: int | None, doing: str) -> None:
        global left
        left -= 1
        if left == 0:
            sys.stdout.write("there\n")
            sys.stdout.flush()
            sys.stdin.read()

    export(
        Collection.open(Path(path)),
        Path(out),
        format=Format(kind),
        overwrite=True,
        progress=progress,
    )
