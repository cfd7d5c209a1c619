"""What the writers of folders share: the items one by one, verified copies, the list of both."""

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from blake3 import blake3

from embedcurate.collection import Marks
from embedcurate.errors import ExportError, MediaError
from embedcurate.export.chosen import Chosen
from embedcurate.export.originals import Originals
from embedcurate.export.report import Failure
from embedcurate.items import Item, Modality
from embedcurate.progress import Progress

__all__ = ["Entry", "Job"]

_MANY = 10_000
"""Files in a folder, above which they are spread over folders of the ids' first two digits."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An item to export, with its marks and its split."""

    item: Item
    marks: Marks
    split: str | None

    def described(self) -> dict[str, Any]:
        """Return what others may know of the item; where it lies here is not among it."""
        item, facts = self.item, self.item.facts
        return {
            "id": item.id,
            "content": item.content,
            "modality": str(item.modality),
            "caption": item.caption or "",
            "label": item.label or "",
            "split": self.split or "",
            "tags": ",".join(sorted(self.marks.tags)),
            "stars": self.marks.stars,
            **(
                {"width_px": facts.width_px, "height_px": facts.height_px}
                if item.modality is Modality.IMAGE
                else {"duration_s": facts.duration_s, "rate_hz": facts.rate_hz}
                if item.modality is Modality.AUDIO
                else {"characters": facts.characters}
            ),
        }


class Job:
    """An export under way.

    `exported` and `failures` tell what became of the items so far; `digest` follows from the ids
    and the contents of those exported, in order.
    """

    def __init__(
        self,
        chosen: Chosen,
        splits: Sequence[str | None],
        folder: Path,
        progress: Progress,
    ) -> None:
        self.chosen = chosen
        self.splits = splits
        self.folder = folder
        self.exported: list[int] = []
        self.failures: list[Failure] = []
        self.digest = blake3()
        self.originals: Originals
        self.items_file: IO[str] | None = None
        self._progress = progress
        self._made = {folder}

    def entries(self) -> Iterator[Entry]:
        """Yield the items in order; each is a step of progress."""
        number, total = 0, len(self.chosen)
        for items in self.chosen.batches():
            marks = self.chosen.collection.marks([item.id for item in items])
            for item in items:
                self._progress(number, total, "exporting")
                self._number = number
                yield Entry(item, marks[item.id], self.splits[number])
                number += 1
        self._progress(total, total, "exporting")

    def copied(self, entry: Entry, name: str) -> bool:
        """Copy an original to `name` in the folder; False if it is not what was indexed."""
        target = self.place(name)
        with target.open("xb") as file:
            whole = self.read(entry, file.write)
        if not whole:
            target.unlink()
        return whole

    def read(self, entry: Entry, sink: Any) -> bool:
        """Pass an original's bytes to `sink`; False, and a failure kept, if they have changed."""
        try:
            self.originals.read(entry.item, sink)
        except MediaError as error:
            self.fail(entry, error)
            return False
        return True

    def fail(self, entry: Entry, error: MediaError) -> None:
        """Keep that an item could not be exported."""
        self.failures.append(Failure(entry.item.id, entry.item.path, str(error)))

    def done(self, entry: Entry, file: str = "") -> None:
        """Keep that an item is in the target, in `file` of its folder."""
        item = entry.item
        self.exported.append(self._number)
        self.digest.update(f"{item.id} {item.content}\n".encode())
        if self.items_file is not None:
            line = {
                "id": item.id,
                "file": file,
                "path": os.fspath(item.path),
                "row": item.row,
                "modality": str(item.modality),
                "content": item.content,
                "split": entry.split,
                "caption": item.caption,
                "label": item.label,
            }
            self.items_file.write(json.dumps(line) + "\n")

    def place(self, name: str) -> Path:
        """Return the path of `name` in the folder, whose own folder is made."""
        path = self.folder / name
        if ".." in path.parts or not path.is_relative_to(self.folder):
            raise ExportError(f"'{name}' would lie outside of the export's folder.")
        if path.parent not in self._made:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._made.add(path.parent)
        return path

    def named_by_id(self, entry: Entry, folder: str, extension: str) -> str:
        """Return ``folder/id.extension``: no name of an original can get in the way of it."""
        between = f"{entry.item.id[:2]}/" if len(self.chosen) > _MANY else ""
        return f"{folder}/{between}{entry.item.id}{extension}"
