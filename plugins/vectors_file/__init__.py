"""The space `vectors_file`: vectors that were made elsewhere, looked up by the files' paths.

A table of 1,000,000 rows takes 17 MB for its keys, and 0.3 GB for a moment while they are read. The
vectors of a `.npy` file are mapped and take no more than what is used of them; those of Parquet and
JSON lines are read: 2 GB of 512 numbers.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from embedcurate.errors import WeightsError
from embedcurate.items import Modality
from embedcurate.progress import Progress
from embedcurate.spaces.encoder import SHARED, FileEncoder, Vectors
from embedcurate.spaces.fingerprint import fingerprint
from embedcurate.spaces.plugin import SpacePlugin
from embedcurate.spaces.space import Space

from .formats import SUFFIXES, files_of, read
from .table import Table

__all__ = ["FileVectors", "VectorsFilePlugin"]


class VectorsFilePlugin(SpacePlugin):
    """Any modality, by vectors in a file: `.npy`, `.parquet` or `.jsonl`."""

    name = "vectors_file"
    summary = "Your own vectors, from .npy, .parquet or .jsonl: no words, but examples and groups."
    modalities = frozenset(Modality)
    licence = "the file's own"
    default_model = "FILE"
    remedy = "Write: vectors_file:PATH, of a .npy file with a list of paths beside it, or a table."

    def __init__(self, model: str = "", options: Mapping[str, str] | None = None) -> None:
        # The name is kept by collections, and has to be good in any folder.
        super().__init__(str(Path(model).expanduser().absolute()) if model else "", options)
        self._file = Path(self.model)

    def available(self) -> str | None:
        """Say whether the file, or the list beside it, is missing."""
        if self.model == self.default_model:
            return "it needs a file of vectors"
        if not self._file.is_file():
            return f"there is no file '{self._file}'"
        if self._file.suffix.lower() not in SUFFIXES:
            return f"'{self._file}' is none of {', '.join(SUFFIXES)}"
        if len(files_of(self._file)) == 1 and self._file.suffix.lower() == ".npy":
            stem = self._file.with_suffix("")
            return f"there is no list of paths '{stem}.txt' or '{stem}.csv'"
        return None

    def load(self, progress: Progress) -> Space:
        """Make the space of the modalities that the table has: reads its keys, and hashes it."""
        progress(0, None, f"reading {self._file.name}")
        table = read(self._file)
        told = fingerprint("vectors-1", *files_of(self._file))
        encoders = {one: FileVectors(table, one, told) for one in sorted(table.modalities)}
        return Space(self.full_name, encoders)


class FileVectors(FileEncoder):
    """Look up the vectors of one modality in a table."""

    batch_size = 1024

    def __init__(self, table: Table, modality: Modality, fingerprint: str) -> None:
        self.modality = modality
        self.channels: Mapping[str, int] = {SHARED: table.dimension}
        self.fingerprint = fingerprint
        self._table = table

    def problem(self, path: Path) -> str | None:
        """Say that the table has no row for a file, or one that has no direction."""
        return self._table.problem(path, self.modality)

    def encode(self, batch: Sequence[Path]) -> Mapping[str, Vectors]:
        """Return the rows of files, normalised; raises `WeightsError` if one has none."""
        for path in batch:
            why = self.problem(path)
            if why is not None:
                raise WeightsError(f"There is no vector for '{path}': {why}. Add it to the table.")
        return {SHARED: self._table.unit_rows(batch)}
