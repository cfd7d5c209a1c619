"""What became of an export."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["ExportReport", "Failure"]


@dataclass(frozen=True, slots=True)
class Failure:
    """An item that could not be exported as it was indexed."""

    id: str
    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What was written, or with `dry_run` would be.

    `bytes` and `files` count what lies in the target; a dry run counts the originals' bytes for
    formats that hold them, and not yet the lists around them. `splits` is split -> items.
    `left_out` is reason -> items that the format can't hold or that are not there any more;
    `failures` are those whose original changed or vanished. `notes` are sentences for the user.
    """

    target: Path
    format: str
    items: int
    bytes: int
    files: int
    splits: Mapping[str, int]
    left_out: Mapping[str, int]
    failures: tuple[Failure, ...] = ()
    notes: tuple[str, ...] = ()
    dry_run: bool = False

    def as_document(self) -> dict[str, Any]:
        """Return what `embedcurate export --json` prints."""
        return {
            "path": str(self.target),
            "format": self.format,
            "items": self.items,
            "bytes": self.bytes,
            "files": self.files,
            "splits": dict(self.splits),
            "left_out": dict(self.left_out),
            "failed": len(self.failures),
            "failures": [
                {"id": one.id, "path": str(one.path), "reason": one.reason} for one in self.failures
            ],
            "notes": list(self.notes),
            "dry_run": self.dry_run,
        }
