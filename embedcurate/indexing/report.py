"""What an indexing run did, file by file where it matters."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

__all__ = ["Failure", "IndexReport"]


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that could not be used, and why."""

    path: Path
    reason: str


@dataclass(slots=True)
class IndexReport:
    """The counts of a run; `ok + skipped + failed == seen`.

    `reused` are the items of `ok` that cost no encoding: unchanged, renamed, or with the bytes of
    another. `missing` items were there before and are gone; nothing of them is deleted. `waited_s`
    is the part of `seconds` in which the encoder had nothing to do, `encoding_s` the part in which
    it worked. Two parts do not grow with the files: `starting_s`, of what it waited, until the
    decoders had the first one, and `calibrating_s`, in which scores were calibrated. `passed`
    counts files of no known kind by suffix: they are among `skipped`.
    """

    seen: int = 0
    ok: int = 0
    skipped: int = 0
    failed: int = 0
    missing: int = 0
    reused: int = 0
    moved: int = 0
    seconds: float = 0.0
    waited_s: float = 0.0
    encoding_s: float = 0.0
    starting_s: float = 0.0
    calibrating_s: float = 0.0
    failures: list[Failure] = field(default_factory=list)
    passed: Counter[str] = field(default_factory=Counter)

    def as_document(self) -> dict[str, Any]:
        """Return the report as the JSON document of `embedcurate index --json`."""
        return {
            "seen": self.seen,
            "ok": self.ok,
            "skipped": self.skipped,
            "failed": self.failed,
            "missing": self.missing,
            "reused": self.reused,
            "moved": self.moved,
            "seconds": round(self.seconds, 3),
            "waited_s": round(self.waited_s, 3),
            "encoding_s": round(self.encoding_s, 3),
            "starting_s": round(self.starting_s, 3),
            "calibrating_s": round(self.calibrating_s, 3),
            "failures": [
                {"path": str(failure.path), "reason": failure.reason} for failure in self.failures
            ],
            "passed": dict(self.passed),
        }
