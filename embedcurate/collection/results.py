"""What analyses found, each with the parameters and the collection version that it saw.

`COLLECTION/results/<id>/` holds `run.json` and one Arrow file a part, mapped when it is read. All
of it can be computed again, so it may be deleted at any time; decisions and selections are kept
elsewhere.
"""

import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from embedcurate.collection.tables import translated
from embedcurate.errors import ResultMissing

__all__ = ["RESULTS_FOLDER", "Results", "Run"]

RESULTS_FOLDER = "results"
_KEPT = 8
_EDITS_KEPT = 200
_EDITS_BYTES = 1 << 29
_SUMMARY = "run.json"


@dataclass(frozen=True, slots=True)
class Run:
    """An analysis that was run.

    `parameters`, the seed among them, and `version` (`Collection.contents`) determine the `id`.
    What the user changed of a result is another run, with the changes as its parameter `edits`.
    `created` is an ISO 8601 time, `summary` what the verb's JSON document says in short.
    """

    id: str
    verb: str
    parameters: Mapping[str, Any]
    version: str
    created: str
    seconds: float
    summary: Mapping[str, Any]

    @property
    def is_edited(self) -> bool:
        """Whether the user had a hand in it."""
        return bool(self.parameters.get("edits"))


class Results:
    """The runs of a collection; written whole or not at all, read by any number of processes."""

    def __init__(self, collection: Path, pins: Mapping[str, str] | None = None) -> None:
        self._collection = collection
        self._folder = collection / RESULTS_FOLDER
        self._pins = pins or {}

    def pinned(self, runs: Mapping[str, str]) -> "Results":
        """Return the same runs, of which those named by verb -> id count as the latest."""
        return Results(self._collection, runs)

    def save(
        self,
        verb: str,
        parts: Mapping[str, pa.Table],
        *,
        version: str,
        parameters: Mapping[str, Any],
        summary: Mapping[str, Any],
        seconds: float,
        alike: Run | None = None,
    ) -> Run:
        """Keep what a run found, in the place of an equal run; the verb's oldest runs go.

        Parts that `alike` has and `parts` lacks are the same here, and take no more room.
        Parameters and summary have to fit into JSON. Raises `CollectionReadOnly` or `DiskFull`.
        """
        run = Run(
            _run_id(verb, parameters, version),
            verb,
            parameters,
            version,
            datetime.now(UTC).isoformat(),
            seconds,
            summary,
        )
        fresh = self._folder / f".{run.id}.{secrets.token_hex(4)}"
        with translated(self._collection):
            fresh.mkdir(parents=True)
            try:
                for name, table in parts.items():
                    _write(fresh / f"{name}.arrow", table)
                for path in self._folder.glob(f"{alike.id}/*.arrow") if alike else ():
                    if path.stem not in parts:
                        os.link(path, fresh / path.name)
                (fresh / _SUMMARY).write_text(json.dumps(asdict(run)), encoding="utf-8")
                self._drop(run.id)
                fresh.rename(self._folder / run.id)
            finally:
                shutil.rmtree(fresh, ignore_errors=True)
        runs = self.runs(verb)
        found = [run for run in runs if not run.is_edited]
        edited = [run for run in runs if run.is_edited]
        for old in (*found[_KEPT:], *edited[self._room_for(edited) :]):
            self._drop(old.id)
        return run

    def _room_for(self, edited: Sequence[Run]) -> int:
        """Return how many edited runs stay, the newest first: undo goes back to them."""
        size = 0
        for place, run in enumerate(edited[:_EDITS_KEPT]):
            files = [path.stat() for path in self._folder.glob(f"{run.id}/*")]
            size += sum(file.st_size // file.st_nlink for file in files)
            if size > _EDITS_BYTES and place:
                return place
        return _EDITS_KEPT

    def promote(self, id_: str) -> bool:
        """Let a run be its verb's latest again; False if it is not kept any more.

        Raises `CollectionReadOnly` or `DiskFull`.
        """
        path = self._folder / id_ / _SUMMARY
        fresh = self._folder / f".{id_}.{secrets.token_hex(4)}"
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return False
        document["created"] = datetime.now(UTC).isoformat()
        with translated(self._collection):
            fresh.write_text(json.dumps(document), encoding="utf-8")
            fresh.replace(path)
        return True

    def version(self) -> int:
        """Return a number that changes whenever a run comes or goes."""
        try:
            return self._folder.stat().st_mtime_ns
        except FileNotFoundError:
            return 0

    def runs(self, verb: str | None = None) -> list[Run]:
        """Return the runs that are kept, the newest first."""
        found = []
        for path in self._folder.glob(f"[!.]*/{_SUMMARY}"):
            try:
                run = Run(**json.loads(path.read_text(encoding="utf-8")))
            except (FileNotFoundError, ValueError, TypeError):
                continue  # it was dropped meanwhile, or a power cut spoilt it: run it again
            if verb in (None, run.verb):
                found.append(run)
        return sorted(found, key=lambda run: run.created, reverse=True)

    def latest(self, verb: str, **parameters: Any) -> Run | None:
        """Return the newest run of a verb that had these among its parameters."""
        if verb in self._pins:
            return self.get(self._pins[verb])
        for run in self.runs(verb):
            if all(run.parameters.get(name) == value for name, value in parameters.items()):
                return run
        return None

    def equal(self, verb: str, parameters: Mapping[str, Any], version: str) -> Run | None:
        """Return the run of exactly these parameters on that version, if it is kept."""
        wanted = _run_id(verb, parameters, version)
        return next((run for run in self.runs(verb) if run.id == wanted), None)

    def get(self, id_: str) -> Run:
        """Return a run by its id; raise `ResultMissing` if it is not kept any more."""
        for run in self.runs():
            if run.id == id_:
                return run
        raise ResultMissing(f"run '{id_}'", "status COLLECTION, which lists what there is")

    def table(self, run: Run, part: str) -> pa.Table:
        """Return a part of a run's result, mapped from disk.

        Raises `ResultMissing` if the run was dropped meanwhile or the file is damaged.
        """
        path = self._folder / run.id / f"{part}.arrow"
        try:
            with pa.memory_map(str(path)) as source:
                return pa.ipc.open_file(source).read_all()
        except (OSError, pa.ArrowInvalid) as error:
            raise ResultMissing(f"readable result of '{run.verb}'", run.verb) from error

    def _drop(self, id_: str) -> None:
        gone = self._folder / f".{id_}.{secrets.token_hex(4)}"
        try:
            (self._folder / id_).rename(gone)
        except FileNotFoundError:
            return
        shutil.rmtree(gone, ignore_errors=True)


def _run_id(verb: str, parameters: Mapping[str, Any], version: str) -> str:
    """Return the id of a run: 12 hex digits that follow from what determines its result."""
    key = json.dumps([verb, parameters, version], sort_keys=True).encode()
    return hashlib.blake2b(key, digest_size=6).hexdigest()


def _write(path: Path, table: pa.Table) -> None:
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
